"""Global average pooling in Keras.

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

from math import prod

import keras

from lenet.layers.global_average_pool import GlobalAveragePool
from lenet.layers.keras_kind import Draw, KerasKind


class GlobalAveragePoolKeras(KerasKind):
    """Each output is the mean of a map."""

    type = keras.layers.GlobalAveragePooling2D
    of_each_channel = True

    def make(self, layer: GlobalAveragePool, name: str, draw: Draw) -> keras.layers.GlobalAveragePooling2D:
        """Nothing is drawn."""
        return keras.layers.GlobalAveragePooling2D(name=name)

    def slope(self, layer: keras.layers.GlobalAveragePooling2D) -> float:
        """Each value of a map counts as one of all."""
        return 1 / prod(layer.input.shape[1:3])
