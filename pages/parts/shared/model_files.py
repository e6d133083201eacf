"""Model files from elsewhere on the pages: bringing one, and what pixels it is given.

A file is kept beside the runs and is listed with the other models from then on; its range of pixels stands in
the link behind its name, where an epoch stands of a run. Must not import TensorFlow or Keras.
"""

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lenet.errors import ModelError
from lenet.networks import model_containers, model_uploads
from lenet.networks.file_input import PIXEL_RANGES
from lenet.networks.model_reference import FINAL, ModelReference
from lenet.people.owner import may_change
from lenet.runs.folder import default_folder
from pages.parts.shared import questions
from pages.parts.shared.clicks import change_of, clicked, select_box
from pages.parts.shared.confirmation import confirm
from pages.parts.shared.deed import do
from pages.parts.shared.icon_button import icon_button
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import person
from pages.parts.shared.share_control import share_control
from pages.parts.shared.uploads import let_go

_WORDS = "Bring a model file (.keras, .h5, .onnx)"
_BROUGHT = "files-brought"  # key of the session: how many; a popover of another number is a closed one
_TO_REMOVE = "file-to-remove"  # key of the session
_ENDINGS = [each.removeprefix(".") for each in (*model_containers.SUFFIXES, *model_containers.OTHER_SUFFIXES)]


def upload_model(key: str, choose: Callable[[str], None], is_icon: bool = False) -> None:
    """A button that takes a model file in; `choose` is called with what it is called from then on.

    Args:
        key: of the widgets, one for each place on a page.
        is_icon: whether the button has an icon alone.
    """
    number = st.session_state.setdefault(_BROUGHT, 0)
    name = f"{'icon-' if is_icon else ''}{key}-upload-{number}"
    with st.popover("Bring a file", icon=":material/upload_file:", help=_WORDS, key=name):
        st.markdown(
            "A model from elsewhere: `.keras`, `.h5` of Keras 2, or ONNX, which PyTorch exports. Code in the "
            "file (Lambda layers) is never run."
        )
        limit = model_uploads.MOST_BYTES // 1_000_000
        file = st.file_uploader(
            "Model", [*_ENDINGS, "zip"], key=f"{key}-file-{number}", max_upload_size=limit
        )
        if file is not None and clicked("Open it", f"{key}-open", type="primary"):
            _keep(file, choose)
        _kept(key)


def _kept(key: str) -> None:
    """The files that are here, each with a button that removes it."""
    for name in model_uploads.names():
        title = model_uploads.title_of(name)
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(escaped(title), width="content")
            made = model_uploads.path_of(name)
            share_control(made, f"{key}-{name}")
            if not may_change(made, person()):
                continue
            icon_button(f"Remove {escaped(title)}", "delete", f"{key}-remove-{name}", type="tertiary",
                        on_click=lambda name=name: st.session_state.update({_TO_REMOVE: name}))  # fmt: skip
    if asked := st.session_state.pop(_TO_REMOVE, None):
        _ask_to_remove(asked)


def _ask_to_remove(name: str) -> None:
    title = escaped(model_uploads.title_of(name))
    words = f"{title} goes for all who use it; links to it lead to another model then."
    confirm("Remove this model file?", words, "Remove", partial(do, model_uploads.remove, name))


def _keep(file: UploadedFile, choose: Callable[[str], None]) -> None:
    try:
        name = model_uploads.store(file.name, file.getvalue())
    except ModelError as error:
        st.error(escaped(str(error)))
        return
    except OSError as error:
        st.error(escaped(f"{file.name} cannot be kept ({error.strerror or error}). Free some disk space."))
        return
    let_go(file)
    st.session_state[_BROUGHT] += 1
    choose(name)
    st.rerun()


def pixel_choice(key: str, model: ModelReference, choose: Callable[[str], None]) -> ModelReference:
    """The range of pixels that a file is given: found out, or chosen here; and why that one, below.

    `choose`: is called with the name of the file with the range that is chosen.
    """
    ranges = {FINAL: "found out"} | {name: each.title for name, each in PIXEL_RANGES.items()}
    now = model.epoch if model.epoch in ranges else FINAL
    key = f"{key}-pixels-{model}"
    select_box(
        "Pixels", list(ranges), now, key, ranges.__getitem__,
        on_change=change_of(key, now, partial(_choose, model, choose)),
    )  # fmt: skip
    return model.at(now)


def _choose(model: ModelReference, choose: Callable[[str], None], pixels: str) -> None:
    choose(str(model.at(pixels)))


def pixels_in_words(key: str, spec: str) -> None:
    """What the file is given, and why: as soon as the worker has opened it. Its own problems others show."""
    folder = str(default_folder().resolve())
    reply = questions.ask(f"{key}-pixels", "lenet.networks.loading.file_input", (spec, folder))
    if reply.values and not reply.problem:
        st.caption(escaped(reply.values[0].in_words))
