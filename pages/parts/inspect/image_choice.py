"""Which image is looked at: a stored one by number, class or error; a drawing; a picture of one's own.

The choice is in the link: `dataset`, `part` and `index`, or `drawing`. Must not import TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from lenet.browser.network_file import is_computed
from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.errors import DatasetError
from lenet.evaluation.prediction import DIGITS, Prediction
from lenet.figures import drawing_figures
from lenet.networks.model_reference import classes_of
from pages.parts.inspect.network_choice import Network
from pages.parts.shared.clicks import DRAW
from pages.parts.shared.link import bound, go, has, look, warn, write_all
from pages.parts.shared.link_fields import INSPECT as LINK
from pages.parts.shared.live_network import encoded, epochs_under, live_network, told
from pages.parts.shared.markdown import escaped

PAGE = "inspect"  # whose live parts share one session in the browser
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
        about: its data set, one that grows as the network's run has it; None of a drawing.
    """

    image: np.ndarray
    label: int | None = None
    dataset: str = ""
    part: str = ""
    index: int = 0
    about: DatasetInfo | None = None

    @property
    def class_name(self) -> str | None:
        """That of its label; None of a drawing."""
        return self.about.class_names[self.label] if self.about else None

    def label_among(self, class_names: Sequence[str]) -> int | None:
        """The place of its class among those of a network; None where that does not know it."""
        return class_names.index(self.class_name) if self.class_name in class_names else None


def show(dataset: str, part: str, index: int) -> None:
    """Look at a stored image: the link says so from now on."""
    write_all(LINK, {"drawing": None, "dataset": dataset, "part": part, "index": index})


def show_drawing(image: np.ndarray) -> None:
    """Look at a drawing, (28, 28) uint8."""
    write_all(LINK, {"drawing": image, "dataset": None, "part": None, "index": None})


def digit(network: Network | None) -> Digit | None:
    """The image of the link; else the first test image of the network's data. None: a sentence says why."""
    image, problem = look(LINK["drawing"])
    if image is not None:
        return Digit(image[..., None])
    try:
        if not problem:
            return _stored_or_drawn(network, *_place(network))
    except DatasetError as error:
        problem = str(error)
    st.error(escaped(problem))
    test_image_button(network)
    if network is None or network.predicts_digits:
        _draw_button()
    return None


def _draw_button() -> None:
    st.button("Draw a digit", icon=":material/draw:", on_click=go, args=(DRAW,))


def _run(network: Network | None, dataset: str) -> Path | None:
    return network.run_on(dataset) if network else None


def _drawn(why: str) -> Digit:
    """What a first visit shows where the network's data are not on this machine."""
    st.caption(escaped(f"{why} Here is a drawn digit."))
    _draw_button()
    return Digit(render([Drawing((np.array(_THREE, float),), canvas=100)])[0][..., None])


def test_image_button(network: Network | None) -> None:
    """A way on from an image that is not there, or does not fit: the first one that the network knows."""
    dataset = network.dataset if network and network.dataset else _FALLBACK
    if datasets.available(dataset, _run(network, dataset)):
        st.button("Take a test image", icon=":material/image:", on_click=show, args=(dataset, "test", 0))


def digit_card(chosen: Digit) -> None:
    """The image, and what it is."""
    squeezed = chosen.image[..., 0] if chosen.image.shape[2] == 1 else chosen.image
    st.image(drawing_figures.pixels(squeezed), width=WIDTH, alt="The image that is looked at")
    if chosen.about is None:
        st.caption("A drawing, or a picture of your own")
        return
    part = "Test" if chosen.part == "test" else "Training"
    where = escaped(f"{part} image {chosen.index:,} of {chosen.about.title}: ")
    st.caption(where + f"**{escaped(chosen.class_name)}**")


def live_image(network: Network, chosen: Digit) -> None:
    """The image and the network, for what the browser computes."""
    models = [network.spec] if is_computed(network.config, chosen.image.shape) else []
    live_network("image", PAGE, "live-inspected", image=encoded(chosen.image), models=models)


def prediction_card(prediction: Prediction | None, chosen: Digit, network: Network) -> None:
    """What the network says: the server, until the browser does; None: it is not known yet."""
    live_network(
        "prediction", PAGE, "live-inspected-prediction", index=0, hint="…",
        classes=classes_of(network.spec) or DIGITS,
        told=prediction and told(prediction),
        epochs=epochs_under(network.slider, network.model.reference, network.epochs),
    )  # fmt: skip
    label = chosen.label_among(prediction.class_names) if prediction else None
    if label is not None and prediction.predicted_class != label:
        st.caption(":red-badge[:material/close: Wrong prediction]")


def number_picker(chosen: Digit | None, network: Network | None) -> None:
    """Any stored image by its number."""
    dataset, part, index = _place(network, quiet=True) if chosen is None or not chosen.dataset else (
        chosen.dataset, chosen.part, chosen.index)  # fmt: skip
    run = _run(network, dataset)
    try:
        about = datasets.info(dataset, run)
    except DatasetError:
        return
    if not datasets.available(dataset, run):
        return
    count = about.num_test if part == "test" else about.num_train
    number, images = bound(LINK["index"], min(index, max(count - 1, 0))), bound(LINK["part"], part)
    state, titles = st.session_state, {"test": "Test images", "train": "Training images"}
    number["on_change"] = lambda: show(dataset, part, state[number["key"]] or 0)
    images["on_change"] = lambda: show(dataset, state[images["key"]], 0)
    st.number_input("Number", 0, max(count - 1, 0), label_visibility="collapsed", **number)
    st.selectbox("Images", list(titles), format_func=titles.__getitem__, label_visibility="collapsed",
                 **images)  # fmt: skip


def _place(network: Network | None, quiet: bool = False) -> tuple[str, str, int]:
    """Data set, part and index of the link, with a sentence for each that is none."""
    own = network.dataset if network and network.dataset else _FALLBACK
    place = look(LINK["dataset"], default=own), look(LINK["part"]), look(LINK["index"], default=0)
    for _, problem in place:
        if problem and not quiet:
            warn(problem)
    return tuple(value for value, _ in place)


def _stored_or_drawn(network: Network | None, dataset: str, part: str, index: int) -> Digit:
    run = _run(network, dataset)
    about = datasets.info(dataset, run)
    if not has(LINK["dataset"]) and not datasets.available(dataset, run):
        return _drawn(datasets.hidden(dataset, run) or f"{about.title}: not on this machine yet.")
    image, label = datasets.sample(dataset, index, part, run)
    return Digit(image, label, dataset, part, index, about)
