"""Which image is looked at: a stored one by number, class or error; a drawing; a picture of one's own.

The choice is in the link: `dataset`, `part` and `index`, or `drawing`. Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lenet.data import datasets
from lenet.data.samples import PARTS
from lenet.drawing import url_encoding
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.errors import DatasetError, DrawingError
from lenet.evaluation.prediction import Prediction
from lenet.figures import drawing_figures
from lenet.sentences import shown
from pages.parts.inspect.network_choice import Network
from pages.parts.shared.clicks import DRAW
from pages.parts.shared.link import put
from pages.parts.shared.markdown import escaped
from pages.parts.shared.theme import ink

WIDTH = 150  # pixels
_FALLBACK = "mnist"
# A drawn 3: places of the pen on a square of 100, x to the right, y down.
_THREE = (
    (28, 20),
    (40, 12),
    (56, 12),
    (66, 22),
    (62, 36),
    (46, 46),
    (62, 54),
    (70, 68),
    (62, 82),
    (44, 88),
    (28, 80),
)


@dataclass(frozen=True)
class Digit:
    """An image, and where it is from.

    Attributes:
        image: (H, W, C) uint8.
        label: its class; None of a drawing.
        dataset, part, index: its place; "" and 0 of a drawing.
    """

    image: np.ndarray
    label: int | None = None
    dataset: str = ""
    part: str = ""
    index: int = 0


def show(dataset: str, part: str, index: int) -> None:
    """Look at a stored image: the link says so from now on."""
    put(drawing=None, dataset=dataset, part=part, index=str(index))


def show_drawing(image: np.ndarray) -> None:
    """Look at a drawing, (28, 28) uint8."""
    put(drawing=url_encoding.encode(image), dataset=None, part=None, index=None)


def digit(network: Network | None) -> Digit | None:
    """The image of the link; else the first test image of the network's data. None: a sentence says why."""
    try:
        if text := st.query_params.get("drawing"):
            return Digit(url_encoding.decode(text)[..., None])
        place = _place(network)
        if not st.query_params.get("dataset") and not datasets.available(place[0]):
            return _drawn(place[0])
        return _stored(*place)
    except (DrawingError, DatasetError) as error:
        st.error(escaped(str(error)))
    own_image_button(network)
    _draw_button()
    return None


def _draw_button() -> None:
    st.button("Draw a digit", icon=":material/draw:", on_click=st.switch_page, args=(DRAW,))


def _drawn(dataset: str) -> Digit:
    """What a first visit shows where the network's data are not on this machine."""
    title = datasets.info(dataset).title
    st.caption(escaped(f"{title}: not on this machine yet. Here is a drawn digit."))
    _draw_button()
    return Digit(render([Drawing((np.array(_THREE, float),), canvas=100)])[0][..., None])


def own_image_button(network: Network | None) -> None:
    """A way on from an image that is not there, or does not fit: the first one that the network knows."""
    dataset = network.dataset if network and network.dataset else _FALLBACK
    if datasets.available(dataset):
        st.button("Take a test image", icon=":material/image:", on_click=show, args=(dataset, "test", 0))


def digit_card(chosen: Digit) -> None:
    """The image, and what it is."""
    squeezed = chosen.image[..., 0] if chosen.image.shape[2] == 1 else chosen.image
    st.image(drawing_figures.pixels(squeezed), width=WIDTH, alt="The image that is looked at")
    if chosen.label is None:
        st.caption("A drawing, or a picture of your own")
        return
    about = datasets.info(chosen.dataset)
    part = "Test" if chosen.part == "test" else "Training"
    truth = about.class_names[chosen.label]
    st.caption(escaped(f"{part} image {chosen.index:,} of {about.title}: ") + f"**{escaped(truth)}**")


def prediction_card(prediction: Prediction, chosen: Digit) -> None:
    """What the network says."""
    shown = (prediction.probabilities, prediction.class_names, prediction.sure)
    st.image(drawing_figures.prediction(*shown, ink()), alt=drawing_figures.in_words(*shown))
    if chosen.label is not None and prediction.predicted_class != chosen.label:
        st.caption(":red-badge[:material/close: An error]")
    elif not prediction.sure:
        st.caption(f":orange-badge[:material/help: Not sure] {escaped(prediction.reason)}")


def number_picker(chosen: Digit | None, network: Network | None) -> None:
    """Any stored image by its number."""
    dataset, part, index = _place(network, quiet=True) if chosen is None or not chosen.dataset else (
        chosen.dataset, chosen.part, chosen.index)  # fmt: skip
    try:
        about = datasets.info(dataset)
    except DatasetError:
        return
    if not datasets.available(dataset):
        return
    count = about.num_test if part == "test" else about.num_train
    st.session_state.update({"inspect-part": part, "inspect-index": min(max(index, 0), max(count - 1, 0))})

    def move() -> None:
        index = st.session_state["inspect-index"]
        show(dataset, st.session_state["inspect-part"], 0 if index is None else index)

    def other_part() -> None:
        show(dataset, st.session_state["inspect-part"], 0)

    st.number_input("Number", 0, max(count - 1, 0), key="inspect-index", on_change=move,
                    label_visibility="collapsed")  # fmt: skip
    titles = {"test": "Test images", "train": "Training images"}
    st.selectbox("Images", list(titles), key="inspect-part", on_change=other_part,
                 format_func=titles.__getitem__, label_visibility="collapsed")  # fmt: skip


def _place(network: Network | None, quiet: bool = False) -> tuple[str, str, int]:
    """Data set, part and index of the link, with a sentence for each that is none."""
    own = network.dataset if network and network.dataset else _FALLBACK
    dataset, part = st.query_params.get("dataset") or own, st.query_params.get("part") or "test"
    if part not in PARTS:
        _say(quiet, f"Part: received {shown(part)} in the link, expected test or train. Test is shown.")
        part = "test"
    asked = st.query_params.get("index") or "0"
    if not asked.isdecimal() or len(asked) > 9:
        _say(quiet, f"Image: received {shown(asked)} in the link, expected a number from 0 on. 0 is shown.")
        asked = "0"
    return dataset, part, int(asked)


def _say(quiet: bool, sentence: str) -> None:
    if not quiet:
        st.warning(escaped(sentence))


def _stored(dataset: str, part: str, index: int) -> Digit:
    image, label = datasets.sample(dataset, index, part)
    return Digit(image, label, dataset, part, index)
