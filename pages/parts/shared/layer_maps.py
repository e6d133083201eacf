"""What each layer of a network makes of an image: a picture each. Must not import TensorFlow or Keras."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lenet.data.preprocessing import network_input_shape
from lenet.figures.feature_map_sheets import Sheet, map_sheet, strip_sheet
from lenet.figures.mosaics import grey, map_mosaic, mosaic
from lenet.inspection.results import LayerView
from lenet.networks.model_reference import config_of
from lenet.networks.summary import summarize
from pages.parts.shared.markdown import escaped
from pages.parts.shared.picture_sheet import Mark, Pick, picture_sheet

_NAME_WIDTH = 60  # pixels


def layer_maps(maps: dict[str, np.ndarray], spec: str, width: int) -> None:
    """The maps of each layer, or its units as squares; `width` in pixels, beside the layer's name."""
    names = _layer_names(spec)
    for key, values in maps.items():
        _row(names.get(key.partition("_")[0], key), _picture(values, width))


def clickable_maps(
    layer: LayerView,
    values: np.ndarray,
    width: int,
    shared: bool,
    on_pick: Pick,
    key: str,
    marks: Sequence[Mark] = (),
    class_names: Sequence[str] = (),
    most: int = 10**9,
) -> None:
    """The maps of one layer, or its units, as one picture; `values` are its output, before or after.

    Args:
        on_pick: called with channel, row and column of what is clicked.
        most: pixels that a map may be wide.
    """
    picture_sheet(sheet_of(layer, values, width, shared, class_names, most), key,
                  f"Feature maps of {layer.name}", on_pick, marks=marks)  # fmt: skip


def sheet_of(
    layer: LayerView,
    values: np.ndarray,
    width: int,
    shared: bool,
    class_names: Sequence[str] = (),
    most: int = 10**9,
) -> Sheet:
    """The sheet that `clickable_maps` shows."""
    if values.ndim == 3:
        return map_sheet(values, width, shared, f"{layer.name} map", most=most)
    labels = [f"{layer.name}, {name}" for name in class_names] if len(class_names) == len(values) else ()
    return strip_sheet(values, width, labels)


def _picture(values: np.ndarray, width: int) -> np.ndarray:
    if values.shape[:-1] == (1, 1):  # maps of one pixel are units
        values = values[0, 0]
    if values.ndim == 3:
        columns = 10 if values.shape[-1] <= 20 else 16
        zoom = max(1, (width // columns - 4) // values.shape[1])  # whole pixels: sharp, and no wider
        return map_mosaic(values, columns, zoom * values.shape[1])
    columns = min(len(values), 60)
    return mosaic(grey(values).reshape(-1, 1, 1, 3), columns, width // max(columns, 20) - 2)


def _row(name: str, picture: np.ndarray) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.caption(escaped(name), width=_NAME_WIDTH)
        st.image(picture, alt=name)


def _layer_names(spec: str) -> dict[str, str]:
    """Position in the network, from "1" → C1, S2, C3, …; none where the config is not at hand."""
    config = config_of(spec)
    if config is None:
        return {}
    layers = summarize(config.layers, network_input_shape(config, (28, 28, 1))).layers
    return {str(index): layer.name for index, layer in enumerate(layers, start=1)}
