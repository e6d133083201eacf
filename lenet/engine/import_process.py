"""Somebody's files, looked at or stored in a process of its own, which ends with the server.

What opens them may be heavy, slow, or not survive them: the server goes on. Must not import TensorFlow, Dask
or Streamlit.
"""

import json
import subprocess
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lenet.data.imports.choices import Choices
from lenet.engine.lifeline import send_line, start_child, tell_to_end
from lenet.people.person import Person, acting


@dataclass(frozen=True)
class Request:
    """What is to be done.

    Attributes:
        paths: the files by their names.
        choices: what a person said about them.
        name: of the data set, where it is to be stored; empty: they are looked at.
        replace: whether one of that name goes.
        person: who asks, as `person.Person` has them; None: the machine itself.
    """

    paths: dict[str, str]
    choices: Choices
    name: str = ""
    replace: bool = False
    person: Person | None = field(default_factory=acting)


@dataclass(frozen=True, eq=False)
class Found:
    """What a look at files says.

    Attributes:
        notes: sentences.
        preview: (n, H, W, C) uint8, some images as they would be stored.
        names: their classes.
        inverted, transposed, scaling: what is made of them.
        range: the numbers that are taken for black and white.
    """

    notes: list[str]
    preview: np.ndarray
    names: list[str]
    inverted: bool
    transposed: bool
    scaling: str
    range: tuple[float, float]


class ImportProcess:
    """One request on its way.

    Attributes:
        done, total: images that are stored so far, and all; 0 before that is known.
        problem: why it ended, where it ended badly: a sentence.
        found: what a look says, once it has ended well.
        stopped: whether somebody has stopped it.
        left_out: what could not be read and is not stored: a sentence, or none.
    """

    def __init__(self, request: Request) -> None:
        self.done = self.total = 0
        self.problem, self.stopped = "", False
        self.left_out: list[str] = []
        self.found: Found | None = None
        self._process = start_child(
            "lenet.engine.import_child", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._thread = threading.Thread(target=self._listen, args=(request,), name="import", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._thread.is_alive()

    @property
    def succeeded(self) -> bool:
        """Whether it has done what was asked for."""
        return not self.running and not self.problem and not self.stopped

    def stop(self) -> None:
        """End it; what was half stored goes with it."""
        self.stopped = True
        tell_to_end(self._process)

    def _listen(self, request: Request) -> None:
        with self._process:
            send_line(self._process, json.dumps(asdict(request)).encode())
            said = {}
            for line in self._process.stdout:
                said = json.loads(line)
                self.done, self.total = said.get("done", self.done), said.get("total", self.total)
        self.problem, self.left_out = said.get("problem", ""), said.get("left_out", [])
        self.stopped = self.stopped and "stored" not in said  # it came too late
        if "found" in said:
            self.found = _found(said["found"])
        elif not self.problem and not self.stopped and "stored" not in said:
            self.problem = (
                "The files could not be read: the process that read them has ended. Expected files that open "
                "elsewhere. Save them anew, or keep fewer."
            )


def request_of(document: dict[str, Any]) -> Request:
    """What `asdict` made a document of."""
    choices = document["choices"]
    between = tuple(choices["range"]) if choices["range"] else None
    names = tuple(choices["class_names"])
    choices = Choices(**choices | {"range": between, "class_names": names})
    person = Person(**document["person"]) if document["person"] else None
    return Request(document["paths"], choices, document["name"], document["replace"], person)


def document_of(found: Found) -> dict[str, Any]:
    """The same as a JSON document."""
    preview = {"shape": found.preview.shape, "bytes": found.preview.tobytes().hex()}
    return vars(found) | {"preview": preview}


def _found(document: dict[str, Any]) -> Found:
    preview = np.frombuffer(bytes.fromhex(document["preview"]["bytes"]), np.uint8)
    images = preview.reshape(document["preview"]["shape"])
    return Found(**document | {"preview": images, "range": tuple(document["range"])})


def paths_in(folder: Path) -> dict[str, str]:
    """The files of a folder by their names."""
    return {path.relative_to(folder).as_posix(): str(path) for path in folder.rglob("*") if path.is_file()}
