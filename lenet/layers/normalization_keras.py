"""Batch normalization, dropout and activations in Keras.

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import keras
import numpy as np

from lenet.layers.keras_kind import Array, Draw, KerasKind, Numbers, function
from lenet.layers.normalization import Activation, BatchNorm, Dropout


class BatchNormKeras(KerasKind):
    """A scale and a shift of each channel."""

    type = keras.layers.BatchNormalization
    of_each_channel = True

    def make(self, layer: BatchNorm, name: str, draw: Draw) -> keras.layers.BatchNormalization:
        """Nothing is drawn."""
        return keras.layers.BatchNormalization(name=name)

    def numbers(self, layer: keras.layers.BatchNormalization, array: Array) -> Numbers:
        """As one scale and one shift, once trained."""
        names = ("gamma", "beta", "moving_mean", "moving_variance")
        gamma, beta, mean, variance = map(array, names)
        scale = (1 if gamma is None else gamma) / np.sqrt(variance + np.float32(layer.epsilon))
        return Numbers(scale=scale, shift=(0 if beta is None else beta) - mean * scale)


class DropoutKeras(KerasKind):
    """Random while it trains."""

    type = keras.layers.Dropout
    of_each_channel = True
    is_silent = True

    def make(self, layer: Dropout, name: str, draw: Draw) -> keras.layers.Dropout:
        """Which values become 0 is drawn from the seed."""
        return keras.layers.Dropout(layer.rate, seed=draw.seed, name=name)


class ActivationKeras(KerasKind):
    """A function alone."""

    type = keras.layers.Activation
    of_each_channel = True

    def make(self, layer: Activation, name: str, draw: Draw) -> keras.layers.Activation:
        """Nothing is drawn."""
        return keras.layers.Activation(function(layer.function), name=name)
