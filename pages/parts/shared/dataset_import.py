"""Files that somebody brings: kept in a folder while they are looked at, and stored; both beside the server.

Must not import TensorFlow or Keras.
"""

import shutil
import tempfile
import time
import weakref
from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lenet.data.imports.choices import Choices
from lenet.engine.import_process import Found, ImportProcess, Request

_PATIENCE = 1.5  # seconds that a run of the page waits: most files are looked at by then
_TICK = 0.5  # seconds between two looks at one that goes on


class Brought:
    """Files that were chosen; their copies go with this object.

    Attributes:
        identity: another one where other files are chosen.
        storing: how far they are stored; None: nobody has asked for that.
    """

    def __init__(self, files: Sequence[UploadedFile]) -> None:
        self.identity = identity_of(files)
        self.storing: ImportProcess | None = None
        folder = tempfile.mkdtemp(prefix="lenet-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._paths: dict[str, str] = {}
        for number, file in enumerate(files):  # by numbers: a name may be any path
            path = Path(folder, str(number))
            with open(path, "wb") as copy:
                file.seek(0)
                shutil.copyfileobj(file, copy, 1 << 20)
            self._paths[file.name] = str(path)
        self._asked: Request | None = None
        self._look: ImportProcess | None = None

    def look(self, choices: Choices) -> ImportProcess:
        """What they would become; begun anew where something else is chosen."""
        asked = Request(self._paths, choices)
        if self._look is None or asked != self._asked:
            self.leave()
            self._asked, self._look = asked, ImportProcess(asked)
        return self._look

    def store(self, name: str, choices: Choices, replace: bool) -> None:
        """Begin to store them under that name."""
        if self.storing is None or not self.storing.running:
            self.storing = ImportProcess(Request(self._paths, choices, name, replace))

    def leave(self) -> None:
        """Nobody waits for the look any more."""
        if self._look and self._look.running:
            self._look.stop()


def identity_of(files: Sequence[UploadedFile]) -> tuple[str, ...]:
    """Which files they are."""
    return tuple(file.file_id for file in files)


def found_by(look: ImportProcess) -> Found | None:
    """What a look says; None: it goes on, which is shown, or it ended badly: a sentence says why."""
    _wait_for(look)
    if look.running:
        _await(look, "Looking at the files")
        return None
    return look.found


def show_storing(storing: ImportProcess) -> None:
    """How far it is, and a way to stop it; runs the page when it has ended."""
    _wait_for(storing)
    if storing.running:
        _await(storing, "Storing")
    else:
        st.rerun()


def _wait_for(process: ImportProcess) -> None:
    until = time.monotonic() + _PATIENCE
    while process.running and time.monotonic() < until:
        time.sleep(0.02)


@st.fragment(run_every=_TICK)
def _await(process: ImportProcess, words: str) -> None:
    if not process.running:
        st.rerun()
    share = process.done / process.total if process.total else 0.0
    counted = f": {process.done:,} of {process.total:,}" if process.total else ""
    st.progress(share, f"{words}{counted}")
    st.button("Stop", icon=":material/stop:", key=f"stop-import-{id(process)}", on_click=process.stop)
