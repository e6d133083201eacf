// The layers of the paper of 1998: subsampling, a convolution that sees some maps only, distances to codes.
//
// Source: LeCun, Bottou, Bengio, Haffner, “Gradient-Based Learning Applied to Document Recognition”, 1998.

import { activation } from "./activations.js";
import { overWindows, pooledShape } from "./pooling.js";

// settings: size, activation; arrays: coefficient and bias, (channels,) each.
export function subsampling({ size, activation: name }, { coefficient, bias }, inputShape) {
  const shape = pooledShape(inputShape, size);
  const channels = shape[2];
  const sums = new Float64Array(shape[0] * shape[1] * channels);
  const output = new Float32Array(sums.length);
  const activate = activation(name);
  function run(input) {
    sums.fill(0);
    overWindows(inputShape, size, (to, from) => {
      sums[to] += input[from];
    });
    for (let index = 0; index < sums.length; index += 1) {
      const channel = index % channels;
      output[index] = sums[index] * coefficient.values[channel] + bias.values[channel];
    }
    activate(output);
    return output;
  }
  return { shape, run };
}

// settings: table (for each map the maps that it sees), kernel_size, activation; arrays: kernel (k, k, pairs), a
// plane for each pair in the order of the table, and bias (maps,).
export function partialConvolution(settings, { kernel, bias }, [height, width, channels]) {
  const side = settings.kernel_size;
  const maps = settings.table.length;
  const pairs = settings.table.flatMap((sources, map) => sources.map((source) => [source, map]));
  const sourceOf = Int32Array.from(pairs, ([source]) => source);
  const mapOf = Int32Array.from(pairs, ([, map]) => map);
  const [rows, columns] = [height - side + 1, width - side + 1];
  const sums = new Float64Array(maps);
  const output = new Float32Array(rows * columns * maps);
  const activate = activation(settings.activation);

  function addPatch(input, top, left) {
    for (let place = 0; place < side * side; place += 1) {
      const from = ((top + Math.floor(place / side)) * width + left + (place % side)) * channels;
      const plane = place * pairs.length;
      for (let pair = 0; pair < pairs.length; pair += 1) {
        sums[mapOf[pair]] += input[from + sourceOf[pair]] * kernel.values[plane + pair];
      }
    }
  }

  function run(input) {
    for (let place = 0; place < rows * columns; place += 1) {
      sums.set(bias.values);
      addPatch(input, Math.floor(place / columns), place % columns);
      output.set(sums, place * maps);
    }
    activate(output);
    return output;
  }
  return { shape: [rows, columns, maps], run };
}

// arrays: codes (classes, units). The squared distances are negated: the largest wins, as of other networks.
export function radialBasis(settings, { codes }) {
  const [classes, units] = codes.shape;
  const output = new Float32Array(classes);
  function run(input) {
    for (let label = 0; label < classes; label += 1) {
      let distance = 0;
      for (let unit = 0; unit < units; unit += 1) {
        distance += (input[unit] - codes.values[label * units + unit]) ** 2;
      }
      output[label] = -distance;
    }
    return output;
  }
  return { shape: [classes], run };
}
