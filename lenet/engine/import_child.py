"""`python -m lenet.engine.import_child`: reads a request from standard input, answers in lines of JSON.

Must not import TensorFlow, Keras or Streamlit.
"""

import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

from lenet.data import datasets
from lenet.data.imports.importing import Import, opened
from lenet.engine.import_process import Found, Request, document_of, request_of
from lenet.engine.lifeline import end_with_parent
from lenet.errors import DatasetError
from lenet.people.person import set_acting

_SECONDS = 0.2  # between two lines that say how far it is


def main() -> None:
    """Do what is asked for, once."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that what is half written goes
    request = request_of(json.loads(sys.stdin.readline()))
    end_with_parent()
    set_acting(lambda: request.person)
    try:
        _say(**_answer(request))
    except DatasetError as error:
        _say(problem=str(error))
    except MemoryError:
        _say(problem="The files: received more than fits into memory, expected less. Keep fewer examples.")


def _answer(request: Request) -> dict[str, Any]:
    paths = [(name, Path(path)) for name, path in request.paths.items()]
    title = paths[0][0] if len(paths) == 1 else f"{len(paths):,} files"
    with opened(paths, title, request.choices.class_names) as found:
        if not request.name:
            return {"found": document_of(_look(found, request))}
        datasets.add(request.name, found, request.choices, request.replace, _Progress())
        return {"stored": request.name, "left_out": found.contents.left_out()}


def _look(found: Import, request: Request) -> Found:
    made = found.conversion(request.choices)
    notes, preview = found.notes(request.choices), found.preview(request.choices)
    notes += found.contents.left_out()
    return Found(notes, preview, found.preview_names(), made.inverted, made.transposed, made.scaling,
                 (made.black, made.white))  # fmt: skip


class _Progress:
    """Says now and then how far it is."""

    def __init__(self) -> None:
        self._said = 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._said > _SECONDS:
            self._said = time.monotonic()
            _say(done=done, total=total)


def _say(**document: Any) -> None:
    print(json.dumps(document), flush=True)


if __name__ == "__main__":
    main()
