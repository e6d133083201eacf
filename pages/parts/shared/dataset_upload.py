"""The form by which people bring their own data. Must not import TensorFlow or Keras."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lenet.data import datasets
from lenet.data.imports.choices import Choices
from lenet.data.uploaded import NAME_RULE, name_of
from lenet.errors import DatasetError
from pages.parts.shared.dataset_import import Brought, found_by, identity_of, show_storing
from pages.parts.shared.dataset_preview import choices_form, chosen, show_found
from pages.parts.shared.markdown import escaped
from pages.parts.shared.uploads import let_go

_HELP = """
A zip of pictures in folders by class (PNG, JPEG, BMP, WebP, TIFF), or such a folder; an `.npz` of images and
labels; CSV, a row for each image; IDX files; Parquet of Hugging Face; a MATLAB file.

Without a test part, a fifth of the images, drawn at random once, becomes it. Files of more than 200 MB:
`python -m lenet datasets add`.
"""
_FILES, _FOLDER = ":material/draft: Files", ":material/folder: A folder"


def dataset_upload(key: str, choose: Callable[[str], None]) -> None:
    """A button that opens the form; `choose` is called with the name of what was added."""
    about = {"icon": ":material/upload_file:", "type": "tertiary", "key": _key(key, "form")}  # new: closed
    with st.popover("Use your own data", **about):
        files = _files(key)
        suggested = _suggested(files)
        name = st.text_input("Name", key=_key(key, "name"), placeholder=suggested, help=NAME_RULE)
        st.text_input("Class names, by label", key=_key(key, "classes"), placeholder="cat, dog, fish")
        brought = _brought(key, files)
        is_ready = _looked_at(key, brought) if brought else False
        if (name.strip() or suggested) in datasets.uploads().keys() - datasets.SOURCES.keys():
            st.checkbox("Replace the one of this name", key=_key(key, "replace"))
        _show_problem(key)  # above the button: below it, nobody would see it
        is_busy = brought is not None and brought.storing is not None and brought.storing.running
        st.button("Add", icon=":material/add:", disabled=not is_ready or is_busy, key=f"{key}-own-add",
                  on_click=_add, args=(key, suggested))  # fmt: skip
        if brought and brought.storing:
            _follow(key, brought, files, choose)
    _show_added(key)


def _key(key: str, part: str) -> str:
    """Of a widget of the form: another one after each success empties it."""
    return f"{key}-own-{part}-{st.session_state.get(f'{key}-own-count', 0)}"


def _files(key: str) -> list[UploadedFile]:
    source = st.segmented_control("From", (_FILES, _FOLDER), default=_FILES, required=True,
                                  key=_key(key, "from"), label_visibility="collapsed")  # fmt: skip
    if source == _FOLDER:
        return st.file_uploader("A folder of pictures, in folders by class", key=_key(key, "folder"),
                                accept_multiple_files="directory", help=_HELP)  # fmt: skip
    return st.file_uploader("A zip of pictures in folders by class, `.npz`, CSV, IDX, Parquet or `.mat`",
                            key=_key(key, "file"), accept_multiple_files=True, help=_HELP)  # fmt: skip


def _suggested(files: Sequence[UploadedFile]) -> str:
    """The name of the first file, or of the folder that all lie in."""
    first = files[0].name if files else ""
    return name_of(first.partition("/")[0])


def _brought(key: str, files: Sequence[UploadedFile]) -> Brought | None:
    """The files, copied once."""
    state, name = st.session_state, f"{key}-own-brought"
    if not files:
        state.pop(name, None)
        return None
    if name not in state or state[name].identity != identity_of(files):
        try:
            state[name] = Brought(files)
        except OSError as error:
            st.error(escaped(f"The files cannot be kept for a look at them ({error.strerror or error})."))
            return None
    return state[name]


def _looked_at(key: str, brought: Brought) -> bool:
    """Whether it can be stored as it is chosen; else it is looked at, or a sentence says why not."""
    shown = st.container()
    choices_form(_how(key, brought))
    with shown:
        try:
            look = brought.look(_choices(key, brought))
        except DatasetError as error:
            st.error(escaped(str(error)), icon=":material/error:")
            return False
        found = found_by(look)
        if found:
            show_found(found)
        elif look.problem:
            st.error(escaped(look.problem), icon=":material/error:")
    return found is not None


def _how(key: str, brought: Brought) -> str:
    return f"{_key(key, 'how')}-{brought.identity[0]}"


def _choices(key: str, brought: Brought) -> Choices:
    names = st.session_state[_key(key, "classes")].split(",")
    return chosen(_how(key, brought), tuple(part.strip() for part in names if part.strip()))


def _add(key: str, suggested: str) -> None:
    """What is typed may be newer than what was looked at: a click takes it along."""
    state = st.session_state
    brought: Brought = state[f"{key}-own-brought"]
    name = state[_key(key, "name")].strip() or suggested
    replace = state.get(_key(key, "replace"), False)
    try:
        datasets.check_new(name, replace)
        brought.store(name, _choices(key, brought), replace)
    except DatasetError as error:
        state[f"{key}-own-problem"] = str(error)
        return
    state[f"{key}-own-target"] = name


def _follow(key: str, brought: Brought, files: Sequence[UploadedFile], choose: Callable[[str], None]) -> None:
    """Show how far the files are stored; once they are, the data set is chosen and the form is empty."""
    storing, state = brought.storing, st.session_state
    if storing.running:
        return show_storing(storing)
    brought.storing = None
    if not storing.succeeded:
        stopped = "Stopped: nothing was stored."
        state[f"{key}-own-problem"] = storing.problem or stopped
        st.rerun()
    about = datasets.info(state[f"{key}-own-target"])
    added = f"Added {about.title}: {about.num_train:,} images to train on."
    state[f"{key}-own-added"] = (added, *storing.left_out)
    for file in files:
        let_go(file)
    state.pop(f"{key}-own-brought")
    state[f"{key}-own-count"] = state.get(f"{key}-own-count", 0) + 1
    choose(about.name)
    st.rerun()


def _show_problem(key: str) -> None:
    if problem := st.session_state.pop(f"{key}-own-problem", ""):
        st.error(escaped(problem), icon=":material/error:")


def _show_added(key: str) -> None:
    """Beside the form, which is closed then."""
    sentence, *left_out = st.session_state.pop(f"{key}-own-added", ("",))
    for each in left_out:
        st.warning(escaped(each), icon=":material/broken_image:")
    if sentence:
        st.toast(escaped(sentence), icon=":material/check_circle:")
