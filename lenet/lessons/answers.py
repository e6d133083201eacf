"""Whether a question of a lesson is answered: looked up in the person's own runs, evaluations and drawings.

Must not import Streamlit, TensorFlow or Keras: what needs a network is asked by a function that is given.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lenet.comparison.compared_run import ComparedRun, compared_runs
from lenet.comparison.measures import MEASURES
from lenet.data import datasets
from lenet.data.drawing_sets import drawing_sets
from lenet.data.persons_digits import own_digits
from lenet.errors import DatasetError, LessonError, ModelError
from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import task_of
from lenet.formatting import counted
from lenet.lessons.questions import (
    ENDED,
    ENDS,
    OWN,
    ChoiceQuestion,
    Condition,
    DrawingsQuestion,
    EvaluationQuestion,
    FilterQuestion,
    ImageQuestion,
    NumberQuestion,
    Question,
    RunQuestion,
)
from lenet.networks.model_reference import resolve
from lenet.people import owner
from lenet.people.person import Person, acting
from lenet.runs.listing import RunSummary
from lenet.runs.status import ACTIVE_STATES, DIVERGED
from lenet.sentences import listed, shown

_MOST_RUNS = 200  # of a person, the newest, that are looked through
_TIE = 1e-9  # of accuracies


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer; `counts`: whether it was one, or there was nothing to look up yet."""

    is_right: bool
    said: str
    counts: bool = True


@dataclass(frozen=True)
class Desk:
    """Where a person's answers are looked up.

    Attributes:
        runs: of the person alone, the newest first.
        folder: of all runs.
        ask: calls a function of the inference worker, by its full name, with these arguments. Raises
            `LessonError` where there is no answer yet.
    """

    runs: tuple[RunSummary, ...]
    folder: Path
    ask: Callable[..., Any]


def own_runs(runs: Sequence[RunSummary], person: Person | None) -> tuple[RunSummary, ...]:
    """Those of that person; None, who works alone: all."""
    own = (run for run in runs if person is None or (run.owner is not None and run.owner.id == person.id))
    return tuple(run for run in own if not run.problem)[:_MOST_RUNS]


def verdict(question: Question, answer: Any, desk: Desk) -> Verdict:
    """What that answer is worth; `answer`: a number or a text, None where there is nothing to type."""
    try:
        return _VERDICTS[type(question)](question, answer, desk)
    except (LessonError, ModelError, DatasetError) as error:
        return Verdict(False, str(error), counts=False)


# A number, a choice


def _number(question: NumberQuestion, answer: Any, desk: Desk) -> Verdict:
    received = _as_number(answer)
    expected, whose = question.answer, ""
    if question.figure:
        run = _newest(question.where, desk)
        expected, whose = figure(run, question.figure), f" in your run “{run.title}”"
        if expected is None:
            raise LessonError(f"Your run “{run.title}” has no such figure yet. Wait until it has finished.")
    if abs(received - expected) <= question.within + _TIE:
        return Verdict(True, f"{received:g} is right{whose}.")
    wanted = "a larger number" if received < expected else "a smaller number"
    return Verdict(False, f"Received {received:g}, expected {wanted}{whose}.")


def _as_number(answer: Any) -> float:
    text = str(answer if answer is not None else "").strip().removesuffix("%").strip().replace(",", ".")
    try:
        received = float(text)
    except ValueError:
        received = math.nan
    if not math.isfinite(received):
        raise LessonError(f"Received {shown(text)}, expected a number, such as 12 or 0.5.")
    return received


def _choice(question: ChoiceQuestion, answer: Any, desk: Desk) -> Verdict:
    if answer not in question.options:
        raise LessonError("Received no answer, expected one of those above.")
    if answer == question.answer:
        return Verdict(True, "Right.")
    return Verdict(False, f"Received “{answer}”, expected another one.")


# Runs


def _run(question: RunQuestion, answer: Any, desk: Desk) -> Verdict:
    runs = _compared(desk)
    if not runs:
        raise LessonError("You have no run yet. Press Start on the Train page.")
    unmet = {
        run.id: [each for each in question.where if not each.holds(value(run, each.name))] for run in runs
    }
    closest = min(runs, key=lambda run: len(unmet[run.id]))
    if not unmet[closest.id]:
        return Verdict(True, f"Your run “{closest.title}” is one.")
    if closest.summary.state in ACTIVE_STATES:
        raise LessonError(f"Your run “{closest.title}” has not finished. Press Check again once it has.")
    received = listed(
        f"{_words(each.name)} {_in_words(value(closest, each.name))}" for each in unmet[closest.id]
    )
    expected = listed(str(each) for each in unmet[closest.id])
    return Verdict(False, f"The closest of your runs is “{closest.title}”: received {received}, "
                          f"expected {expected}.")  # fmt: skip


def _compared(desk: Desk) -> list[ComparedRun]:
    return compared_runs([run.id for run in desk.runs], desk.runs, desk.folder)[0]


def _newest(where: Sequence[Condition], desk: Desk) -> ComparedRun:
    for run in _compared(desk):
        if all(each.holds(value(run, each.name)) for each in where):
            return run
    wanted = f" with {listed(str(each) for each in where)}" if where else ""
    raise LessonError(f"Received no run of yours{wanted}, expected one. Train it first.")


def value(run: ComparedRun, name: str) -> Any:
    """A setting, a figure, or how it ended; None where the run has none."""
    if name == ENDED:
        return _ended(run.summary)
    return getattr(run.config, name) if hasattr(run.config, name) else figure(run, name)


def _ended(run: RunSummary) -> str | None:
    has_no_number = run.state == "failed" and (run.status.error or "").startswith(DIVERGED)
    return "diverged" if has_no_number else run.state if run.state in ENDS else None


