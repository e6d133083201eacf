"""What networks read in a photograph, digit by digit. Must not import TensorFlow or Keras."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lenet.drawing.found_digits import FoundDigit
from lenet.evaluation.prediction import NoPrediction, Prediction
from lenet.figures import drawing_figures
from lenet.formatting import probability
from lenet.runs.folder import default_folder
from pages.parts.draw.model_picker import Choices, short_title
from pages.parts.shared.markdown import escaped
from pages.parts.shared.photograph_upload import DIGIT_WIDTH, Photograph
from pages.parts.shared.questions import ask, what_is_awaited


def readings(
    found: Photograph, specs: list[str], known: Choices, lines: DeltaGenerator, pictures: DeltaGenerator
) -> None:
    """What each model makes of every digit, in reading order; of a single one, the cards say it.

    Args:
        lines: where a line for each model stands.
        pictures: where the digits stand, as the networks see them.
    """
    if len(found.digits) == 1 or not specs:
        return
    folder = str(default_folder().resolve())
    reply = ask(
        "photo",
        "lenet.evaluation.predictor.predictions",
        *((specs, each.image, folder) for each in found.digits),
    )
    if reply.values is None:
        lines.caption(escaped(reply.problem) or f":material/hourglass_top: {what_is_awaited()}")
        return
    for index, spec in enumerate(specs):
        pairs = zip(found.digits, reply.values, strict=True)
        read = " ".join(_word(predictions[index], digit) for digit, predictions in pairs)
        lines.markdown(f"### {read}")
        lines.caption(f"as {escaped(short_title(spec, known))} reads it")
    with pictures.container(horizontal=True, gap="small"):
        for number, (digit, predictions) in enumerate(zip(found.digits, reply.values, strict=True), start=1):
            _digit(number, digit, predictions)


def _word(prediction: Prediction | NoPrediction, digit: FoundDigit) -> str:
    """A word; what is doubted has a question mark, and a model that takes no drawings a dash."""
    if isinstance(prediction, NoPrediction):
        return "–"
    name = escaped(prediction.class_names[prediction.predicted_class])
    return name if prediction.sure and not digit.doubt else f":orange[{name}?]"


def _digit(number: int, digit: FoundDigit, predictions: list[Prediction | NoPrediction]) -> None:
    with st.container(width=DIGIT_WIDTH, gap="xsmall"):
        st.image(drawing_figures.pixels(digit.image), width=DIGIT_WIDTH, alt=f"Digit {number}, 28×28")
        words = [
            f"{_word(each, digit)} {_how_sure(each, digit)}"
            for each in predictions
            if isinstance(each, Prediction)
        ]
        st.caption("  \n".join(words))


def _how_sure(prediction: Prediction, digit: FoundDigit) -> str:
    """The share of what is believed; of what is not, none: it would say the contrary."""
    if digit.doubt or not prediction.sure:
        return digit.doubt or "not sure"
    return probability(prediction.probabilities.max())
