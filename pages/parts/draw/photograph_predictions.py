"""What networks read in a photograph, digit by digit. Must not import TensorFlow or Keras."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lenet.drawing.found_digits import FoundDigit
from lenet.evaluation.prediction import NoPrediction, Prediction
from lenet.figures import drawing_figures
from lenet.formatting import ordinal, probability
from lenet.runs.folder import default_folder
from pages.parts.draw.model_picker import Choices, short_title
from pages.parts.shared.markdown import escaped
from pages.parts.shared.photograph_upload import DIGIT_WIDTH, Photograph
from pages.parts.shared.questions import Reply, ask, what_is_awaited


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
    reply = _asked(found, specs)
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


def names(found: Photograph, specs: list[str]) -> list[str] | None:
    """What the first model reads each digit as; "" before that is known; None without a model."""
    if not specs:
        return None
    values = _asked(found, specs).values if len(found.digits) > 1 else None
    if values is None:
        return [""] * len(found.digits)
    return [_name(predictions[0], digit) for digit, predictions in zip(found.digits, values, strict=True)]


def _asked(found: Photograph, specs: list[str]) -> Reply:
    folder = str(default_folder().resolve())
    calls = ((specs, each.image, folder) for each in found.digits)
    return ask("photo", "lenet.evaluation.predictor.predictions", *calls)


def _name(prediction: Prediction | NoPrediction, digit: FoundDigit) -> str:
    """A class; what is doubted has a question mark, and a model that takes no drawings a dash."""
    if isinstance(prediction, NoPrediction):
        return "–"
    return prediction.class_names[prediction.predicted_class] + "?" * _is_doubted(prediction, digit)


def _is_doubted(prediction: Prediction | NoPrediction, digit: FoundDigit) -> bool:
    return isinstance(prediction, Prediction) and (bool(digit.doubt) or not prediction.sure)


def _word(prediction: Prediction | NoPrediction, digit: FoundDigit) -> str:
    """`_name` in Markdown, orange where it is doubted."""
    name = escaped(_name(prediction, digit))
    return f":orange[{name}]" if _is_doubted(prediction, digit) else name


def _digit(number: int, digit: FoundDigit, predictions: list[Prediction | NoPrediction]) -> None:
    with st.container(width=DIGIT_WIDTH, gap="xsmall"):
        words = f"The {ordinal(number)} digit, 28×28"
        st.image(drawing_figures.pixels(digit.image), width=DIGIT_WIDTH, alt=words)
        read = [
            f"{_word(each, digit)} {_how_sure(each, digit)}"
            for each in predictions
            if isinstance(each, Prediction)
        ]
        st.caption("  \n".join(read))


def _how_sure(prediction: Prediction, digit: FoundDigit) -> str:
    """The share of what is believed; of what is not, none: it would say the contrary."""
    if _is_doubted(prediction, digit):
        return digit.doubt or "not sure"
    return probability(prediction.probabilities.max())
