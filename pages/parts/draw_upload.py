"""A photograph or scan of digits on paper, from a file or the camera: each digit found, one of them picked.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lenet import drawing_pictures
from lenet.answers import Answer, NoAnswer
from lenet.photographs import MOST_BYTES, FoundDigit, find_digits, open_picture
from lenet.runs import default_folder
from lenet.strokes import DrawingError
from pages.parts.draw_models import Choices, short_title
from pages.parts.questions import ask, what_is_awaited
from pages.parts.words import escaped

_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"]
_FILE, _CAMERA = ":material/upload_file: File", ":material/photo_camera: Camera"
_FOUND, _DIGIT = "photo-found", "photo-digit"  # keys of the session
_DIGIT_WIDTH = 76  # pixels


@dataclass(frozen=True)
class Photograph:
    """What is in one picture; at least one digit."""

    name: str
    framed: str  # the picture, small, its digits in frames: SVG; the session keeps no 25 million pixels
    digits: list[FoundDigit]


def photograph() -> Photograph | None:
    """Choose a picture and see its digits; None while there is none, or nothing is found in it."""
    source = st.segmented_control("From", (_FILE, _CAMERA), default=_FILE, required=True, key="photo-source",
                                  label_visibility="collapsed", width="stretch")  # fmt: skip
    if source == _CAMERA:
        file = st.camera_input("Digits on paper", key="photo-camera")
    else:
        label = "A picture of digits: dark on light, or light on dark"
        file = st.file_uploader(label, _TYPES, key="photo-file", max_upload_size=MOST_BYTES // 1_000_000)
    if file is None:
        st.session_state.pop(_FOUND, None)
        return None
    found = _look_into(file)
    if isinstance(found, str):
        st.error(escaped(found))
        return None
    st.image(found.framed, width="stretch", alt="The picture, its digits framed")
    return found


def picked_digit(found: Photograph) -> FoundDigit:
    """The one that the page is about: the first, until a person picks another."""
    numbers = range(1, len(found.digits) + 1)
    number = 1
    if len(numbers) > 1:
        number = st.pills("Digit", numbers, default=1, required=True, key=f"{_DIGIT}-{found.name}")
    return found.digits[number - 1]


def readings(found: Photograph, specs: list[str], known: Choices) -> None:
    """What each model makes of every digit, in reading order; of a single one, the cards say it."""
    if len(found.digits) == 1 or not specs:
        return
    folder = str(default_folder().resolve())
    reply = ask("photo", "lenet.inspection.answer", *((specs, each.image, folder) for each in found.digits))
    if reply.values is None:
        st.caption(escaped(reply.problem) or f":material/hourglass_top: {what_is_awaited()}")
        return
    for index, spec in enumerate(specs):
        read = " ".join(_guess(answers[index]) for answers in reply.values)
        st.markdown(f"### {read}")
        st.caption(f"as {escaped(short_title(spec, known))} reads it")
    with st.container(horizontal=True, gap="small"):
        for number, (digit, answers) in enumerate(zip(found.digits, reply.values, strict=True), start=1):
            _digit(number, digit, answers)


def _look_into(file: UploadedFile) -> Photograph | str:
    """The digits in the picture, or what is wrong with it; looked for once."""
    kept = st.session_state.get(_FOUND)
    if kept is None or kept[0] != file.file_id:
        with st.spinner("Looking for digits"):
            kept = st.session_state[_FOUND] = (file.file_id, _find(file))
    return kept[1]


def _find(file: UploadedFile) -> Photograph | str:
    try:
        picture = open_picture(file.getvalue(), file.name)
        digits = find_digits(picture)
        framed = drawing_pictures.framed(picture, [digit.box for digit in digits])
        return Photograph(file.file_id, framed, digits)
    except DrawingError as error:
        return str(error)


def _guess(answer: Answer | NoAnswer) -> str:
    """A word; what is unsure has a question mark, and a model that cannot answer a dash."""
    if isinstance(answer, NoAnswer):
        return "–"
    guess = escaped(answer.class_names[answer.guess])
    return guess if answer.sure else f":orange[{guess}?]"


def _digit(number: int, digit: FoundDigit, answers: list[Answer | NoAnswer]) -> None:
    with st.container(width=_DIGIT_WIDTH, gap="xsmall"):
        st.image(drawing_pictures.pixels(digit.image), width=_DIGIT_WIDTH, alt=f"Digit {number}, 28×28")
        shares = [
            f"{_guess(each)} {drawing_pictures.percent(each.probabilities.max())}"
            for each in answers
            if isinstance(each, Answer)
        ]
        st.caption("  \n".join(shares))
