"""The collection of drawn digits: a label for a drawing, and the gallery of all of them.

Must not import TensorFlow or Keras.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from lenet.data.drawing_collection import Collection, images
from lenet.drawing.labelled_drawings import Entry
from lenet.drawing.strokes import Drawing
from lenet.errors import DatasetError
from lenet.figures.mosaics import contact_sheet
from lenet.sentences import few
from pages.parts.draw.collection_accuracy import accuracy
from pages.parts.draw.collection_tools import picked_for_deletion, tools
from pages.parts.shared.markdown import escaped

_BUTTON_WIDTH = 56  # pixels, for fingers
_COLUMNS = 20
_MOST_SHOWN = 240  # of one digit
_WRONG, _PICKED = (230, 110, 20), (90, 160, 255)  # colours of frames


def collect_form(
    drawing: Drawing | None,
    image: np.ndarray | None,
    then: Callable[[], Any] | None = None,
    key: str = "collect",
) -> None:
    """“The correct digit is …”: ten buttons that store the drawing under its label.

    Args:
        drawing: its strokes; None for a photograph.
        image: (28, 28) uint8, what the network was shown; None where nothing is drawn.
        then: called once the drawing is stored, before the page is drawn.
        key: of the form, where a page has several.
    """
    last = st.session_state.get(f"{key}-stored")
    label = last["label"] if last and last["what"] == _what(drawing, image) else None
    st.markdown("**The correct digit is …**")
    with st.container(horizontal=True, gap="xsmall"):
        for digit in range(10):
            st.button(
                str(digit), key=f"{key}-{digit}", type="primary" if digit == label else "secondary",
                disabled=image is None, width=_BUTTON_WIDTH, on_click=_collect,
                args=(key, drawing, image, digit, then),
            )  # fmt: skip
    if problem := st.session_state.pop(f"{key}-not-stored", None):
        st.error(escaped(problem))
    elif last:
        _outcome(key, last["label"], is_on_canvas=label is not None)


def gallery(specs: Sequence[str] = ()) -> None:
    """All drawings by label, as the networks see them; what models make of them; export, import, deletion.

    `specs`: the models that are tested on them at first, as `loading.load_model` takes them.
    """
    collection = Collection()
    entries = collection.entries()
    for sentence in few(collection.problems()):
        st.warning(escaped(sentence), icon=":material/broken_image:")
    tools(collection, entries)
    if not entries:
        st.info("No digits yet. Draw one, say which it is, and it is kept here.", icon=":material/draw:")
        return
    pictures = images(entries)
    predictions = accuracy(entries, pictures, specs)
    for label in range(10):
        rows = [index for index, entry in enumerate(entries) if entry.label == label]
        if rows:
            _row(
                label,
                [entries[row] for row in rows],
                pictures[rows],
                predictions and [predictions[row] for row in rows],
            )


def _what(drawing: Drawing | None, image: np.ndarray | None) -> tuple[bytes, ...]:
    """The same for the same drawing."""
    strokes = [stroke.tobytes() for stroke in drawing.strokes] if drawing else []
    return (*strokes, b"" if image is None else image.tobytes())


def _collect(
    key: str, drawing: Drawing | None, image: np.ndarray, label: int, then: Callable[[], Any] | None
) -> None:
    """Store it; where it is stored already, under another label."""
    state, what = st.session_state, _what(drawing, image)
    last, collection = state.get(f"{key}-stored"), Collection()
    is_stored = last and last["what"] == what and last["id"] in [each.id for each in collection.entries()]
    if is_stored and last["label"] == label:
        return
    try:
        new = collection.add(drawing, label, image)
        if is_stored:
            collection.remove(last["id"])
    except DatasetError as error:
        state[f"{key}-not-stored"] = str(error)
        return
    state[f"{key}-stored"] = {"id": new, "label": label, "what": what}
    if then:
        then()


def _outcome(key: str, label: int, is_on_canvas: bool) -> None:
    """What was stored last, and how to take it back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        correct = " Press another digit to correct it." if is_on_canvas else ""
        st.caption(f":material/check: Stored as a {label}.{correct}", width="content")
        st.button("Take it back", icon=":material/undo:", type="tertiary", key=f"{key}-undo",
                  on_click=_take_back, args=(key,))  # fmt: skip


def _take_back(key: str) -> None:
    last = st.session_state.pop(f"{key}-stored")
    try:
        Collection().remove(last["id"])
    except DatasetError as error:
        st.session_state[f"{key}-not-stored"] = str(error)


def _row(label: int, entries: list[Entry], pictures: np.ndarray, predictions: list[int] | None) -> None:
    """The drawings of one label as one image, the oldest first."""
    left, right = st.columns([1, 13], vertical_alignment="top")
    count, first = len(entries), max(0, len(entries) - _MOST_SHOWN)
    figures = f"{count}" if predictions is None else f"{predictions.count(label)} of {count}"
    left.markdown(f"### {label}")
    left.caption(figures)
    picked = picked_for_deletion()
    frames = [_PICKED if entry.id == picked else None for entry in entries]
    if predictions:
        frames = [
            frame or (_WRONG if predicted != label else None)
            for frame, predicted in zip(frames, predictions, strict=True)
        ]
    right.image(contact_sheet(pictures[first:], _COLUMNS, frames[first:]), width="stretch",
                alt=f"{count} drawings of a {label}")  # fmt: skip
    if first:
        right.caption(f"The newest {_MOST_SHOWN}: numbers {first + 1} to {count}.")
