// Arrays in the format of safetensors: the length of the header (8 bytes), the header (JSON), the bytes of all.

// (ArrayBuffer) → { metadata, arrays }: text by its name, and { shape, values } by its name, float32.
// Throws where it is cut short, or holds other numbers.
export function parse(buffer) {
  const view = new DataView(buffer);
  const start = 8 + Number(view.getBigUint64(0, true));
  if (start > buffer.byteLength) throw new Error("the file of weights is cut short");
  const { __metadata__: metadata, ...entries } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, start - 8)));
  const arrays = {};
  for (const [name, { dtype, shape, data_offsets: [first, last] }] of Object.entries(entries)) {
    if (dtype !== "F32") throw new Error(`${name} is of ${dtype}, expected F32`);
    if (start + last > buffer.byteLength) throw new Error("the file of weights is cut short");
    arrays[name] = { shape, values: new Float32Array(buffer.slice(start + first, start + last)) };
  }
  return { metadata, arrays };
}
