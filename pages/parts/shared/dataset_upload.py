"""The form that uploads a data set. Must not import TensorFlow or Keras."""

import re
from collections.abc import Callable

import streamlit as st

from lenet.data import datasets
from lenet.data.upload import MAX_SIDE, MIN_SIDE
from lenet.data.uploaded import MAX_NAME_LENGTH, NAME_RULE
from lenet.errors import DatasetError
from pages.parts.shared.markdown import escaped
from pages.parts.shared.uploads import let_go

_HELP = f"""
Made with `np.savez("leaves.npz", x=images, y=labels)`, or with `x_train`, `y_train`, `x_test`, `y_test`.

Images: (N, height, width), or with 1 or 3 channels at the end; {MIN_SIDE} to {MAX_SIDE} pixels a side;
0 to 255, or floats from 0 to 1.

Labels: whole numbers from 0, or one-hot. Without a test part, a fifth of the images, drawn at
random once, becomes it.
"""


def dataset_upload(key: str, choose: Callable[[str], None]) -> None:
    """A button that opens the form; `choose` is called with the name of what was added."""
    with st.popover("Use your own data", icon=":material/upload_file:", type="tertiary"):
        upload = st.file_uploader(
            "An `.npz` of images `x` and labels `y`", type="npz", key=_key(key, "file"), help=_HELP
        )
        suggested = _name_from(upload)
        name = st.text_input("Name", key=_key(key, "name"), placeholder=suggested, help=NAME_RULE)
        st.text_input("Class names, by label", key=_key(key, "classes"), placeholder="cat, dog, fish")
        if (name or suggested) in datasets.uploads().keys() - datasets.SOURCES.keys():
            st.checkbox("Replace the one of this name", key=_key(key, "replace"))
        st.button("Add", icon=":material/add:", disabled=upload is None, key=f"{key}-own-add",
                  on_click=_add, args=(key, choose))  # fmt: skip
        _show_outcome(key)


def _key(key: str, part: str) -> str:
    """Of a widget of the form: another one after each success empties it."""
    return f"{key}-own-{part}-{st.session_state.get(f'{key}-own-count', 0)}"


def _name_from(upload: object) -> str:
    """The file's name as a name for the data set, as far as its letters are allowed."""
    stem = getattr(upload, "name", "").rsplit(".", 1)[0]
    return re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-")[:MAX_NAME_LENGTH]


def _add(key: str, choose: Callable[[str], None]) -> None:
    state = st.session_state
    upload = state[_key(key, "file")]
    name = state[_key(key, "name")].strip() or _name_from(upload)
    class_names = [part.strip() for part in state[_key(key, "classes")].split(",") if part.strip()]
    try:
        about = datasets.add_own(name, upload, class_names, replace=state.get(_key(key, "replace"), False))
    except DatasetError as error:
        state[f"{key}-own-outcome"] = (False, str(error))
        return
    state[f"{key}-own-outcome"] = (True, f"Added {about.title}: {about.num_train:,} images to train on.")
    let_go(upload)
    state[f"{key}-own-count"] = state.get(f"{key}-own-count", 0) + 1
    choose(about.name)


def _show_outcome(key: str) -> None:
    added, sentence = st.session_state.pop(f"{key}-own-outcome", (None, ""))
    if added:
        st.toast(escaped(sentence), icon=":material/check_circle:")
    elif sentence:
        st.error(escaped(sentence), icon=":material/error:")
