"""The collection of drawings: a label for a drawing, and the gallery of all of them.

Must not import TensorFlow or Keras.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from lenet.data.drawing_collection import Collection, images
from lenet.data.drawing_sets import WANTED, DrawingSet
from lenet.data.persons_digits import own_digits
from lenet.drawing.labelled_drawings import Entry, Label
from lenet.drawing.strokes import Drawing
from lenet.errors import DatasetError
from lenet.figures.mosaics import contact_sheet
from lenet.sentences import few
from pages.parts.draw.collection_accuracy import accuracy
from pages.parts.draw.collection_tools import picked_for_deletion, tools
from pages.parts.shared.markdown import escaped

_BUTTON_WIDTH = 56  # pixels, for fingers
_COLUMNS = 20
_MOST_SHOWN = 240  # of one class
_WRONG, _PICKED = (230, 110, 20), (90, 160, 255)  # colours of frames
_NOTHING = {
    False: "No digits yet. Draw one, say which it is, and it is kept here.",
    True: "No drawings yet. Add two classes or more, draw one of them, and press its name: it is kept here.",
}


def collect_form(
    drawing: Drawing | None,
    image: np.ndarray | None,
    then: Callable[[], Any] | None = None,
    key: str = "collect",
    collection: Collection | None = None,
) -> None:
    """“The correct digit is …”: a button for each class, which stores the drawing under its label.

    Args:
        drawing: its strokes; None for a photograph.
        image: (28, 28) uint8, what the network was shown; None where nothing is drawn.
        then: called once the drawing is stored, before the page is drawn.
        key: of the form, where a page has several.
        collection: where it is stored; None: digits of one's own.
    """
    collection = collection or own_digits()
    last = _last(key, collection)
    label = last["label"] if last and last["what"] == _what(drawing, image) else None
    has_own = isinstance(collection, DrawingSet)
    titles = _own_titles(collection) if has_own else {name: name for name in collection.classes()}
    if not has_own:
        st.markdown("**The correct digit is …**")
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        if has_own and titles:
            st.markdown("**This is …**", width="content")
        for name, title in titles.items():
            chosen = collection.label_of(name)
            st.button(
                title, key=f"{key}-{name}", type="primary" if chosen == label else "secondary",
                disabled=image is None, width="content" if has_own else _BUTTON_WIDTH, on_click=_collect,
                args=(key, collection, drawing, image, chosen, then),
            )  # fmt: skip
    if problem := st.session_state.pop(f"{key}-not-stored", None):
        st.error(escaped(problem))
    elif last:
        _outcome(key, collection, last["label"], is_on_canvas=label is not None)


def _own_titles(collection: DrawingSet) -> dict[str, str]:
    """Each class, and how many drawings it has; of how many that are wanted."""
    counts = collection.counts()
    words = {name: f"{count}/{WANTED}" if count < WANTED else f"{count}" for name, count in counts.items()}
    return {name: f"**{escaped(name)}** · {words[name]}" for name in counts}


def gallery(specs: Sequence[str] = (), collection: Collection | None = None) -> None:
    """All drawings by label, as the networks see them; what models make of them; export, import, deletion.

    Args:
        specs: the models that are tested on them at first, as `loading.load_model` takes them.
        collection: None: digits of one's own.
    """
    collection = collection or own_digits()
    entries = collection.entries()
    for sentence in few(collection.problems()):
        st.warning(escaped(sentence), icon=":material/broken_image:")
    tools(collection, entries)
    if not entries:
        st.info(_NOTHING[isinstance(collection, DrawingSet)], icon=":material/draw:")
        return
    pictures = images(entries)
    predictions = accuracy(collection, entries, pictures, specs)
    for name in collection.classes_of(entries):
        rows = [index for index, entry in enumerate(entries) if entry.label == collection.label_of(name)]
        if rows:
            _row(
                name,
                [entries[row] for row in rows],
                pictures[rows],
                predictions and [predictions[row] for row in rows],
            )


def _what(drawing: Drawing | None, image: np.ndarray | None) -> tuple[bytes, ...]:
    """The same for the same drawing."""
    strokes = [stroke.tobytes() for stroke in drawing.strokes] if drawing else []
    return (*strokes, b"" if image is None else image.tobytes())


def _last(key: str, collection: Collection) -> dict[str, Any] | None:
    """What was stored last, where that was in this collection."""
    last = st.session_state.get(f"{key}-stored")
    return last if last and last["in"] == collection.name else None


def _collect(
    key: str,
    collection: Collection,
    drawing: Drawing | None,
    image: np.ndarray,
    label: Label,
    then: Callable[[], Any] | None,
) -> None:
    """Store it; where it is stored already, under another label."""
    state, what, last = st.session_state, _what(drawing, image), _last(key, collection)
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
    state[f"{key}-stored"] = {"id": new, "label": label, "what": what, "in": collection.name}
    if then:
        then()


def _outcome(key: str, collection: Collection, label: Label, is_on_canvas: bool) -> None:
    """What was stored last, and how to take it back."""
    is_own = isinstance(collection, DrawingSet)
    with st.container(horizontal=True, vertical_alignment="center"):
        correct = f" Press another {'class' if is_own else 'digit'} to correct it." if is_on_canvas else ""
        stored = escaped(f"Stored as {label}." if is_own else f"Stored as a {label}.")
        st.caption(f":material/check: {stored}{correct}", width="content")
        st.button("Take it back", icon=":material/undo:", type="tertiary", key=f"{key}-undo",
                  on_click=_take_back, args=(key, collection))  # fmt: skip


def _take_back(key: str, collection: Collection) -> None:
    last = st.session_state.pop(f"{key}-stored")
    try:
        collection.remove(last["id"])
    except DatasetError as error:
        st.session_state[f"{key}-not-stored"] = str(error)


def _row(name: str, entries: list[Entry], pictures: np.ndarray, predictions: list[str] | None) -> None:
    """The drawings of one class as one image, the oldest first."""
    left, right = st.columns([1, 13], vertical_alignment="top")
    count, first = len(entries), max(0, len(entries) - _MOST_SHOWN)
    figures = f"{count}" if predictions is None else f"{predictions.count(name)} of {count}"
    left.markdown(f"### {escaped(name)}")
    left.caption(figures)
    picked = picked_for_deletion()
    frames = [_PICKED if entry.id == picked else None for entry in entries]
    if predictions:
        frames = [
            frame or (_WRONG if predicted != name else None)
            for frame, predicted in zip(frames, predictions, strict=True)
        ]
    right.image(contact_sheet(pictures[first:], _COLUMNS, frames[first:]), width="stretch",
                alt=f"{count} drawings of {name}")  # fmt: skip
    if first:
        right.caption(f"The newest {_MOST_SHOWN}: numbers {first + 1} to {count}.")
