// Dense: every input to every unit. Maps are read row by row, channels last, as Keras flattens them.

import { activation } from "./activations.js";

// settings: units, activation; arrays: kernel (inputs, units), bias (units,).
export function dense(settings, { kernel, bias }) {
  const { units } = settings;
  const weights = Float64Array.from(kernel.values);
  const sums = new Float64Array(units);
  const output = new Float32Array(units);
  const activate = activation(settings.activation);

  function run(input) {
    sums.set(bias.values);
    for (let index = 0, weight = 0; index < input.length; index += 1, weight += units) {
      const value = input[index];
      if (value === 0) continue;
      for (let unit = 0; unit < units; unit += 1) sums[unit] += value * weights[weight + unit];
    }
    output.set(sums);
    activate(output);
    return output;
  }
  return { shape: [units], run };
}
