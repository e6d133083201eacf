"""The kernels of the same layer of each run, side by side. Must not import TensorFlow or Keras."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import streamlit as st

from lenet.comparison.compared_run import ComparedRun
from lenet.errors import DatasetError, ModelError
from lenet.figures.feature_map_sheets import KernelSheet, Sheet, color_kernel_sheet, kernel_sheets
from lenet.formatting import counted
from lenet.networks import model_reference
from lenet.networks.model_reference import Model, ModelReference
from lenet.networks.stored_weights import stored_weights, summary_of
from lenet.runs.layers import keras_names
from pages.parts.compare.looks import Looks, dot
from pages.parts.shared.glossary_links import term
from pages.parts.shared.link import segments
from pages.parts.shared.link_fields import COMPARE as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.picture_sheet import picture_sheet
from pages.parts.shared.screen import screen

_MOST_RUNS = 12  # shown at once
_KEPT = 32  # networks whose kernels are in memory, at most 1 MB each
_MOST_FILTERS, _MOST_CHANNELS = 32, 16  # of a layer
_GAP = 24  # pixels between two networks

Kernels = dict[str, np.ndarray]  # C1 → (height, width, input channels, filters) float32


def kernels_view(looks: Looks) -> None:
    """A layer is chosen; each run has a place for it."""
    colored_first = sorted(range(len(looks.runs)), key=lambda place: looks.colors[place] is None)
    shown = sorted(colored_first[:_MOST_RUNS])
    found = {place: _kernels_or_why(looks.runs[place]) for place in shown}
    names = list(dict.fromkeys(name for each in found.values() if isinstance(each, dict) for name in each))
    layer = ""
    if names:
        layer = segments(replace(LINK["layer"], options=tuple(names), default=names[0]), str)
    if len(looks.runs) > _MOST_RUNS:
        st.caption(f"{_MOST_RUNS} of {len(looks.runs)} runs are shown, those with a color before others.")
    count = 1 if screen().is_phone else min(2 if len(looks.runs) < 3 else 3, len(looks.runs))
    width = screen().width if screen().is_phone else (screen().width * 3 // 2 - _GAP * count) // count
    for start in range(0, len(shown), count):
        columns = st.columns(count, gap="medium")
        for place, column in zip(shown[start : start + count], columns, strict=False):
            with column:
                _run(looks, place, layer, found[place], width)
    if names:
        st.caption(
            f"{term('kernel', 'Kernels')}: blue is negative, white zero, red positive; one scale for each "
            "network. Over red, green and blue they are in color."
        )


def _run(looks: Looks, place: int, layer: str, found: Kernels | str, width: int) -> None:
    title = escaped(looks.runs[place].title)
    st.markdown(f"{dot(looks.colors[place])}**{title}**")
    if isinstance(found, str):
        st.caption(escaped(found))
    elif layer not in found:
        st.caption(f"It has no kernels in {layer}." if layer else "It has no convolution.")
    else:
        _sheets(
            f"compare-kernels-{place}",
            found[layer],
            f"Kernels of {layer} of {looks.runs[place].title}",
            width,
        )


def _sheets(key: str, kernel: np.ndarray, alt: str, width: int) -> None:
    channels, filters = kernel.shape[2:]
    part = kernel[..., :_MOST_FILTERS] if channels == 3 else kernel[:, :, :_MOST_CHANNELS, :_MOST_FILTERS]
    sheets: list[Sheet | KernelSheet] = (
        [color_kernel_sheet(part, width)] if channels == 3 else list(kernel_sheets(part, width, most=64))
    )
    for number, sheet in enumerate(sheets):
        picture_sheet(sheet if isinstance(sheet, Sheet) else sheet.sheet, f"{key}-{number}", alt)
    size = f"{kernel.shape[0]}×{kernel.shape[1]}"
    less = (
        ""
        if part.shape == kernel.shape
        else f"; {part.shape[3]} filters over {part.shape[2]} channels are shown"
    )
    st.caption(f"{counted(filters, 'filter')} of {size} over {counted(channels, 'input channel')}{less}.")


def _kernels_or_why(run: ComparedRun) -> Kernels | str:
    """Those of its newest weights; else a sentence."""
    try:
        epochs = model_reference.epochs(run.id)
        if not epochs:
            return "It has no weights, as it has made no update (yet)."
        model = model_reference.resolve(ModelReference(run.id, epochs[-1]))
        return _kernels(model, model.weights.stat().st_mtime_ns)
    except (ModelError, DatasetError) as error:
        return str(error)
    except OSError:
        return "It was deleted just now."


@lru_cache(maxsize=_KEPT)
def _kernels(model: Model, changed: int) -> Kernels:
    summary = summary_of(model)
    arrays = stored_weights(model, summary)
    names = dict(zip(keras_names(model.config.layers), (layer.name for layer in summary.layers), strict=True))
    kernels = {
        names[key.partition("/")[0]]: value for key, value in arrays.items() if key.endswith("/kernel")
    }
    return {name: value for name, value in kernels.items() if value.ndim == 4}
