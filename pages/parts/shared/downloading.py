"""Downloads of data sets behind the pages: one of each for the whole server, so every tab shows the same.

Must not import TensorFlow or Keras.
"""

import threading

import streamlit as st

from lenet.data import datasets
from lenet.errors import DatasetError


class _Stopped(Exception):
    """A person has pressed Stop."""


class Download:
    """One data set on its way, in a thread that belongs to no session and so must not call Streamlit."""

    def __init__(self, name: str) -> None:
        self.received = 0  # bytes
        self.total = 0
        self.problem = ""  # why it ended, where it ended badly
        self.stopped = False
        self._name = name
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._fetch, name=f"download of {name}", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End it soon; what has arrived is kept for the next try."""
        self._stop.set()

    def _fetch(self) -> None:
        try:
            datasets.fetch(self._name, self._progress)
        except DatasetError as error:
            self.problem = str(error)
        except _Stopped:
            self.stopped = True

    def _progress(self, received: int, total: int) -> None:
        if self._stop.is_set():
            raise _Stopped
        self.received, self.total = received, total


class _Registry:
    """The latest download of each data set."""

    def __init__(self) -> None:
        self._downloads: dict[str, Download] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> Download | None:
        return self._downloads.get(name)

    def start(self, name: str) -> None:
        with self._lock:
            latest = self._downloads.get(name)
            if latest is None or not latest.running:
                self._downloads[name] = Download(name)


@st.cache_resource(show_spinner=False)
def _registry() -> _Registry:
    return _Registry()


def latest_download(name: str) -> Download | None:
    """The download of this data set that was started last in any tab, whether it goes on or not."""
    return _registry().get(name)


def start_download(name: str) -> None:
    """Start it, unless somebody has already."""
    _registry().start(name)


@st.cache_resource(show_spinner=False)
def look_into(name: str) -> None:
    """Verify what is here, once for the server and behind its back; `datasets.available` knows more then."""
    threading.Thread(target=datasets.verify, args=(name,), name=f"look into {name}", daemon=True).start()
