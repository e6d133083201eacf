"""The person at the page, and where their answers are looked up. No Dask, no TensorFlow."""

from typing import Any

from lenet.errors import EngineError, LessonError
from lenet.lessons import progress, shelf
from lenet.lessons.answers import Desk, own_runs
from lenet.lessons.lesson import Lesson
from lenet.lessons.progress import Progress
from lenet.runs.folder import default_folder
from lenet.runs.run_index import list_runs
from pages.parts.lessons import links
from pages.parts.shared.engine import engine, engine_id
from pages.parts.shared.room import person

_PATIENCE = 8.0  # seconds that a click on Check waits for the worker
_WORDS = "It is being worked out. Press Check again in a moment."


def lesson_of(name: str) -> Lesson:
    """Raises `LessonError`: there is none of that name."""
    return shelf.lesson(name, default_folder(), links.problem)


def own_progress(lesson: str) -> Progress:
    """Of whoever is at the page."""
    return progress.read(default_folder(), person(), lesson)


def desk() -> Desk:
    """Of whoever is at the page."""
    runs = own_runs(list_runs(default_folder(), engine_id()), person())
    return Desk(runs, default_folder(), _ask)


def _ask(function: str, *args: Any) -> Any:
    """What takes turns in the inference worker. Raises `LessonError`."""
    ready = engine()
    if ready is None:
        raise LessonError("TensorFlow is warming up. Press Check again in a moment.")
    try:
        asked = ready.ask(function, *args, is_long=True, same=("lesson", function, repr(args)))
        return asked.result(timeout=_PATIENCE)
    except TimeoutError:
        raise LessonError(_WORDS) from None
    except (EngineError, ValueError) as error:
        raise LessonError(str(error)) from error
