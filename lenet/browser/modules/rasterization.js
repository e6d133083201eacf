// Pen strokes to 28×28 pixels the way MNIST's digits were made; the same as `lenet/drawing/rasterization.py`.

export const SIZE = 28; // pixels of the image's side
export const BOX = 20; // pixels of the box's side that a digit is scaled to fit
export const MOST_POINTS = 20_000; // of one drawing
const MIDDLE = 14.5; // pixels from the edge: where the center of mass of MNIST's digits lies
const PEN = 2.6; // pixels: the pen's width in the box
const SMALLEST = 1 / 28; // of the canvas: what is smaller is a dot

// To the nearest whole number, halves to the even one, as numpy rounds.
export function rounded(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

// The smallest box around the strokes: [left, top, right, bottom].
function bounds(strokes) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const stroke of strokes) {
    for (const [x, y] of stroke) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
  return box;
}

function inBox(strokes, canvas) {
  const [left, top, right, bottom] = bounds(strokes);
  const scale = (BOX - PEN) / Math.max(right - left, bottom - top, SMALLEST * canvas);
  const [x0, y0] = [(left + right) / 2, (top + bottom) / 2];
  return strokes.map((stroke) => stroke.map(([x, y]) => [(x - x0) * scale + SIZE / 2, (y - y0) * scale + SIZE / 2]));
}

// The part of a segment in the square from low to high (Liang and Barsky, 1984), or null.
function clipped([x0, y0], [x1, y1], low, high) {
  let [enters, leaves] = [0, 1];
  for (const [start, along] of [[x0, x1 - x0], [y0, y1 - y0]]) {
    if (along === 0) {
      if (start < low || start > high) return null;
      continue;
    }
    const crossings = [(low - start) / along, (high - start) / along];
    enters = Math.max(enters, Math.min(...crossings));
    leaves = Math.min(leaves, Math.max(...crossings));
  }
  if (enters > leaves) return null;
  const at = (share) => [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
  return [at(enters), leaves < 1 ? at(leaves) : [x1, y1]];
}

// One piece, a pixel long at most: whichever piece is darkest at a pixel stands there.
function drawPiece(coverage, x0, y0, alongX, alongY, pen, reach) {
  const length = Math.max(alongX * alongX + alongY * alongY, 1e-12);
  const [column0, row0] = [Math.floor(x0), Math.floor(y0)];
  for (let row = Math.max(0, row0 - reach); row <= Math.min(SIZE - 1, row0 + reach); row += 1) {
    for (let column = Math.max(0, column0 - reach); column <= Math.min(SIZE - 1, column0 + reach); column += 1) {
      const [x, y] = [column + 0.5 - x0, row + 0.5 - y0];
      const share = Math.min(1, Math.max(0, (x * alongX + y * alongY) / length));
      const [overX, overY] = [x - share * alongX, y - share * alongY];
      const covered = Math.min(1, pen / 2 + 0.5 - Math.sqrt(overX * overX + overY * overY));
      if (covered > coverage[row * SIZE + column]) coverage[row * SIZE + column] = covered;
    }
  }
}

function drawSegment(coverage, start, end, pen, reach) {
  const part = clipped(start, end, -reach - 1, SIZE + reach + 1);
  if (!part) return;
  const [[x0, y0], [x1, y1]] = part;
  const pieces = Math.max(1, Math.ceil(Math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2)));
  const [alongX, alongY] = [(x1 - x0) / pieces, (y1 - y0) / pieces];
  for (let piece = 0; piece < pieces; piece += 1) {
    drawPiece(coverage, x0 + alongX * piece, y0 + alongY * piece, alongX, alongY, pen, reach);
  }
}

// Strokes in pixels, drawn with a round pen, smooth at the edges: (28 × 28) Float32Array, 0 to 1.
function rasterize(strokes, pen) {
  const coverage = new Float32Array(SIZE * SIZE);
  const reach = Math.ceil(pen / 2 + 1.5); // pixels from a piece's start that it can touch
  for (const stroke of strokes) {
    if (stroke.length === 1) drawSegment(coverage, stroke[0], stroke[0], pen, reach);
    for (let index = 1; index < stroke.length; index += 1) {
      drawSegment(coverage, stroke[index - 1], stroke[index], pen, reach);
    }
  }
  return coverage;
}

// x, y in pixels, the middle of the first pixel at 0.5; the middle of a blank image.
export function centerOfMass(pixels) {
  let [mass, x, y] = [0, 0, 0];
  for (let index = 0; index < pixels.length; index += 1) {
    mass += pixels[index];
    x += pixels[index] * ((index % SIZE) + 0.5);
    y += pixels[index] * (Math.floor(index / SIZE) + 0.5);
  }
  return mass ? [x / mass, y / mass] : [SIZE / 2, SIZE / 2];
}

function centered(pixels) {
  const [right, down] = centerOfMass(pixels).map((each) => rounded(MIDDLE - each));
  const moved = new Uint8Array(pixels.length);
  for (let row = Math.max(0, down); row < Math.min(SIZE, SIZE + down); row += 1) {
    for (let column = Math.max(0, right); column < Math.min(SIZE, SIZE + right); column += 1) {
      moved[row * SIZE + column] = pixels[(row - down) * SIZE + column - right];
    }
  }
  return moved;
}

// What the network sees of a drawing: (28 × 28) Uint8Array, ink 255 on background 0.
// drawing: strokes, each [[x, y], …], y down; canvas: its width; pen: the pen's width on it.
// box: scale the strokes to fit 20×20; center: shift the center of mass to the middle.
export function render({ strokes, canvas, pen }, { box = true, center = true } = {}) {
  const scale = SIZE / canvas;
  const placed = box ? inBox(strokes, canvas) : strokes.map((stroke) => stroke.map(([x, y]) => [x * scale, y * scale]));
  const coverage = rasterize(placed, box ? PEN : pen * scale);
  const pixels = Uint8Array.from(coverage, (each) => rounded(Math.fround(255 * each)));
  return center ? centered(pixels) : pixels;
}
