"""One layer at work on one image, as the inference worker sends it to a page: numpy only.

Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LayerView:
    """One layer at work on one image.

    Attributes:
        key: of the Keras layer, "1_conv".
        name: as `summary.summarize` names it: C1, S2, F6, Output.
        kind: as in a `RunConfig`: conv, max_pool, …; of layers that no `RunConfig` has Keras' name:
            depthwise_conv2d.
        title: in words, "Convolution 5×5, 6 filters, tanh".
        kernel: (height, width, input channels, filters) or (inputs, units) float32; None: it has none. Of a
            partial convolution 0 where nothing is connected; of radial basis functions their codes.
        bias: (filters,) or (units,) float32; None: it has none.
        window: side of the square that one output sees, of convolutions and pools; else 1.
        stride: the step from one such square to the next; else 1.
        padding: rows above and columns at the left that "same" adds as zeros.
        activation: linear, relu, tanh, softmax, …; softmax of the last layer.
        before: its output before the activation, float32: (height, width, channels) or (units,).
        after: its output, same shape; of the last layer probabilities.
        scale: (channels,) float32, of batch normalization: its output is input · scale + shift; and of
            subsampling: before the activation it is the sum of the window · scale + shift.
        shift: (channels,) float32.
    """

    key: str
    name: str
    kind: str
    title: str
    kernel: np.ndarray | None
    bias: np.ndarray | None
    window: int
    stride: int
    padding: tuple[int, int]
    activation: str
    before: np.ndarray
    after: np.ndarray
    scale: np.ndarray | None = None
    shift: np.ndarray | None = None
