"""TensorBoard beside the pages: one process for the server, started when it is first asked for.

It ends with the server, however that ends: see `lenet.engine.lifeline`. Must not import TensorBoard,
TensorFlow or Streamlit.
"""

import json
import subprocess
import threading
from pathlib import Path

from lenet.engine.lifeline import start_child
from lenet.errors import EngineError
from lenet.sentences import shown

_starting = threading.Lock()
_PATIENCE = 30.0  # seconds: it takes one, on a busy machine some


class TensorBoardProcess:
    """TensorBoard for a folder of runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._url: str | None = None

    def url(self) -> str | None:
        """Where it is; None where it does not run."""
        is_there = self._process is not None and self._process.poll() is None
        return self._url if is_there else None

    def start(self) -> str:
        """Starts it unless it runs already, and waits some seconds until it answers; returns its address.

        Raises:
            EngineError: it cannot be started; the message says why and what to do.
        """
        with _starting:
            return self.url() or self._start()

    def _start(self) -> str:
        try:
            self._process = start_child(
                "lenet.engine.tensorboard_server", str(self.folder.absolute()),
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            said = json.loads(self._first_line() or "{}")
        except (OSError, ValueError) as error:
            said = {"problem": str(error)}
        self._url = said.get("url")
        if self._url is None:
            self.end()
            said = shown(said.get("problem", "no answer"), 200)
            by_hand = f"python -m tensorboard.main --logdir {self.folder}"
            raise EngineError(
                f"TensorBoard: received {said}, expected its address. Start it in a terminal: {by_hand}"
            )
        return self._url

    def _first_line(self) -> bytes:
        """What it says; empty where it says nothing for `_PATIENCE`, for it is ended then."""
        impatient = threading.Timer(_PATIENCE, self._process.kill)
        impatient.start()
        try:
            return self._process.stdout.readline()
        finally:
            impatient.cancel()

    def end(self) -> None:
        """Ends it, and waits for that. Idempotent."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
