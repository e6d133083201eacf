"""The predictions beside the canvas: what the network sees, and one card a model. No TensorFlow."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lenet.data.datasets import info
from lenet.drawing.mnist_format import SIZE
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.evaluation import abstention
from lenet.evaluation.prediction import DIGITS, NoPrediction, Prediction
from lenet.figures import drawing_figures
from lenet.formatting import percent
from lenet.networks.model_reference import config_of, parse
from lenet.networks.pretrained import PRETRAINED
from lenet.runs.folder import default_folder
from pages.parts.draw.model_picker import Choices, model_picker
from pages.parts.shared.glossary_links import help_on
from pages.parts.shared.markdown import escaped
from pages.parts.shared.questions import ask, forget, what_is_awaited
from pages.parts.shared.theme import ink

_HOW_SURE = (
    "A network always predicts something. Its prediction is called unsure where there is less or more ink "
    "than in digits; where the drawing is not shaped like what people write for that digit; where the two "
    f"best are less than {percent(abstention.CLOSE, 0)} apart; or where the prediction changes when the "
    "drawing is moved, turned, slanted or scaled a little."
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


def ask_models(specs: list[str], image: np.ndarray | None) -> list[Prediction | NoPrediction | None]:
    """What each model predicts for the (28, 28) uint8 image; None each while there is no answer."""
    if image is None or not specs:
        return [None] * len(specs)
    reply = ask(
        "prediction",
        "lenet.evaluation.predictor.predictions",
        (specs, image, str(default_folder().resolve())),
    )
    if reply.problem:
        st.button("Ask again", icon=":material/refresh:", on_click=forget, args=("prediction",))
        return [NoPrediction(spec, reply.problem) for spec in specs]
    return reply.values[0] if reply.values else [None] * len(specs)


def see(drawing: Drawing | None, box: bool, center: bool) -> np.ndarray | None:
    """(28, 28) uint8: what the network sees of it; None where nothing is drawn."""
    return None if drawing is None else render([drawing], box, center)[0]


def seen_card(image: np.ndarray | None, width: int) -> None:
    """The 28×28 pixels, with the box of the ink and its center of mass."""
    picture = np.zeros((SIZE, SIZE), np.uint8) if image is None else image
    st.image(drawing_figures.seen(picture), width=width, alt="The 28×28 pixels that the network sees")


def prediction_cards(
    predictions: list[Prediction | NoPrediction | None],
    specs: list[str],
    known: Choices,
    sizes: Sizes,
    hint: str,
) -> None:
    """One card a model, side by side; `hint`: what to do where there is no drawing yet, else ""."""
    if not specs:
        st.info("There is no model here yet: train one on the Train page, on MNIST digits.")
    for index, prediction in enumerate(predictions):
        with st.container(width=sizes.card[len(specs) - 1], gap="xsmall"):
            slots = [st.container(gap="xsmall"), st.container(gap="xsmall")]
            picker_slot, card_slot = reversed(slots) if sizes.is_phone else slots
            with picker_slot:
                model_picker(index, specs, known)
            with card_slot:
                _card(prediction, specs[index], sizes, hint)


def _card(prediction: Prediction | NoPrediction | None, spec: str, sizes: Sizes, hint: str) -> None:
    if isinstance(prediction, NoPrediction):
        st.error(escaped(prediction.problem))
        return
    shown = (None, DIGITS, True)
    if prediction is not None:
        shown = (prediction.probabilities, prediction.class_names, prediction.sure)
    picture = drawing_figures.prediction(*shown, ink(), sizes.is_large, hint or "…")
    st.image(picture, width="stretch", alt=drawing_figures.in_words(*shown))
    is_unsure = prediction is not None and not prediction.sure
    st.caption(
        _verdict(prediction, spec, is_asked=not hint),
        help=help_on("rejection", words=_HOW_SURE) if is_unsure else None,
    )


def _verdict(prediction: Prediction | None, spec: str, is_asked: bool) -> str:
    if prediction is None and is_asked:
        return f":material/hourglass_top: {what_is_awaited()}"
    about = _about(spec)
    if prediction is not None and not prediction.sure:
        more = about if _is_fresh(spec) else ""
        return f":orange-badge[:material/help: Not sure] {escaped(prediction.reason)} {more}"
    return about


def _about(spec: str) -> str:
    """What to expect of the model."""
    if _is_fresh(spec):
        return "Untrained: its weights are random."
    card = PRETRAINED.get(spec)
    if card is None:
        return "&nbsp;"
    return f"Accuracy {percent(card.test_accuracy)} on the test images of {info(card.dataset).title}"


def _is_fresh(spec: str) -> bool:
    config = config_of(spec) if parse(spec).epoch_number == 0 else None
    return config is not None and config.initial_weights is None
