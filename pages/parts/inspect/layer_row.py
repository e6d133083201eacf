"""The network as a row of layers, each with its shape and what it makes of the image; a click picks one.

Must not import TensorFlow or Keras.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from lenet.figures.feature_map_sheets import colored
from lenet.figures.mosaics import data_url, mosaic
from lenet.inspection.results import Activations, LayerView
from lenet.layers.kind import format_shape
from pages.parts.shared.live_network import MODULES

_HERE = Path(__file__).parent
_MOST = 9  # maps of a layer in its small picture

_mount = st.components.v2.component(
    "lenet_layer_row",
    html='<div class="row" role="group" aria-label="Layers of the network"></div>',
    css=(_HERE / "layer_row.css").read_text("utf-8"),
    js=MODULES + (_HERE / "layer_row.js").read_text("utf-8"),
)


def layer_row(
    activations: Activations,
    image: np.ndarray,
    chosen: str,
    on_pick: Callable[[str], None],
    key: str = "layer-row",
) -> None:
    """One button for each layer; the input comes first and cannot be picked.

    Args:
        image: (H, W, C) uint8, as it is stored.
        chosen: key of the layer that is shown below.
        on_pick: called with the key of the layer that is clicked.
    """
    layers = [_input(activations.inputs, image), *map(_layer, activations.layers)]

    def picked() -> None:
        asked = st.session_state[key].get("picked")
        if asked in {layer.key for layer in activations.layers}:
            on_pick(asked)

    _mount(key=key, data={"layers": layers, "chosen": chosen}, on_picked_change=picked)


def _input(inputs: np.ndarray, image: np.ndarray) -> dict[str, Any]:
    shape = format_shape(inputs.shape)
    return {"key": "", "name": "Input", "shape": shape, "title": "What the network receives",
            "src": data_url(image) if image.shape[2] == 3 else _thumbnail(inputs)}  # fmt: skip


def _layer(layer: LayerView) -> dict[str, Any]:
    shape = format_shape(layer.after.shape)
    return {"key": layer.key, "name": layer.name, "shape": shape, "title": layer.title,
            "src": _thumbnail(layer.after)}  # fmt: skip


def _thumbnail(values: np.ndarray) -> str:
    """Some maps as a square, units as rows of squares."""
    if values.ndim == 3:
        maps = values[..., :_MOST].transpose(2, 0, 1)
        columns = int(np.ceil(np.sqrt(len(maps))))
        return data_url(mosaic(colored(maps, shared=True), columns, maps.shape[2], gap=1))
    columns = int(np.ceil(np.sqrt(len(values))))
    padded = np.zeros(-(-len(values) // columns) * columns, np.float32)
    padded[: len(values)] = values
    return data_url(colored(padded.reshape(1, -1, columns), shared=True)[0])
