"""A photograph or scan of digits on paper, from a file or the camera: each digit found, one of them picked.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lenet.drawing.image_files import MOST_BYTES, open_picture
from lenet.drawing.photographs import FoundDigit, find_digits
from lenet.errors import DrawingError
from lenet.figures import drawing_figures
from pages.parts.shared.markdown import escaped

_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"]
_FILE, _CAMERA = ":material/upload_file: File", ":material/photo_camera: Camera"
_FOUND, _DIGIT = "photo-found", "photo-digit"  # keys of the session
DIGIT_WIDTH = 76  # pixels


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
        framed = drawing_figures.framed(picture, [digit.box for digit in digits])
        return Photograph(file.file_id, framed, digits)
    except DrawingError as error:
        return str(error)
