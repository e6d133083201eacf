"""The lessons that there are: those that ship, and those that were written here, files in `.lessons/`.

What is typed and not saved yet is a draft, in `.lessons/drafts/`: a browser that is closed loses nothing. Who
may write one is asked here, where the file is touched: in a class its teacher, else anybody. Must not
import Streamlit, TensorFlow or Keras.
"""

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from lenet.errors import LessonError, NotAllowed
from lenet.files import read_bytes, write_atomically
from lenet.lessons.lesson import Lesson
from lenet.lessons.lesson_file import MOST_CHARACTERS, LinkProblem, parse
from lenet.people import deeds
from lenet.people.person import acting
from lenet.sentences import shown

SHIPPED = Path(__file__).parent / "shipped"
FOLDER = ".lessons"  # in the folder of the runs
_DRAFTS = "drafts"
MOST_LESSONS = 100
_MOST_BYTES = 4 * MOST_CHARACTERS
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def names(runs: Path) -> list[str]:
    """Of all lessons: those written here, then those that ship in their order."""
    own = sorted(path.stem for path in (runs / FOLDER).glob("*.md") if _NAME.fullmatch(path.stem))
    return [*own[:MOST_LESSONS], *(name for name in shipped() if name not in own)]


@lru_cache(maxsize=1)
def shipped() -> tuple[str, ...]:
    """Their names, in the order of their files, which begin with a number."""
    return tuple(path.stem.partition("-")[2] for path in sorted(SHIPPED.glob("*.md")))


def text_of(name: str, runs: Path) -> str:
    """The file of a lesson; one that was written here goes before one that ships. Raises `LessonError`."""
    path = _path(name, runs)
    if path is None:
        raise LessonError(f"Lesson: received {shown(name)}, expected one of those on the Lessons page.")
    try:
        return read_bytes(path, _MOST_BYTES).decode("utf-8-sig", "replace")
    except (OSError, ValueError) as error:
        raise LessonError(
            f"Lesson {name} cannot be read ({error}). Restore its file, or delete it."
        ) from error


def lesson(name: str, runs: Path, link_problem: LinkProblem) -> Lesson:
    """The lesson, read again only where its file has changed. Raises `LessonError`."""
    path = _path(name, runs)
    if path is None:
        text_of(name, runs)
    return _read(name, runs, path, path.stat().st_mtime_ns if path else 0, link_problem)


@lru_cache(maxsize=64)
def _read(name: str, runs: Path, path: Path, changed: int, link_problem: LinkProblem) -> Lesson:
    return parse(text_of(name, runs), name, link_problem)


def is_own(name: str, runs: Path) -> bool:
    """Whether it was written here, so that it may be deleted."""
    return bool(_NAME.fullmatch(name)) and (runs / FOLDER / f"{name}.md").is_file()


def _path(name: str, runs: Path) -> Path | None:
    if is_own(name, runs):
        return runs / FOLDER / f"{name}.md"
    return next(iter(SHIPPED.glob(f"[0-9][0-9]-{name}.md")), None) if name in shipped() else None


def name_for(title: str) -> str:
    """A name for a lesson of that title: letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "lesson"


def save(name: str, text: str, runs: Path) -> None:
    """Keep it under that name, whatever is wrong in it: it opens in the editor again.

    Raises `NotAllowed`, `LessonError`.
    """
    _check(runs, "write lesson", name)
    if not _NAME.fullmatch(name):
        raise LessonError(
            f"Name: received {shown(name)}, expected at most 60 small letters of English, digits and hyphens."
        )
    if len(text) > MOST_CHARACTERS:
        raise LessonError(
            f"Lesson: received {len(text):,} characters, expected at most {MOST_CHARACTERS:,}. Make it two."
        )
    if not is_own(name, runs) and sum(is_own(each, runs) for each in names(runs)) >= MOST_LESSONS:
        raise LessonError(f"There are {MOST_LESSONS} lessons here, the most that are kept. Delete one first.")
    _write(runs / FOLDER / f"{name}.md", text)
    drop_draft(name, runs)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, lambda file: file.write(text.encode("utf-8", "replace")))
    except OSError as error:
        raise LessonError(
            f"The lesson was not kept ({error.strerror or error}). Export it, and free some disk space."
        ) from error


def draft_of(name: str, runs: Path) -> str | None:
    """What was typed of that lesson, "" of a new one, and not saved; None: nothing, or it cannot be read."""
    try:
        return read_bytes(_draft(name, runs), _MOST_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None


def keep_draft(name: str, text: str, runs: Path) -> None:
    """Raises `NotAllowed`, `LessonError`."""
    _check(runs, "write lesson", name)
    if len(text) <= MOST_CHARACTERS and (not name or _NAME.fullmatch(name)):
        _write(_draft(name, runs), text)


def drop_draft(name: str, runs: Path) -> None:
    """It was saved, or nobody wants it; one that cannot be deleted is offered once more."""
    _check(runs, "write lesson", name)
    with suppress(OSError):
        _draft(name, runs).unlink(missing_ok=True)


def _draft(name: str, runs: Path) -> Path:
    return runs / FOLDER / _DRAFTS / f"{name if _NAME.fullmatch(name) else 'new lesson'}.md"


def delete(name: str, runs: Path) -> None:
    """Take away one that was written here; gone is no error. Raises `NotAllowed`, `LessonError`."""
    _check(runs, "delete lesson", name)
    if not is_own(name, runs):
        return
    try:
        (runs / FOLDER / f"{name}.md").unlink(missing_ok=True)
    except OSError as error:
        raise LessonError(f"Lesson {name} cannot be deleted ({error.strerror or error}).") from error
    drop_draft(name, runs)


def may_write() -> bool:
    """Whether whoever acts may write lessons."""
    person = acting()
    return person is None or person.is_teacher


def _check(runs: Path, deed: str, name: str) -> None:
    if not may_write():
        deeds.write(runs, acting(), deed, name[:100], None, False)
        raise NotAllowed("Only the teacher writes lessons of a class.")
