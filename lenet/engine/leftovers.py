"""What killed processes left behind: files that were never renamed into their place, and half-made folders.

Must not import Streamlit, TensorFlow or Keras.
"""

import os
import re
import shutil
import time
from contextlib import suppress
from pathlib import Path

from lenet.data import drawing_collection, drawing_sets
from lenet.data.published_files import data_folders
from lenet.runs.folder import default_folder
from lenet.runs.presence import remove_dead
from lenet.sweep.folder import FOLDER as SWEEPS

# Seconds since it was last written to. A file is written in one go, so nobody writes a silent one; but the
# owner of a run may have been halted (`lenet.runs.lease`). Whoever takes the run removes its files at once.
SILENCE = 60.0
_SILENCE_OF_AN_OWNER = 86_400.0

_ASIDE = re.compile(r"\.[0-9a-f]{16}\..+", re.DOTALL)  # `lenet.files.written_aside`; a lease that begins
_DRAFT = re.compile(r"\.\d{4}-\d\d-\d\d-[a-z0-9-]+-[0-9a-f]{4}")  # `Run.create`
_DELETED = re.compile(r"\..+\.deleted", re.DOTALL)  # `Run.delete`


def sweep() -> None:
    """Remove what is left beside the runs and the data sets, but what somebody may still be writing."""
    sweep_runs(default_folder())
    for folder in data_folders()[:-1]:  # the last one is that of Keras
        sweep_files(folder)
        sweep_files(folder / drawing_collection.NAME)
        _sweep_sets(folder / drawing_sets.FOLDER)


def sweep_runs(folder: Path) -> None:
    """The same in a runs folder alone."""
    remove_dead(folder)
    for entry in _entries(folder):
        is_draft = _DRAFT.fullmatch(entry.name) and _is_silent(entry, SILENCE)
        if is_draft or _DELETED.fullmatch(entry.name):  # whoever is deleting it wants the same
            _remove(entry)
        elif entry.is_dir(follow_symlinks=False):
            _sweep_run(Path(entry.path))
    for entry in _entries(folder / SWEEPS):  # of one that was never whole, too
        sweep_files(Path(entry.path))
        if entry.name.startswith(".") and _is_silent(entry, SILENCE):
            _remove(entry)
    sweep_files(folder)


def _sweep_sets(folder: Path) -> None:
    """Sets of drawings, and what is left of deleted ones."""
    for entry in _entries(folder):
        if _DELETED.fullmatch(entry.name):
            _remove(entry)
            continue
        for inner in (Path(entry.path), Path(entry.path) / "classes", Path(entry.path) / "drawings"):
            sweep_files(inner)


def sweep_files(folder: Path, silence: float = SILENCE) -> None:
    """The same in one folder that files are written to."""
    for entry in _entries(folder):
        if _ASIDE.fullmatch(entry.name) and _is_silent(entry, silence):
            _remove(entry)


def _sweep_run(run: Path) -> None:
    """A run, or what lies hidden beside the runs."""
    for folder in (run, run / "snapshots", run / "evaluations"):
        sweep_files(folder)
    for owner in _entries(run / "lease"):
        sweep_files(Path(owner.path) / "aside", _SILENCE_OF_AN_OWNER)


def _is_silent(entry: os.DirEntry[str], seconds: float) -> bool:
    try:
        return time.time() - entry.stat(follow_symlinks=False).st_mtime > seconds
    except OSError:  # gone, or nobody's business
        return False


def _remove(entry: os.DirEntry[str]) -> None:
    if entry.is_dir(follow_symlinks=False):
        shutil.rmtree(entry.path, ignore_errors=True)
    else:
        with suppress(OSError):
            os.unlink(entry.path)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []
