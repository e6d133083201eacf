"""A model written in a format for elsewhere and tried there, in a process that ends with the server.

It loads TensorFlow and whatever the format needs, and all of that goes with it: 700 MB, so that of thirty
people's exports one is made at a time. Must not import TensorFlow, Dask or Streamlit.
"""

import json
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from lenet.engine.lifeline import send_line, start_child, tell_to_end

_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class ExportRequest:
    """What is wanted: a model's name, a key of `lenet.export.formats.FORMATS`, the runs folder."""

    model: str
    format: str
    runs_folder: str


class ExportProcess:
    """One export on its way.

    Attributes:
        doing: what it does now.
        problem: why it ended, where it ended badly: a sentence.
        file_name, content, sentences: what was made, once it has ended well.
        stopped: whether somebody has stopped it.
    """

    def __init__(self, request: ExportRequest) -> None:
        self.request, self.doing, self.problem = request, "Waiting for another export", ""
        self.file_name, self.content, self.sentences, self.stopped = "", b"", (), False
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._wait_and_run, name="export", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End it, or do not begin."""
        self.stopped = True
        if self._process:
            tell_to_end(self._process)

    def _wait_and_run(self) -> None:
        with _one_at_a_time:
            if not self.stopped:
                self._run()

    def _run(self) -> None:
        self.doing = "Loading TensorFlow"
        # All that it leaves when it is stopped lies in this folder, and goes with it.
        with tempfile.TemporaryDirectory(prefix="lenet-", ignore_cleanup_errors=True) as folder:
            file = Path(folder, "export")
            said = self._said(vars(self.request) | {"file": str(file)}, folder)
            if "file_name" in said:
                self.file_name, self.sentences = said["file_name"], tuple(said["sentences"])
                self.content = file.read_bytes()
        self.problem = said.get("problem", "")
        if not self.content and not self.problem and not self.stopped:
            self.problem = (
                "The export ended early: often memory is short. Close other programs, and try again."
            )

    def _said(self, request: dict[str, str], folder: str) -> dict:
        """The last thing that the process says."""
        said = {}
        self._process = start_child(
            "lenet.engine.export_child", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            environment={"TF_CPP_MIN_LOG_LEVEL": "3"} | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder),
        )  # fmt: skip
        if self.stopped:  # meanwhile
            self._process.terminate()
        with self._process:
            send_line(self._process, json.dumps(request).encode())
            for line in self._process.stdout:
                said = json.loads(line)
                self.doing = said.get("doing", self.doing)
        return said
