"""The list of runs, kept in memory: a run is read again only where one of its files has changed.

To look whether they have takes some hundredths of a second for a thousand runs; to read them all, ten times
that. Must not import numpy, Streamlit, TensorFlow or Keras.
"""

import os
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lenet.runs.folder import default_folder
from lenet.runs.ids import run_ids
from lenet.runs.listing import RunSummary, summarize
from lenet.runs.status import ACTIVE_STATES

_FILES = ("config.json", "status.json", "control.json", "owner.json")  # what a line of the list is made of
_QUIET = 8.0  # seconds that a list is good where no run is alive and none came or went
_SETTLED = 2.0  # seconds: a file that changed later may change again without another time

_State = tuple[tuple[int, int, int], ...]  # of each file: time of its last change in ns, size, inode


@dataclass(frozen=True)
class _Entry:
    changed: _State
    looked_at: float  # seconds since 1970
    engine: str | None
    summary: RunSummary

    def is_current(self, changed: _State, engine: str | None) -> bool:
        """Whether reading the folder again would give the same."""
        was_settled = self.looked_at - max(each[0] for each in changed) / 1e9 > _SETTLED
        is_still = self.summary.status.state not in ACTIVE_STATES  # else its heartbeat decides
        return is_still and was_settled and (changed, engine) == (self.changed, self.engine)


class RunIndex:
    """The runs of one folder. Any thread may ask."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.version = 0  # grows whenever a line of the list becomes another one
        self._entries: dict[str, _Entry] = {}
        self._listed: list[RunSummary] = []
        self._asked: tuple[float, str | None] = (-1.0, None)
        self._seen: tuple[int, int, int] = (0, 0, 0)  # of the folder itself, when it was read
        self._lines: tuple = ()
        self._lock = threading.Lock()

    def runs(self, engine: str | None = None, fresh: float = 0.0) -> list[RunSummary]:
        """All runs, the newest first. A damaged folder is a line with its `problem`, never an exception.

        Args:
            engine: the id of the engine that asks; its own runs are given more time to show life.
            fresh: seconds that the list may be old; with any, eight where no run is alive, so that a page
                that nobody touches costs next to nothing. 0: as it is now.
        """
        with self._lock:
            if self._asked[1] != engine or not self._is_good(fresh):
                self._seen = _look_at(self.folder)
                self._listed = self._read(engine)
                self._asked = time.monotonic(), engine
            return list(self._listed)

    def _is_good(self, fresh: float) -> bool:
        """Whether the list need not be read again."""
        age = time.monotonic() - self._asked[0]
        if age < fresh:
            return True
        is_quiet = not any(run.status.state in ACTIVE_STATES for run in self._listed)
        return fresh > 0 and age < _QUIET and is_quiet and _look_at(self.folder) == self._seen

    def _read(self, engine: str | None) -> list[RunSummary]:
        entries = {}
        for name in run_ids(self.folder):
            path, known = self.folder / name, self._entries.get(name)
            changed = tuple(_look_at(f"{path}{os.sep}{file}") for file in _FILES)  # not a `Path` for each
            if known is None or not known.is_current(changed, engine):
                known = _Entry(changed, time.time(), engine, summarize(path, engine))
            if not known.summary.problem or os.path.isdir(path):  # else it was deleted just now
                entries[name] = known
        self._entries = entries
        listed = sorted((each.summary for each in entries.values()), key=lambda run: -run.status.created)
        self._count_changes(listed)
        return listed

    def _count_changes(self, runs: list[RunSummary]) -> None:
        lines = tuple((run.id, run.name, run.state, run.accuracy, run.status.epoch) for run in runs)
        if lines != self._lines:
            self._lines, self.version = lines, self.version + 1


def _look_at(path: Path | str) -> tuple[int, int, int]:
    try:
        about = os.stat(path)
    except OSError:
        return 0, 0, 0
    return about.st_mtime_ns, about.st_size, about.st_ino


@lru_cache(maxsize=4)
def index_of(folder: Path) -> RunIndex:
    """The index of that folder, one for the whole process."""
    return RunIndex(folder)


def list_runs(folder: Path | None = None, engine: str | None = None, fresh: float = 0.0) -> list[RunSummary]:
    """All runs of a folder (None: the usual one), the newest first; see `RunIndex.runs`."""
    return index_of((folder or default_folder()).absolute()).runs(engine, fresh)