def figure(run: ComparedRun, name: str) -> float | None:
    """One of `FIGURES`; accuracies in percent. None: the run has none (yet)."""
    status = run.summary.status
    if name == "parameters":
        return MEASURES["parameters"].of(run)
    if name == "epochs_trained":
        return float(status.epoch)
    if name == "test_errors":
        counted_there = None in (status.test_accuracy, status.test_images)
        return None if counted_there else float(round((1 - status.test_accuracy) * status.test_images))
    found = {"test_accuracy": status.test_accuracy, "validation_accuracy": status.val_accuracy,
             "training_accuracy": _training_accuracy(run)}[name]  # fmt: skip
    return None if found is None else 100 * found


def _training_accuracy(run: ComparedRun) -> float | None:
    """Mean of the last epoch, 0–1."""
    found = run.run.epochs()["accuracy"]
    return found[-1] if len(found) else None


def _words(name: str) -> str:
    return "end" if name == ENDED else name.replace("_", " ")


def _in_words(received: Any) -> str:
    if received is None:
        return "nothing"
    return f"{received:.4g}" if isinstance(received, float) else str(received)


def _evaluation(question: EvaluationQuestion, answer: Any, desk: Desk) -> Verdict:
    runs = [
        run for run in _compared(desk) if all(each.holds(value(run, each.name)) for each in question.where)
    ]
    if not runs:
        return Verdict(False, f"Received no run of yours with {listed(map(str, question.where))}, "
                              "expected one. Train it first.", counts=False)  # fmt: skip
    for run in runs:
        for path in sorted((run.run.path / "evaluations").glob("*.npz")):
            data = path.stem.partition("-")[2].rpartition("-")[0]
            if data and data != run.config.dataset:
                return Verdict(True, f"Your run “{run.title}” was evaluated on {shown(data)}.")
    return Verdict(False, f"Received evaluations of “{runs[0].title}” on its own data alone, expected one on "
                          "other data. Choose these on the Evaluate page.")  # fmt: skip


# Images and filters


def _image(question: ImageQuestion, answer: Any, desk: Desk) -> Verdict:
    index = int(_as_number(answer))
    wrong = _evaluated(question.wrong, question.dataset, desk)
    if not 0 <= index < len(wrong.labels):
        raise LessonError(
            f"Received {index:,}, expected the number of a test image, 0 to {len(wrong.labels) - 1:,}."
        )
    label, said = int(wrong.labels[index]), f"{_whose(question.wrong)} reads {wrong.predictions[index]}"
    words = f"Image {index:,} is of class {label}, and {said}"
    if question.true_class not in (None, label):
        return Verdict(False, f"{words}: expected an image of class {question.true_class}.")
    if wrong.correct[index]:
        return Verdict(False, f"{words}: received one that it reads right, expected one that it gets wrong.")
    if question.right and not (other := _evaluated(question.right, question.dataset, desk)).correct[index]:
        return Verdict(False, f"{words}; {_whose(question.right)} reads {other.predictions[index]}: expected "
                              "one that this one reads right.")  # fmt: skip
    return Verdict(True, f"{words}.")


def _whose(model: str) -> str:
    return "your network" if model == OWN else model


def _evaluated(model: str, dataset: str, desk: Desk) -> EvaluationResult:
    """On the test images. Raises `LessonError`, `ModelError`, `DatasetError`."""
    if model == OWN:
        model = _newest((Condition("dataset", "", dataset), Condition(ENDED, "", "finished")), desk).id
    if not datasets.available(dataset):
        raise LessonError(f"{dataset} is not on this machine. Get it on the Data page.")
    task = task_of(resolve(model, desk.folder), dataset, "test", desk.folder)
    return desk.ask("lenet.evaluation.evaluator.evaluate", task)


def _filter(question: FilterQuestion, answer: Any, desk: Desk) -> Verdict:
    number = int(_as_number(answer))
    model = _newest((), desk).id if question.model == OWN else question.model
    found = desk.ask(
        "lenet.inspection.ablation.all_drops", model, [question.layer], str(desk.folder.resolve())
    )
    accuracies: np.ndarray = found[question.layer]
    if not 0 <= number < len(accuracies):
        raise LessonError(f"Received {number}, expected the number of a filter, 0 to {len(accuracies) - 1}.")
    without = f"Without filter {number} the accuracy is {100 * accuracies[number]:.2f} %"
    if accuracies[number] <= accuracies.min() + _TIE:
        return Verdict(True, f"{without}: no other filter of this layer is missed more.")
    lower = counted(int((accuracies < accuracies[number] - _TIE).sum()), "filter")
    return Verdict(False, f"{without}, expected the lowest: {lower} of this layer would be missed more.")


# Drawings


def _drawings(question: DrawingsQuestion, answer: Any, desk: Desk) -> Verdict:
    sets = (each for each in drawing_sets().values() if owner.may_change(each.made, acting()))
    collections = [own_digits()] if question.dataset == "my-digits" else list(sets)
    found = max(((len(each.entries()), each.title) for each in collections), default=(0, "a set"))
    drawings = f"{counted(found[0], 'drawing')} in {found[1]}"
    if found[0] >= question.at_least:
        return Verdict(True, f"There are {drawings}.")
    return Verdict(False, f"Received {drawings}, expected {question.at_least} at least. Draw, and say what "
                          "it is, under Collect on the Draw page.")  # fmt: skip


_VERDICTS: dict[type, Callable[[Any, Any, Desk], Verdict]] = {
    NumberQuestion: _number,
    ChoiceQuestion: _choice,
    RunQuestion: _run,
    ImageQuestion: _image,
    FilterQuestion: _filter,
    DrawingsQuestion: _drawings,
    EvaluationQuestion: _evaluation,
}
