"""A photograph or scan of digits on paper, from a file or the camera: each digit found, one of them picked.

The inference worker opens the file and finds the digits: strangers' files and SciPy stay out of the process
of the pages. Must not import SciPy, TensorFlow or Keras.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lenet.drawing.found_digits import ByHand, FoundDigit, FoundDigits, in_words
from lenet.drawing.image_files import MOST_BYTES, check_num_bytes
from lenet.errors import DrawingError
from lenet.figures import drawing_figures
from lenet.formatting import ordinal
from pages.parts.shared.markdown import escaped
from pages.parts.shared.questions import ask, forget, is_awaited, what_is_awaited

_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"]
_FILE, _CAMERA = ":material/upload_file: File", ":material/photo_camera: Camera"
_FOUND, _DIGIT = "photo-found", "photo-digit"  # keys of the session
_QUESTION = "photograph"
DIGIT_WIDTH = 76  # pixels


@dataclass(frozen=True)
class Photograph:
    """What is in one picture; at least one digit."""

    name: str
    found: FoundDigits

    @property
    def digits(self) -> list[FoundDigit]:
        """In reading order."""
        return self.found.digits


def photograph(controls: Callable[[], ByHand] = ByHand) -> Photograph | None:
    """Choose a picture; None: there is none, it is being read, or it cannot be used.

    controls: asks a person what is said of the picture by hand, once there is one.
    """
    file = _chosen()
    if file is None:
        st.session_state.pop(_FOUND, None)
        return None
    found = _look_into(file, controls())
    if isinstance(found, str):
        st.error(escaped(found))
        return None
    if found is None:
        st.caption(f":material/hourglass_top: {escaped(what_is_awaited())}")
    return found


def is_being_read() -> bool:
    """Whether a picture is chosen and the worker has not answered yet."""
    return is_awaited(_QUESTION)


def is_refused() -> bool:
    """Whether there is a picture that cannot be used: what is said of it stands above."""
    kept = st.session_state.get(_FOUND)
    return bool(kept) and isinstance(kept[1], str)


def picked_digit(photograph: Photograph, names: Sequence[str] | None = None) -> FoundDigit:
    """The one that the page is about: the first, until a person picks another below the picture.

    names: what stands at the frame of each; None: which one it is.
    """
    places = [ordinal(number) for number in range(1, len(photograph.digits) + 1)]
    picture, place = st.container(), places[0]
    if len(places) > 1:
        place = st.pills(
            "Which digit", places, default=place, required=True, key=f"{_DIGIT}-{photograph.name}"
        )
    index = places.index(place)
    with picture:
        _show(photograph.found, places if names is None else names, index)
    return photograph.digits[index]


def _show(found: FoundDigits, names: Sequence[str], picked: int) -> None:
    framed = drawing_figures.framed(
        found.picture,
        found.stride,
        [each.box for each in found.digits],
        names if len(found.digits) > 1 else [""],
        {index: each.doubt for index, each in enumerate(found.digits) if each.doubt},
        [each.box for each in found.left_out],
        picked if len(found.digits) > 1 else None,
    )
    st.image(framed, width="stretch", alt="The picture, its digits framed")
    if words := in_words(found.left_out, found.quarters, found.is_first, ", in grey"):
        st.caption(words)


def _chosen() -> UploadedFile | None:
    source = st.segmented_control("From", (_FILE, _CAMERA), default=_FILE, required=True, key="photo-source",
                                  label_visibility="collapsed", width="stretch")  # fmt: skip
    if source == _CAMERA:
        return st.camera_input("Digits on paper", key="photo-camera")
    label = "A picture of digits: dark on light, or light on dark"
    return st.file_uploader(label, _TYPES, key="photo-file", max_upload_size=MOST_BYTES // 1_000_000)


def _look_into(file: UploadedFile, by_hand: ByHand) -> Photograph | str | None:
    """The digits in the picture, or what is wrong with it; looked for once. None: not answered yet."""
    kept, looked_into = st.session_state.get(_FOUND), (file.file_id, by_hand)
    if kept and kept[0] == looked_into:
        return kept[1]
    with st.spinner("Looking for digits"):
        found = _find(file, by_hand)
    if found is not None:
        st.session_state[_FOUND] = looked_into, found
        forget(_QUESTION)  # with the file's bytes
    return found


def _find(file: UploadedFile, by_hand: ByHand) -> Photograph | str | None:
    try:
        check_num_bytes(file.size, file.name)
    except DrawingError as error:
        return str(error)
    data = np.frombuffer(file.getvalue(), np.uint8)
    reply = ask(_QUESTION, "lenet.evaluation.photograph_reading.read", (data, file.name, by_hand))
    if not reply.values:
        return reply.problem or None
    (found,) = reply.values
    return Photograph(file.file_id, found)
