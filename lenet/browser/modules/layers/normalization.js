// What changes values where they stand: batch normalization, dropout, an activation by itself.

import { activation } from "./activations.js";
import { places } from "./shapes.js";

const EPSILON = 1e-3; // of Keras' BatchNormalization

// arrays: gamma, beta, moving_mean, moving_variance, each (channels,).
export function batchNorm(settings, arrays, shape) {
  const { gamma, beta, moving_mean: mean, moving_variance: variance } = arrays;
  const channels = shape.at(-1);
  const scale = gamma.values.map((each, index) => each / Math.sqrt(variance.values[index] + EPSILON));
  const shift = beta.values.map((each, index) => each - mean.values[index] * scale[index]);
  const output = new Float32Array(places(shape));
  function run(input) {
    for (let index = 0; index < input.length; index += channels) {
      for (let channel = 0; channel < channels; channel += 1) {
        output[index + channel] = input[index + channel] * scale[channel] + shift[channel];
      }
    }
    return output;
  }
  return { shape, run };
}

// Only while a network trains does it anything.
export function dropout(settings, arrays, shape) {
  return { shape, isSilent: true, run: (input) => input };
}

export function activationLayer(settings, arrays, shape) {
  const activate = activation(settings.function);
  const output = new Float32Array(places(shape));
  function run(input) {
    output.set(input);
    activate(output);
    return output;
  }
  return { shape, run };
}
