"""Kernels and feature maps: of one layer, large, and of all layers at once.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lenet.figures.feature_map_sheets import (
    MOST_TILES,
    KernelSheet,
    Sheet,
    as_kernel,
    color_kernel_sheet,
    colors_in_words,
    kernel_sheets,
    kernels_above_maps,
    scale_in_words,
    weight_matrix,
)
from lenet.inspection.results import Activations, LayerView
from lenet.runs.layers import rules_of
from lenet.sentences import listed
from pages.parts.inspect.position import Place, go
from pages.parts.shared.glossary_links import term
from pages.parts.shared.layer_maps import clickable_maps
from pages.parts.shared.link import segments
from pages.parts.shared.link_fields import INSPECT as LINK
from pages.parts.shared.paper1998_views import codes_view, coefficients, connection_table
from pages.parts.shared.picture_sheet import Mark, picture_sheet
from pages.parts.shared.screen import screen

_NAME_WIDTH = 75  # pixels
_LARGE, _SMALL = 200, 64  # pixels that a kernel may be wide
MOST_PAIRS = 32  # kernels above their maps
_SCALES = {"shared": "One scale for all", "own": "Each its own scale"}
_MOMENTS = {"before": "Before activation", "after": "After activation"}
_WHAT = {"kernels": "Kernels", "maps": "Feature maps"}
_ALL = "All"


@dataclass(frozen=True)
class Look:
    """How values are shown."""

    shared: bool
    before: bool

    def values(self, layer: LayerView) -> np.ndarray:
        """What the layer gives, before or after its activation."""
        return layer.before if self.before else layer.after


def look_options(where: Place | None) -> Look:
    """The switches above maps; those of kernels where a layer has some."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        scale = segments(LINK["scale"], _SCALES.__getitem__)
        when = segments(LINK["when"], _MOMENTS.__getitem__)
        if where is not None:
            _channel_choice(where)
    return Look(scale == "shared", when == "before")


def kernels_and_maps(where: Place, activations: Activations, label: int | None) -> None:
    """Of the chosen layer: its kernels, and below what they make of the image; `label`: the true class."""
    layer = where.layer
    has_kernels = layer.kernel is not None and layer.kernel.ndim == 4
    look = look_options(where if has_kernels else None)
    values = look.values(layer)
    if has_kernels and _has_pairs(where):
        _pairs(where, values, look)
        if where.channel_names:
            _kernels(where, look)
        return
    st.markdown(f"**{layer.name}** {layer.title}")
    marks = [Mark("chosen", where.channel, 0, 0, *_size(values))]
    _maps(layer, values, look, screen().width, "maps", activations, marks)
    st.caption(f"{scale_in_words(values, look.shared)} Click a place: its arithmetic opens.")
    _weights(where, activations, look, label)


def _has_pairs(where: Place) -> bool:
    """Whether each kernel is one picture, grey or in color, and there are few enough to stand above maps."""
    kernel = where.layer.kernel
    is_one_picture = kernel.ndim == 4 and (kernel.shape[2] == 1 or bool(where.channel_names))
    return is_one_picture and kernel.shape[3] <= MOST_PAIRS


def _weights(where: Place, activations: Activations, look: Look, label: int | None) -> None:
    """What the layer has learned, or was given in 1998."""
    layer, before = where.layer, _name_before(where, activations)
    if layer.kind == "radial_basis":
        codes_view(where.inputs, layer.kernel.T, before, activations.prediction.class_names, label)
        return
    if layer.kind == "subsampling":
        coefficients(layer)
    if layer.kind == "partial_conv":
        connection_table(layer, before)
    _kernels(where, look)


def _name_before(where: Place, activations: Activations) -> str:
    names = ["Input", *(layer.name for layer in activations.layers)]
    return next(name for name, layer in zip(names, activations.layers, strict=False) if layer is where.layer)


def _pairs(where: Place, values: np.ndarray, look: Look) -> None:
    """Each kernel of a first convolution, and the map that it makes right below it."""
    layer = where.layer
    st.markdown(f"**{layer.name}** {layer.title}: each kernel, and below it the map that it makes")
    with st.container(gap="xsmall"):
        rows = kernels_above_maps(
            layer.kernel, values, screen().width, look.shared, layer.name, screen().height
        )
        for number, sheets in enumerate(rows):
            first = number * sheets[0].columns
            for sheet, what in zip(sheets, ("kernels", "maps"), strict=True):
                _row_of_pairs(where, sheet, what, number, first)
    if where.channel_names:
        words = colors_in_words(layer.kernel, look.shared)
    else:
        words = scale_in_words(np.append(layer.kernel, -1e-9), look.shared, "kernel")
    st.caption(
        f"{term('kernel', 'Kernels')}: {words} {term('feature map', 'Maps')}: "
        f"{scale_in_words(values, look.shared)} Click a place in a map: its arithmetic opens."
    )


def _row_of_pairs(where: Place, sheet: Sheet, what: str, number: int, first: int) -> None:
    chosen, side = where.channel - first, sheet.tiles.shape[1:3]

    def pick(tile: int, row: int, column: int) -> None:
        if what == "kernels":
            go(where.layer.key, first + tile)
        else:
            go(where.layer.key, first + tile, row, column, "arithmetic")

    picture_sheet(
        sheet, f"{what}-row-{number}", f"{_WHAT[what]} of {where.layer.name}", pick, picked=(chosen, 0, 0),
        marks=[Mark("chosen", chosen, 0, 0, *side)] if 0 <= chosen < len(sheet.tiles) else [],
    )  # fmt: skip


