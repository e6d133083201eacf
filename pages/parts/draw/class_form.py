"""The classes of a set: how many drawings each has, a new one by one click, and the way to a network.

Must not import TensorFlow or Keras.
"""

from collections.abc import Collection as Names

import streamlit as st

from lenet.data.drawing_collection import Collection
from lenet.data.drawing_sets import MAX_CLASSES, MIN_OF_CLASS, WANTED, DrawingSet, names_in, wanted
from lenet.errors import DatasetError
from lenet.networks.pretrained import BEST
from lenet.sentences import listed
from pages.parts.shared.clicks import TRAIN
from pages.parts.shared.link import address, leave
from pages.parts.shared.link_fields import TRAIN as LINK_OF_TRAIN
from pages.parts.shared.markdown import escaped

_SUGGESTIONS = ("☺", "♥", "★", "house", "cat", "tree", "A", "B", "C")
_MOST_SUGGESTED = 6
_ADDED, _PROBLEM = "classes-added", "class-problem"  # keys of the session


def class_form(collection: Collection) -> None:
    """The line for another class and the way to a network; nothing for digits."""
    if isinstance(collection, DrawingSet):
        entries = collection.entries()
        counts = collection.counts_of(entries)
        _another(collection, counts)
        if counts:
            _to_training(collection, counts, collection.lack_of(entries))


def _another(collection: DrawingSet, names: Names[str]) -> None:
    """Type it, or press one that is suggested; `names`: of the classes that are there."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _typed(collection)
        for name in [each for each in _SUGGESTIONS if each not in names][:_MOST_SUGGESTED]:
            st.button(escaped(name), icon=":material/add:", type="tertiary", key=f"class-suggested-{name}",
                      help=f"Add the class {name}", disabled=len(names) >= MAX_CLASSES,
                      on_click=_add, args=(collection, [name]))  # fmt: skip
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(escaped(problem))


def _typed(collection: DrawingSet) -> None:
    count = st.session_state.get(_ADDED, 0)  # another field after each success: it is empty
    form = st.form(f"class-form-{count}", border=False, width=330)
    with form, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input("Another class", key=f"class-name-{count}", placeholder="A, ☺, cat", width=200,
                      help="A letter, a sign or a word; several with commas between.")  # fmt: skip
        st.form_submit_button("Add", icon=":material/add:", on_click=_add_typed, args=(collection, count))


def _add_typed(collection: DrawingSet, count: int) -> None:
    if _add(collection, names_in(st.session_state[f"class-name-{count}"])):
        st.session_state[_ADDED] = count + 1


def _add(collection: DrawingSet, names: list[str]) -> bool:
    try:
        collection.add_classes(names)
    except DatasetError as error:
        st.session_state[_PROBLEM] = str(error)
        return False
    return True


def _to_training(collection: DrawingSet, counts: dict[str, int], lack: str) -> None:
    """What is still wanted, plainly, and the button that leads to Train with everything chosen."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Train a network on it", icon=":material/model_training:", type="primary", disabled=bool(lack),
            key="set-train", on_click=_lead_to_training, args=(collection.name,),
        )  # fmt: skip
        st.markdown(escaped(_progress(counts)), width="stretch")


def _progress(counts: dict[str, int]) -> str:
    """How many drawings are there, and how many are still wanted, in words."""
    if len(counts) == 1:
        return "A network tells classes apart: add another class."
    if len(counts) > MAX_CLASSES:
        return f"These are {len(counts)} classes, expected at most {MAX_CLASSES}: remove some."
    if not any(counts.values()):
        return f"Draw each of them {WANTED} times, and press its name after each drawing."
    missing = listed(f"{count} of {name}" for name, count in wanted(counts))
    if not missing:
        return f"Every class has {WANTED} drawings or more."
    if min(counts.values()) < MIN_OF_CLASS:
        return (
            f"Still wanted, for {WANTED} of each: {missing}. A network learns from {MIN_OF_CLASS} of each on."
        )
    return f"A network can learn from these. For {WANTED} of each, still wanted: {missing}."


def _lead_to_training(name: str) -> None:
    leave(TRAIN, address(LINK_OF_TRAIN, **{"from": BEST, "dataset": name}))
