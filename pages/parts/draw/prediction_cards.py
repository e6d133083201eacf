"""The predictions beside the canvas: what the network sees, and one card a model. No TensorFlow."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from lenet.browser.network_file import is_computed
from lenet.data.datasets import info
from lenet.drawing.mnist_format import SIZE
from lenet.errors import DatasetError
from lenet.evaluation import abstention
from lenet.evaluation.prediction import DIGITS, NoPrediction, Prediction
from lenet.formatting import percent
from lenet.networks.model_reference import classes_of, config_of, parse
from lenet.networks.pretrained import PRETRAINED
from lenet.runs.folder import default_folder
from pages.parts.draw.model_picker import Choices, epochs_of, model_picker, short_title
from pages.parts.shared import tour
from pages.parts.shared.glossary_links import help_on
from pages.parts.shared.html_download import html_download
from pages.parts.shared.live_network import live_network
from pages.parts.shared.live_network import told as told_of
from pages.parts.shared.markdown import escaped
from pages.parts.shared.model_files import pixels_in_words
from pages.parts.shared.questions import ask, forget, what_is_awaited

WHAT_TO_DRAW = "Draw a digit"  # of networks that know nothing else, "Draw"
PAGE = "draw"  # whose parts share one session in the browser
_SURE = "draw-sure"  # key of the session: the browser has said that a network is sure of the drawing
_HOW_SURE = (
    "A network always predicts something. Its prediction is called unsure where there is less or more ink "
    "than in digits; where the drawing is more like a letter, a sign, a scribble or two digits than like one "
    f"digit; or where its class has less than {percent(abstention.LEAST_PROBABLE, 0)} on average of the "
    "drawing and of the same moved, turned, slanted and scaled a little."
)


@dataclass(frozen=True)
class Sizes:
    """How large things are on a screen, in pixels."""

    canvas: int
    card: tuple[int, int, int]  # with one model, two, three
    seen: int
    is_large: bool = False  # the prediction fills its card
    pen: int = 20
    most_beside: int = 2  # cards that leave room for what the network sees
    is_phone: bool = False  # the prediction is next to the canvas: names of models and the rest are below it


# A phone is at least 360 pixels wide, 328 without margins; a projector at least 1280.
SIZES = {
    "laptop": Sizes(320, (300, 232, 230), 220),
    "touch": Sizes(320, (320, 320, 320), 200, pen=26, is_phone=True),
    "projector": Sizes(760, (480, 390, 250), 300, is_large=True, most_beside=1),
}


def are_told(specs: list[str]) -> list[str]:
    """Those that the server computes: the browser computes the others, at every move of the pen."""
    return [spec for spec in specs if not is_computed(config_of(spec), (SIZE, SIZE, 1))]


def ask_models(specs: list[str], image: np.ndarray | None) -> dict[str, Prediction | NoPrediction | None]:
    """What those that the server computes predict for the (28, 28) uint8 image; None: no answer yet."""
    asked = are_told(specs)
    if image is None or not asked:
        return {}
    reply = ask(
        "prediction",
        "lenet.evaluation.predictor.predictions",
        (asked, image, str(default_folder().resolve())),
    )
    if reply.problem:
        st.button("Ask again", icon=":material/refresh:", on_click=forget, args=("prediction",))
        return {spec: NoPrediction(spec, reply.problem) for spec in asked}
    return dict(zip(asked, reply.values[0], strict=True)) if reply.values else dict.fromkeys(asked)


def seen_card() -> None:
    """The 28×28 pixels, with the box of the ink and its center of mass."""
    live_network("pixels", PAGE, "live-seen", label="The 28×28 pixels that the network sees")


def prediction_cards(
    told: dict[str, Prediction | NoPrediction | None],
    specs: list[str],
    known: Choices,
    sizes: Sizes,
    hint: str,
) -> None:
    """One card a model, side by side.

    Args:
        told: the predictions of those that the server computes.
        hint: what to do where nothing is drawn.
    """
    if st.session_state.pop(_SURE, False):
        tour.reached("draw")
    if not specs:
        st.info("There is no model here yet: train one on the Train page, on MNIST digits.")
    for index, spec in enumerate(specs):
        with st.container(width=sizes.card[len(specs) - 1], gap="xsmall"):
            slots = [st.container(gap="xsmall"), st.container(gap="xsmall")]
            picker_slot, card_slot = reversed(slots) if sizes.is_phone else slots
            with picker_slot:
                model_picker(index, specs, known)
            with card_slot:
                classes = classes_of(spec) or DIGITS
                epochs = epochs_of(index, specs, known)
                _card(index, told.get(spec), sizes, _hint(classes, hint), classes, epochs)
                _below_card(told.get(spec), spec, is_awaited=spec in told and told[spec] is None)
                if parse(spec).is_file and not isinstance(told.get(spec), NoPrediction):
                    pixels_in_words(f"draw-{index}", spec)


def _hint(classes: tuple[str, ...], hint: str) -> str:
    """What to do, for that model: one of other classes than digits asks for no digit."""
    return "Draw" if hint == WHAT_TO_DRAW and classes != DIGITS else hint


def _card(
    index: int,
    told: Prediction | NoPrediction | None,
    sizes: Sizes,
    hint: str,
    classes: tuple[str, ...],
    epochs: dict[str, Any] | None,
) -> None:
    """The prediction: the browser's at every move of the pen, or the server's where that has none."""
    answer = told if isinstance(told, Prediction) else None
    live_network(
        "prediction", PAGE, f"live-prediction-{index}", on_sure=_note_sure, index=index,
        hint=hint, told=answer and told_of(answer), classes=classes, is_large=sizes.is_large,
        wants_sure=tour.is_on(), epochs=epochs,
    )  # fmt: skip


def _note_sure() -> None:
    st.session_state[_SURE] = True  # a callback cannot run the page, which the tour asks for


def _below_card(told: Prediction | NoPrediction | None, spec: str, is_awaited: bool) -> None:
    if isinstance(told, NoPrediction):
        st.error(escaped(told.problem))
    elif is_awaited:
        st.caption(f":material/hourglass_top: {what_is_awaited()}")
    else:
        st.caption(_about(spec), help=help_on("rejection", words=_HOW_SURE))


def feature_maps(specs: list[str], known: Choices) -> None:
    """What each layer of the first model gives, while it is drawn; of a file, Inspect shows that."""
    if parse(specs[0]).is_file:
        return
    st.caption(f"Feature maps of {escaped(short_title(specs[0], known))}, layer by layer")
    live_network("maps", PAGE, "live-maps", index=0)
    html_download(specs[0])


def _about(spec: str) -> str:
    """What to expect of the model."""
    if _is_fresh(spec):
        return "Untrained: its weights are random."
    if card := PRETRAINED.get(spec):
        return f"Accuracy {percent(card.test_accuracy)} on the test images of {info(card.dataset).title}"
    config = config_of(spec)
    if parse(spec).is_file:
        return "A file from elsewhere."
    return f"Trained on {_title(spec, config.dataset)}" if config else "It is not here any more."


def _title(spec: str, dataset: str) -> str:
    try:
        return escaped(info(dataset, default_folder() / parse(spec).name).title)
    except DatasetError:  # which was deleted
        return escaped(dataset)


def _is_fresh(spec: str) -> bool:
    config = config_of(spec) if parse(spec).epoch_number == 0 else None
    return config is not None and config.initial_weights is None
