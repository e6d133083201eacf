"""The kinds of layers that a run's network may have: the one list of them, which all who ask about one read.

A kind is one entry here, its class in `lenet/layers/`; its Keras part one in `lenet/networks/keras_kinds.py`.
Flattening is implied: a dense layer takes whatever it is given as one row of numbers. Must not import
Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from typing import Annotated, Union

from pydantic import Field

from lenet.layers.convolution import Conv
from lenet.layers.dense import Dense
from lenet.layers.global_average_pool import GlobalAveragePool
from lenet.layers.kind import LayerKind
from lenet.layers.normalization import Activation, BatchNorm, Dropout
from lenet.layers.paper1998 import PartialConv, RadialBasis, Subsampling
from lenet.layers.pooling import AveragePool, MaxPool

LAYER_KINDS: dict[str, type[LayerKind]] = {
    "conv": Conv,
    "max_pool": MaxPool,
    "average_pool": AveragePool,
    "global_average_pool": GlobalAveragePool,
    "dense": Dense,
    "dropout": Dropout,
    "batch_norm": BatchNorm,
    "activation": Activation,
    "subsampling": Subsampling,
    "partial_conv": PartialConv,
    "radial_basis": RadialBasis,
}
Layer = Annotated[Union[*LAYER_KINDS.values()], Field(discriminator="kind")]


def keras_names(layers: Sequence[Layer]) -> list[str]:
    """What each is called in the Keras model, `1_conv`, and so in the paths of its weights."""
    return [f"{number}_{layer.kind}" for number, layer in enumerate(layers, start=1)]


def rules_of(kind: str) -> type[LayerKind]:
    """The class of that kind; of one that no config has, as a stranger's file may, the plain one."""
    return LAYER_KINDS.get(kind, LayerKind)
