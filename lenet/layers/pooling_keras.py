"""Pooling in Keras.

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import keras

from lenet.layers.keras_kind import Draw, KerasKind
from lenet.layers.pooling import AveragePool, MaxPool


class MaxPoolKeras(KerasKind):
    """Each output is one of its inputs."""

    type = keras.layers.MaxPooling2D
    of_each_channel = True

    def make(self, layer: MaxPool, name: str, draw: Draw) -> keras.layers.MaxPooling2D:
        """Nothing is drawn."""
        return keras.layers.MaxPooling2D(layer.size, name=name)


class AveragePoolKeras(KerasKind):
    """Each output is the mean of its inputs."""

    type = keras.layers.AveragePooling2D
    of_each_channel = True

    def make(self, layer: AveragePool, name: str, draw: Draw) -> keras.layers.AveragePooling2D:
        """Nothing is drawn."""
        return keras.layers.AveragePooling2D(layer.size, name=name)

    def slope(self, layer: keras.layers.AveragePooling2D) -> float:
        """Each input of a window counts as 1/size²."""
        return 1 / (layer.pool_size[0] * layer.pool_size[1])
