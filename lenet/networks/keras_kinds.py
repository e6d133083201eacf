"""The Keras part of each kind of layer: one entry each, for what `lenet/runs/layers.py` lists.

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import keras
import tensorflow as tf

from lenet.layers.convolution_keras import ConvKeras
from lenet.layers.dense_keras import DenseKeras
from lenet.layers.global_average_pool_keras import GlobalAveragePoolKeras
from lenet.layers.keras_kind import KerasKind
from lenet.layers.normalization_keras import ActivationKeras, BatchNormKeras, DropoutKeras
from lenet.layers.paper1998_keras import PartialConvolutionKeras, RadialBasisKeras, SubsamplingKeras
from lenet.layers.pooling_keras import AveragePoolKeras, MaxPoolKeras

KERAS_KINDS: dict[str, KerasKind] = {
    "conv": ConvKeras(),
    "max_pool": MaxPoolKeras(),
    "average_pool": AveragePoolKeras(),
    "global_average_pool": GlobalAveragePoolKeras(),
    "dense": DenseKeras(),
    "dropout": DropoutKeras(),
    "batch_norm": BatchNormKeras(),
    "activation": ActivationKeras(),
    "subsampling": SubsamplingKeras(),
    "partial_conv": PartialConvolutionKeras(),
    "radial_basis": RadialBasisKeras(),
}
NAMES: dict[type[keras.layers.Layer], str] = {each.type: name for name, each in KERAS_KINDS.items()}
_OTHER = KerasKind()


def keras_part(layer: keras.layers.Layer) -> KerasKind:
    """What is known of the kind of that layer, or of the one that Keras derives it from (spatial dropout).

    Of one that no config has, as of one without weights.
    """
    return next((KERAS_KINDS[NAMES[each]] for each in type(layer).__mro__ if each in NAMES), _OTHER)


def linear(layer: keras.layers.Layer, inputs: tf.Tensor, *weights: tf.Tensor) -> tf.Tensor:
    """What a layer computes before its activation, with these weights in the place of its own."""
    return keras_part(layer).linear(layer, inputs, *weights)
