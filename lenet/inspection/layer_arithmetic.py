"""Arithmetic: one value of a layer worked out by hand, whatever kind of layer it is.

For pages and the command line. Numpy only: must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np

from lenet.errors import PlaceError
from lenet.layers.arithmetic import Worked
from lenet.layers.view import LayerView
from lenet.runs.layers import rules_of
from lenet.sentences import shown


def work_out(layer: LayerView, inputs: np.ndarray, channel: int, row: int = 0, column: int = 0) -> Worked:
    """How `layer.after[row, column, channel]`, or `layer.after[channel]` of a row of units, came about.

    Args:
        inputs: what the layer was given, float32: (height, width, channels) or (units,).

    Raises:
        PlaceError: the layer has no such place, or is of a kind whose arithmetic is not known here.
    """
    _check_place(layer, channel, row, column)
    worked = rules_of(layer.kind).work_out(layer, inputs, channel, row, column)
    if worked is None:
        raise PlaceError(
            f"Arithmetic of {layer.name}: a layer of kind {shown(layer.kind)} is not worked out here. Its "
            "values are under Kernels and maps; choose a convolution, a pool or a dense layer."
        )
    return worked


def _check_place(layer: LayerView, channel: int, row: int, column: int) -> None:
    received = (row, column, channel) if layer.after.ndim == 3 else (channel,)
    if any(not 0 <= each < size for each, size in zip(received, layer.after.shape, strict=True)):
        raise PlaceError(
            f"Place: received {', '.join(map(str, received))}, expected one inside "
            f"{'×'.join(map(str, layer.after.shape))} of {layer.name}. Click another one."
        )
