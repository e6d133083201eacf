// Convolution over maps in Keras' order: (height, width, channels), kernels (height, width, in, out).

import { activation } from "./activations.js";

// Output size and margin before, as TensorFlow has them; an odd margin has its extra row after.
export function extent(size, kernel, stride, padding) {
  if (padding === "valid") return { length: Math.ceil((size - kernel + 1) / stride), before: 0 };
  const length = Math.ceil(size / stride);
  return { length, before: Math.floor(Math.max(0, (length - 1) * stride + kernel - size) / 2) };
}

// settings: filters, kernel_size, strides, padding, activation; arrays: kernel (k, k, in, out), bias (out,).
export function convolution(settings, { kernel, bias }, [height, width, channels]) {
  const { filters, kernel_size: side, strides: stride } = settings;
  const rows = extent(height, side, stride, settings.padding);
  const columns = extent(width, side, stride, settings.padding);
  const weights = Float64Array.from(kernel.values); // twice as fast as single precision: nothing is converted
  const sums = new Float64Array(filters);
  const output = new Float32Array(rows.length * columns.length * filters);
  const activate = activation(settings.activation);

  function addPatch(input, top, left) {
    const [firstRow, lastRow] = [Math.max(0, -top), Math.min(side, height - top)];
    const [firstColumn, lastColumn] = [Math.max(0, -left), Math.min(side, width - left)];
    for (let row = firstRow; row < lastRow; row += 1) {
      let from = ((top + row) * width + left + firstColumn) * channels;
      let weight = (row * side + firstColumn) * channels * filters;
      for (const end = from + (lastColumn - firstColumn) * channels; from < end; from += 1, weight += filters) {
        const value = input[from];
        if (value === 0) continue; // background, and what a ReLU has cut off
        for (let filter = 0; filter < filters; filter += 1) sums[filter] += value * weights[weight + filter];
      }
    }
  }

  function run(input) {
    let to = 0;
    for (let row = 0; row < rows.length; row += 1) {
      for (let column = 0; column < columns.length; column += 1, to += filters) {
        sums.set(bias.values);
        addPatch(input, row * stride - rows.before, column * stride - columns.before);
        output.set(sums, to);
      }
    }
    activate(output);
    return output;
  }
  return { shape: [rows.length, columns.length, filters], run };
}
