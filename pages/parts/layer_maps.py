"""What each layer of a network makes of a drawing: one picture each. Must not import TensorFlow or Keras."""

import numpy as np
import streamlit as st

from lenet.architectures import network_input_shape, summarize
from lenet.pictures import grey, kernel_mosaic, map_mosaic, mosaic
from pages.parts.draw_models import config_of
from pages.parts.words import escaped


def layer_maps(maps: dict[str, np.ndarray], spec: str, width: int) -> None:
    """The maps of each layer, or its units as squares; `width` in pixels, beside the layer's name."""
    names = _layer_names(spec)
    for key, values in maps.items():
        _row(names.get(key.partition("_")[0], key), _picture(values, width))


def first_kernels(kernels: dict[str, np.ndarray], spec: str, width: int) -> None:
    """Those of the first convolution; nothing where there is none."""
    for key, values in list(kernels.items())[:1]:
        columns = min(values.shape[-1], 16)
        name = _layer_names(spec).get(key.partition("_")[0], key)
        _row(f"Kernels of {name}", kernel_mosaic(values, columns, min(60, width // columns - 3)))


def _picture(values: np.ndarray, width: int) -> np.ndarray:
    if values.ndim == 3:
        columns = 10 if values.shape[-1] <= 20 else 16
        zoom = max(1, (width // columns - 4) // values.shape[1])  # whole pixels: sharp, and no wider
        return map_mosaic(values, columns, zoom * values.shape[1])
    columns = min(len(values), 60)
    return mosaic(grey(values).reshape(-1, 1, 1, 3), columns, width // max(columns, 20) - 2)


def _row(name: str, picture: np.ndarray) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.caption(escaped(name), width=60)
        st.image(picture, alt=name)


def _layer_names(spec: str) -> dict[str, str]:
    """Position in the network, from "1" → C1, S2, C3, …; none where the config is not at hand."""
    config = config_of(spec)
    if config is None:
        return {}
    layers = summarize(config.layers, network_input_shape(config, (28, 28, 1))).layers
    return {str(index): layer.name for index, layer in enumerate(layers, start=1)}
