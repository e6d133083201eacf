// Pooling: each map made smaller by itself; windows do not overlap, and what is no whole window is left out.

import { places } from "./shapes.js";

// Visits the windows of maps: `take(to, from)` with the place of an output and of each input under it.
export function overWindows([height, width, channels], size, take) {
  const [rows, columns] = [Math.floor(height / size), Math.floor(width / size)];
  for (let row = 0; row < rows * size; row += 1) {
    for (let column = 0; column < columns * size; column += 1) {
      const to = (Math.floor(row / size) * columns + Math.floor(column / size)) * channels;
      const from = (row * width + column) * channels;
      for (let channel = 0; channel < channels; channel += 1) take(to + channel, from + channel);
    }
  }
}

export function pooledShape([height, width, channels], size) {
  return [Math.floor(height / size), Math.floor(width / size), channels];
}

export function maxPool({ size }, arrays, inputShape) {
  const shape = pooledShape(inputShape, size);
  const output = new Float32Array(places(shape));
  function run(input) {
    output.fill(-Infinity);
    overWindows(inputShape, size, (to, from) => {
      if (input[from] > output[to]) output[to] = input[from];
    });
    return output;
  }
  return { shape, run };
}

export function averagePool({ size }, arrays, inputShape) {
  const shape = pooledShape(inputShape, size);
  const sums = new Float64Array(places(shape));
  const output = new Float32Array(sums.length);
  function run(input) {
    sums.fill(0);
    overWindows(inputShape, size, (to, from) => {
      sums[to] += input[from];
    });
    sums.forEach((sum, index) => (output[index] = sum / size ** 2));
    return output;
  }
  return { shape, run };
}

// Each map becomes its mean.
export function globalAveragePool(settings, arrays, [height, width, channels]) {
  const sums = new Float64Array(channels);
  const output = new Float32Array(channels);
  function run(input) {
    sums.fill(0);
    input.forEach((value, index) => (sums[index % channels] += value));
    sums.forEach((sum, index) => (output[index] = sum / (height * width)));
    return output;
  }
  return { shape: [channels], run };
}
