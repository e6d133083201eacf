"""What a class does together at this moment: which it is, and who may begin and end it.

    .class/activity.json                    {"now": "20261201-…"}, or null where nothing is on
    .class/activities/20261201-…/about.json what it is; beside it what everybody sent

Files alone, written aside and renamed: a server that is killed goes on with what was on. Who acts is asked
here, where they are touched. Must not import Streamlit, TensorFlow or Keras.
"""

import re
import secrets
import shutil
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from lenet.errors import ActivityError, NotAllowed
from lenet.files import read_json, write_json
from lenet.people import deeds
from lenet.people.person import NOBODY, TEACHER, Person, acting, check_is_teacher

FOLDER, NOW, ABOUT = "activities", "activity.json", "about.json"
sending = threading.Lock()  # what is on stays on until what was sent is written
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")


def teacher_only(runs: Path, deed: str) -> None:
    """Raises `NotAllowed`, and writes it down: whoever acts is not the teacher."""
    try:
        check_is_teacher()
    except NotAllowed:
        deeds.write(runs, acting(), deed, "activity", TEACHER, is_allowed=False)
        raise


def sender() -> Person:
    """Who acts. Raises `NotAllowed`: somebody who is not in the class."""
    person = acting() or TEACHER  # the machine itself
    if person == NOBODY:
        raise NotAllowed("Nothing was sent: you are not in this class. Open the join link again.")
    return person


def begin(runs: Path, kind: str, about: dict[str, Any]) -> Path:
    """Another activity takes the place of what is on; returns its folder, to which `about` was written.

    Raises `NotAllowed`, `OSError`.
    """
    teacher_only(runs, f"begin to {kind}")
    name = time.strftime("%Y%m%d-%H%M%S-", time.gmtime()) + secrets.token_hex(4)
    folder = _all(runs) / name
    folder.mkdir(parents=True)
    write_json(folder / ABOUT, {"kind": kind, "begun": time.time(), **about})
    return folder


def put_on(runs: Path, folder: Path | None) -> None:
    """From now on everybody is asked to take part in it; None: in nothing. Raises `NotAllowed`, `OSError`."""
    teacher_only(runs, "end what is on" if folder is None else "have all take part")
    with sending:
        write_json(_all(runs).parent / NOW, {"now": folder.name if folder else None})


def now_on(runs: Path) -> Path | None:
    """The folder of what is on; None: nothing."""
    name = _read(_all(runs).parent / NOW).get("now")
    folder = _all(runs) / name if isinstance(name, str) and _ID.fullmatch(name) else None
    return folder if folder and kind_of(folder) else None


def newest(runs: Path, kind: str) -> Path | None:
    """The last activity of that kind; None where there was none."""
    return next((each for each in reversed(folders(runs)) if kind_of(each) == kind), None)


def folders(runs: Path) -> list[Path]:
    """Of all activities of the class, the oldest first."""
    try:
        return sorted(each for each in _all(runs).iterdir() if _ID.fullmatch(each.name))
    except OSError:
        return []


def kind_of(folder: Path) -> str:
    """ "write", "guess"; empty where the folder is gone or damaged."""
    return str(about(folder).get("kind", ""))


def about(folder: Path) -> dict[str, Any]:
    """What it is; empty where the file is gone or damaged."""
    return _read(folder / ABOUT)


def change(folder: Path, deed: str, **values: Any) -> None:
    """Raises `NotAllowed`, `ActivityError`: it is gone, `OSError`."""
    teacher_only(folder.parent.parent.parent, deed)
    known = about(folder)
    if not known:
        raise ActivityError("This activity is not here any more. Begin another one.")
    write_json(folder / ABOUT, known | values)


def forget(runs: Path) -> None:
    """All that the class sent and was asked. Raises `NotAllowed`, `OSError`."""
    teacher_only(runs, "delete all activities")
    (_all(runs).parent / NOW).unlink(missing_ok=True)
    shutil.rmtree(_all(runs), ignore_errors=True)


def version(runs: Path) -> str:
    """A text that changes whenever something else is on, or it is at another point; cheap."""
    folder = now_on(runs)
    return f"{folder.name} {_changed(folder / ABOUT)}" if folder else ""


def _all(runs: Path) -> Path:
    return runs / deeds.FOLDER / FOLDER


def _changed(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino


def _read(path: Path) -> dict[str, Any]:
    return _kept(path, _changed(path))


@lru_cache(maxsize=256)
def _kept(path: Path, changed: tuple[int, int]) -> dict[str, Any]:
    """Whoever gets it changes nothing of it."""
    try:
        found = read_json(path)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