def all_layers(activations: Activations) -> None:
    """Every layer's maps, a row each."""
    look = look_options(None)
    for layer in activations.layers:
        with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
            st.caption(layer.name, width=55, help=layer.title)
            _maps(
                layer,
                look.values(layer),
                look,
                screen().width - _NAME_WIDTH,
                f"all-{layer.key}",
                activations,
                most=round(60 * screen().letters),
            )
    st.caption("Black to white, or blue through white (zero) to red where there are negative values. "
               "Click a place, and its arithmetic opens.")  # fmt: skip


def _maps(layer, values, look, width, key, activations, marks=(), most=10**9) -> None:
    clickable_maps(
        layer, values, width, look.shared,
        lambda channel, row, column: go(layer.key, channel, row, column, "arithmetic"),
        key, marks, activations.prediction.class_names if layer is activations.layers[-1] else (), most,
    )  # fmt: skip


def _size(values: np.ndarray) -> tuple[int, int]:
    return values.shape[:2] if values.ndim == 3 else (1, 1)


def _channel_choice(where: Place) -> None:
    channels = where.layer.kernel.shape[2]

    def title(asked: str) -> str:
        return "All input channels" if asked == _ALL else _name(where, int(asked)).capitalize()

    if channels > 1:
        st.selectbox("Input channel", [_ALL, *map(str, range(channels))], key="input-channel", width=190,
                     format_func=title, label_visibility="collapsed")  # fmt: skip


def _name(where: Place, channel: int) -> str:
    """Of an input channel."""
    return where.channel_names[channel] if where.channel_names else f"channel {channel}"


def _kernels(where: Place, look: Look) -> None:
    layer = where.layer
    if layer.kernel is None:
        return
    kernel = as_kernel(layer, where.inputs.shape)
    if kernel is None:
        st.markdown(f"**Weights of {layer.name}**: a row for each input, a column for each unit")
        picture_sheet(weight_matrix(layer.kernel, screen().width), "matrix", f"Weights of {layer.name}")
        return
    if where.channel_names and not _has_pairs(where):
        _in_color(where, kernel, look)
    kernel, words = _part(where, kernel)
    st.markdown(f"**Kernels of {layer.name}** {words}")
    most = _SMALL if where.channel_names else _LARGE  # those in color are above, and larger
    sheets = kernel_sheets(kernel, screen().width, look.shared, most, where.channel_names)
    for number, part in enumerate(sheets):
        picture_sheet(
            part.sheet, f"kernels-{number}", f"Kernels of {layer.name}",
            lambda tile, row, column, part=part: go(layer.key, part.filter_at(tile)),
            marks=_chosen(part, where.channel),
        )  # fmt: skip
    st.caption(scale_in_words(np.append(kernel, -1e-9), look.shared, "filter"))


def _in_color(where: Place, kernel: np.ndarray, look: Look) -> None:
    """Each kernel over red, green and blue as one picture."""
    name, kernel = where.layer.name, kernel[..., :MOST_TILES]
    st.markdown(f"**Kernels of {name}** in color, over {listed(where.channel_names)}")
    marks = [Mark("chosen", where.channel, 0, 0, *kernel.shape[:2])]
    picture_sheet(
        color_kernel_sheet(kernel, screen().width, look.shared), "kernels-in-color", f"Kernels of {name}",
        lambda tile, row, column: go(where.layer.key, tile),
        marks=marks if where.channel < kernel.shape[3] else [],
    )  # fmt: skip
    st.caption(colors_in_words(kernel, look.shared))


def _chosen(part: KernelSheet, channel: int) -> list[Mark]:
    """A frame around the chosen filter: all its input channels."""
    tiles = part.tiles_of(channel)
    if not tiles:
        return []
    height, width = part.sheet.tiles.shape[1:3]
    rows = len(tiles)
    return [
        Mark("chosen", tiles[0], 0, 0, rows * height + (rows - 1) * part.sheet.gap / part.sheet.zoom, width)
    ]


def _part(where: Place, kernel: np.ndarray) -> tuple[np.ndarray, str]:
    """What of the kernels is shown, and a few words about it."""
    layer, (height, width, channels, filters) = where.layer, kernel.shape
    size = f"{height}×{width}"
    asked = st.session_state.get("input-channel", _ALL)
    is_one = asked.isdecimal() and len(asked) < 9 and int(asked) < channels
    if rules_of(layer.kind).output_word == "filters" and channels > 1 and is_one:
        name = _name(where, int(asked))
        words = f"over {name if where.channel_names else f'input {name}'}: {filters} of {size}"
        return kernel[:, :, int(asked) : int(asked) + 1], words
    if channels == 1:
        return kernel[..., :MOST_TILES], f"{filters} of {size}"
    shown = max(1, min(filters, MOST_TILES // channels))
    part = "" if shown == filters else f"; the first {shown} of {filters} are shown"
    names = f" ({listed(where.channel_names)})" if where.channel_names else ""
    words = f"{size}: a row for each of {channels} input channels{names}, a column for each filter{part}"
    return kernel[..., :shown], words
