"""How far each person is in each lesson: a file a person, written at once after each answer.

In a class `.class/lessons/<person>.json`, alone `.lessons/progress.json`, in the folder of the runs. Must not
import Streamlit, TensorFlow or Keras.
"""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lenet.errors import LessonError
from lenet.files import read_json, write_json
from lenet.lessons.answers import Verdict
from lenet.lessons.questions import Question
from lenet.people import deeds
from lenet.people.person import NOBODY, Person

_writing = threading.Lock()  # what two tabs of a person do is both kept
_MOST_LESSONS, _MOST_ANSWERS = 200, 300  # of a person; of a lesson


@dataclass(frozen=True)
class Answered:
    """What became of a question; `said`: of the last try."""

    tries: int = 0
    is_right: bool = False
    said: str = ""


@dataclass(frozen=True)
class Progress:
    """Of a person in a lesson; `step`: the furthest one, from 1; 0: not begun."""

    step: int = 0
    answers: dict[str, Answered] = field(default_factory=dict)

    def of(self, question: Question) -> Answered:
        """What became of that question."""
        return self.answers.get(question.key, Answered())


def read(runs: Path, person: Person | None, lesson: str) -> Progress:
    """None of a file that is damaged: the lesson begins again."""
    found = _all(runs, person).get(lesson)
    if not isinstance(found, dict):
        return Progress()
    answers = found.get("answers")
    known = {str(key): _answered(each) for key, each in answers.items()} if isinstance(answers, dict) else {}
    return Progress(_count(found.get("step")), {key: each for key, each in known.items() if each})


def reached(runs: Path, person: Person | None, lesson: str, step: int) -> None:
    """That person is at that step. Raises `LessonError`."""
    if step <= read(runs, person, lesson).step:
        return
    with _writing:
        now = read(runs, person, lesson)
        _write(runs, person, lesson, Progress(max(step, now.step), now.answers))


def answered(runs: Path, person: Person | None, lesson: str, question: Question, found: Verdict) -> None:
    """One more try, if it was one; a right answer stays right. Raises `LessonError`."""
    with _writing:
        now = read(runs, person, lesson)
        before = now.of(question)
        if before.is_right or not found.counts:
            return
        answer = Answered(before.tries + 1, found.is_right, found.said[:500])
        _write(runs, person, lesson, Progress(now.step, now.answers | {question.key: answer}))


def _path(runs: Path, person: Person | None) -> Path:
    return (
        runs / ".lessons" / "progress.json"
        if person is None
        else runs / deeds.FOLDER / "lessons" / f"{person.id}.json"
    )


def _all(runs: Path, person: Person | None) -> dict[str, Any]:
    try:
        return read_json(_path(runs, person))
    except (OSError, ValueError):
        return {}


def _write(runs: Path, person: Person | None, lesson: str, progress: Progress) -> None:
    if person == NOBODY:
        raise LessonError("Nothing was kept: you are not in this class. Open the join link again.")
    every = _all(runs, person)
    answers = {key: vars(each) for key, each in list(progress.answers.items())[-_MOST_ANSWERS:]}
    every[lesson] = {"step": progress.step, "answers": answers}
    path = _path(runs, person)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, dict(list(every.items())[-_MOST_LESSONS:]))
    except OSError as error:
        raise LessonError(
            f"Your answer was not kept ({error.strerror or error}). Tell your teacher."
        ) from error


def _answered(found: Any) -> Answered | None:
    if not isinstance(found, dict):
        return None
    return Answered(
        _count(found.get("tries")), found.get("is_right") is True, str(found.get("said", ""))[:500]
    )


def _count(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 10**6 else 0
