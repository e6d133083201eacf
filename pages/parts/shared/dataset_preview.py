"""Before data are stored: what the network would get beside MNIST, what was noticed, and ways to change it.

Must not import TensorFlow or Keras.
"""

import numpy as np
import streamlit as st

from lenet.data import datasets
from lenet.data.imports.choices import SCALINGS, Choices, parse_range
from lenet.engine.import_process import Found
from lenet.errors import DatasetError
from lenet.figures.mosaics import mosaic
from lenet.formatting import counted
from pages.parts.shared.markdown import escaped

SHOWN = 9
_SIDE = 144  # pixels of nine images
# Of each control what it shows, and what that is in `Choices`.
_POLARITIES = {"As found": None, "Keep": False, "Invert": True}
_COLORS = {"As found": None, "In color": True, "Gray": False}
_ORIENTATIONS = {"As found": None, "Upright": False, "Transpose": True}
_SIZES = {"As found": None} | {SCALINGS[name]: name for name in ("fit", "mnist")}


def choices_form(key: str) -> None:
    """Controls of range, polarity, colors, orientation and size; `key`: of their widgets, one each upload."""
    _segments("Polarity", _POLARITIES, f"{key}-polarity")
    _segments("Colors", _COLORS, f"{key}-color")
    _segments("Orientation", _ORIENTATIONS, f"{key}-orientation")
    st.selectbox("Size", list(_SIZES), key=f"{key}-scaling")
    st.text_input("Numbers of black and white", key=f"{key}-range", placeholder="auto, or 0:16")


def _segments(label: str, options: dict[str, bool | None], key: str) -> None:
    first, *_ = options
    st.segmented_control(label, list(options), default=first, required=True, key=key)


def chosen(key: str, class_names: tuple[str, ...]) -> Choices:
    """What those controls say now. Raises `DatasetError` where the range is none."""
    state = st.session_state
    return Choices(
        parse_range(state[f"{key}-range"]),
        _POLARITIES[state[f"{key}-polarity"]],
        _ORIENTATIONS[state[f"{key}-orientation"]],
        _SIZES[state[f"{key}-scaling"]],
        color=_COLORS[state[f"{key}-color"]],
        class_names=class_names,
    )


def show_found(found: Found) -> None:
    """Nine images as they would be stored, nine of MNIST, and what was noticed."""
    with st.container(horizontal=True):
        _nine(found.preview, "Yours, as stored")
        _nine(*_known())
    st.caption("\n".join(f"- {escaped(note)}" for note in found.notes))


def _nine(images: np.ndarray, words: str) -> None:
    colored = images if images.shape[-1] == 3 else images.repeat(3, axis=-1)
    st.image(mosaic(colored, 3, _SIDE // 3), width=_SIDE, caption=words,
             alt=f"{counted(len(images), 'image')}: {words}")  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=2)
def _nine_of(name: str) -> np.ndarray:
    return datasets.samples(name, "test", range(SHOWN))


def _known() -> tuple[np.ndarray, str]:
    """(9, H, W, 1): MNIST's, or of the bundled digits where it is not here."""
    name = "mnist" if datasets.available("mnist") else "digits"
    try:
        return _nine_of(name), "MNIST" if name == "mnist" else "Bundled digits"
    except DatasetError:  # its file is another one
        return _nine_of("digits"), "Bundled digits"
