"""A trained network for elsewhere: a format is chosen, the file made, tried and handed out.

Must not import TensorFlow or Keras.
"""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from lenet.engine.export_process import ExportProcess, ExportRequest
from lenet.export.formats import FORMATS
from lenet.formatting import file_size
from lenet.networks.model_reference import Model, parse
from lenet.runs.folder import default_folder
from pages.parts.shared.html_download import html_download
from pages.parts.shared.markdown import escaped

_EXPORT = "export"  # key of the session: the one export that goes on, or has ended
_TICK = 0.5  # seconds between two looks at one that goes on
_HELP = "The network as a file for Keras, PyTorch, ONNX, LiteRT or C, opened there and compared first."


def export_menu(key: str, model: Model) -> None:
    """A popover with the formats; nothing for a file from elsewhere, of whose layers only Keras knows.

    Args:
        key: of the widgets, one for each place.
    """
    if model.config is None:
        return
    menu = st.popover("Export", icon=":material/ios_share:", help=_HELP, key=f"export-menu-{key}",
                      on_change="rerun")  # fmt: skip
    if menu.open:
        with menu:
            export_choice(key, str(model.reference))
            html_download(str(model.reference), None, "stretch")


def export_choice(key: str, name: str, runs_folder: Path | None = None) -> None:
    """The formats, and the way to a file.

    Args:
        name: of a model, as `parse` takes it.
    """
    chosen = st.selectbox(
        "Export as", list(FORMATS), format_func=lambda each: FORMATS[each].words, key=f"export-format-{key}"
    )
    request = ExportRequest(name, chosen, str((runs_folder or default_folder()).resolve()))
    process = st.session_state.get(_EXPORT)
    if process is None or process.stopped or not _is_of_same(process.request, request):
        st.caption(FORMATS[chosen].about)
        _offer(key, request)
    elif process.running:
        _await(key, process)
    elif process.problem:
        st.error(escaped(process.problem))
        _button(key, request, "Try again")
    else:
        _hand_out(key, process, request)


def _is_of_same(asked: ExportRequest, now: ExportRequest) -> bool:
    """Whatever the epoch: of a run that trains there is a newer one every moment."""
    names = [replace(each, model=parse(each.model).name) for each in (asked, now)]
    return names[0] == names[1]


def _offer(key: str, request: ExportRequest) -> None:
    if problem := FORMATS[request.format].missing():
        st.info(escaped(problem), icon=":material/extension:")
    else:
        _button(key, request, "Make and try it")


def _button(key: str, request: ExportRequest, label: str) -> None:
    st.button(
        label, icon=":material/build:", key=f"export-begin-{key}", on_click=_begin, args=(request,),
        width="stretch",
    )  # fmt: skip


def _begin(request: ExportRequest) -> None:
    former = st.session_state.get(_EXPORT)
    if former is not None and former.running:
        former.stop()
    st.session_state[_EXPORT] = ExportProcess(request)


@st.fragment(run_every=_TICK)
def _await(key: str, process: ExportProcess) -> None:
    if not process.running:
        st.rerun()
    st.caption(f":material/hourglass_top: {escaped(process.doing)} …")
    st.button(
        "Stop", icon=":material/stop:", key=f"export-stop-{key}", on_click=process.stop, width="stretch"
    )


def _hand_out(key: str, process: ExportProcess, now: ExportRequest) -> None:
    """What was tried, and the file."""
    for sentence in process.sentences:
        st.caption(escaped(sentence))
    st.download_button(
        f"{process.file_name} ({file_size(len(process.content))})", process.content, process.file_name,
        icon=":material/download:", key=f"export-download-{key}", on_click="ignore", width="stretch",
        type="primary",
    )  # fmt: skip
    again = "Make it again" if now == process.request else f"Make it of {escaped(now.model)}"
    _button(key, now, again)
