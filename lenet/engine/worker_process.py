"""A worker process of ours: how it is started, told what to do, listened to and ended.

Must not import TensorFlow or Streamlit.
"""

import subprocess
import threading
from collections import deque

from lenet.engine.lifeline import send_line, start_child
from lenet.engine.worker import Handover

END_SECONDS = 5.0  # that it is given to end by itself

# Beside these the person's own environment reaches the workers, TF_NUM_INTRAOP_THREADS for instance.
_ENVIRONMENT = {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "2"}
_INFERENCE_ENVIRONMENT = {  # one digit at a time needs no second core, and no share of the trainer's GPU
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
}


class WorkerProcess:
    """A worker process, from its start on. Raises OSError where it cannot be started."""

    def __init__(self, handover: Handover, last_words: deque[str]) -> None:
        self.name = handover.name  # by which the scheduler knows it
        self.when_warm = 0.0  # its bytes when it was first looked at; 0: not yet
        self.popen = _start(handover.role)
        send_line(self.popen, handover.to_line())
        self._last_words = last_words
        self._ended = threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        threading.Thread(target=self._wait, daemon=True).start()

    def ended(self, within: float | None) -> bool:
        """Whether it ends within that many seconds; None: waits for it."""
        return self._ended.wait(within)

    def end(self) -> None:
        """Ends it, and waits for that. Idempotent."""
        _end(self.popen)

    def _wait(self) -> None:
        self.popen.wait()  # with a time limit Python would look twenty times a second
        self.popen.stdin.close()
        self._listener.join(1.0)  # a grandchild might hold the pipe open
        self._ended.set()

    def _listen(self) -> None:
        with self.popen.stderr as pipe:
            for line in pipe:
                if words := line.decode(errors="replace").rstrip():
                    self._last_words.append(words)


def _start(role: str) -> subprocess.Popen[bytes]:
    own = _INFERENCE_ENVIRONMENT if role == "inference" else {}
    return start_child(
        "lenet.engine.worker", environment=_ENVIRONMENT | own,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def _end(process: subprocess.Popen[bytes]) -> None:
    process.stdin.close()  # the worker ends with it
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
