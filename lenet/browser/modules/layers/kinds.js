// The kinds of layers that the browser computes, by their names in a config: the one list of them.
//
// Each is a function (settings, arrays, inputShape) → { shape, run }: `run` takes and gives a Float32Array, the
// same one at each call. Flattening is implied: values lie in Keras' order already.

import { convolution } from "./convolution.js";
import { dense } from "./dense.js";
import { activationLayer, batchNorm, dropout } from "./normalization.js";
import { partialConvolution, radialBasis, subsampling } from "./paper1998.js";
import { averagePool, globalAveragePool, maxPool } from "./pooling.js";

export const LAYER_KINDS = {
  conv: convolution,
  max_pool: maxPool,
  average_pool: averagePool,
  global_average_pool: globalAveragePool,
  dense,
  dropout,
  batch_norm: batchNorm,
  activation: activationLayer,
  subsampling,
  partial_conv: partialConvolution,
  radial_basis: radialBasis,
};
