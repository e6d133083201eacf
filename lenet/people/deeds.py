"""What somebody did, or tried to do, to what is another's: lines that are only ever added to a file.

Must not import Streamlit, TensorFlow or Keras.
"""

import json
import os
import time
from contextlib import suppress
from pathlib import Path

from lenet.people.person import Person

FOLDER, FILE = ".class", "deeds.jsonl"  # in the folder of the runs


def write(runs: Path, person: Person, deed: str, thing: str, owner: Person | None, is_allowed: bool) -> None:
    """One line. A full disk keeps nobody from anything: the line is lost then."""
    line = {
        "time": time.time(),
        "person": person.id,
        "name": person.name,
        "deed": deed,
        "thing": thing,
        "owner": owner.id if owner else None,
        "allowed": is_allowed,
    }
    with suppress(OSError):
        path = runs / FOLDER / FILE
        path.parent.mkdir(exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab") as file:  # one write, which another process cannot cut in two
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def read(runs: Path, most: int = 200) -> list[dict]:
    """The newest lines, the newest first; what is half there is left out."""
    try:
        with open(runs / FOLDER / FILE, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - 1_000 * most))
            lines = file.read().splitlines()
    except OSError:
        return []
    found = []
    for line in reversed(lines):
        with suppress(ValueError):
            found.append(json.loads(line))
    return [each for each in found if isinstance(each, dict)][:most]
