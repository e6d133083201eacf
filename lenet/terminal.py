"""What the command line says to a person: tables and JSON on standard output, refusals on standard error.

Must not import Streamlit, TensorFlow or Keras.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from rich.console import Console
from rich.table import Table

from lenet.evaluation.metrics import Evaluation
from lenet.evaluation.prediction import Prediction
from lenet.formatting import counted, duration, percent, probability
from lenet.layers.kind import format_shape
from lenet.networks.architectures import Architecture
from lenet.networks.summary import Summary
from lenet.proportion import accuracy_and_interval, wilson_interval
from lenet.runs.folder import Run
from lenet.runs.listing import RunSummary
from lenet.runs.status import Status
from lenet.sentences import MOST_SENTENCES, shown
from lenet.sweep.folder import Sweep
from lenet.sweep.space import value_text
from lenet.sweep.state import SweepState, TrialState, ranked
from lenet.training.published_results import Published
from lenet.training.published_results import in_words as published_in_words
from lenet.training.recipe import Recipe

if TYPE_CHECKING:  # it opens pictures, which few commands do
    from lenet.evaluation.file_predictions import Predictions

_PIPE_WIDTH = 200  # where the output goes to a file or another program, which wraps nothing


def print_architecture(architecture: Architecture, summary: Summary) -> None:
    """Heading, a line for each layer, totals."""
    table = _table(("layer", "kind", "output"), _NUMBERS, title=f"{architecture.name}: {architecture.title}")
    for layer in summary.layers:
        numbers = (layer.parameters, layer.connections, layer.multiply_adds)
        table.add_row(layer.name, layer.title, format_shape(layer.output_shape), *map(_count, numbers))
    totals = (summary.parameters, summary.connections, summary.multiply_adds)
    table.add_section()
    table.add_row("all", "", f"from {format_shape(summary.input_shape)}", *map(_count, totals))
    _print(table, f"{architecture.description}\nSource: {architecture.source}\n")


_NUMBERS = ("parameters", "connections", "multiply-adds")
_DOWNLOAD = "downloaded when it is first trained on. With no network:"


def print_recipes(recipes: Iterable[Recipe]) -> None:
    """A line for each recipe."""
    table = _table(("recipe", "architecture", "data set", "settings", "source"), ("published accuracy",))
    for recipe in recipes:
        config, accuracy = recipe.config, recipe.expected.test_accuracy
        epochs = counted(config.epochs, "epoch")
        settings = f"{config.optimizer} {config.learning_rate:g}, batch {config.batch_size}, {epochs}"
        row = (recipe.name, config.architecture or "own", config.dataset, settings)
        table.add_row(*row, recipe.source, percent(accuracy))
    _print(table)


def print_datasets(rows: Iterable[dict[str, Any]]) -> None:
    """A line for each data set, then how to get those that are not here."""
    table = _table(("data set", "title", "here", "licence", "images"), ("training", "test", "classes"))
    missing = []
    for row in rows:
        shape, sizes = (
            format_shape(row["image_shape"]),
            (row["num_train"], row["num_test"], row["num_classes"]),
        )
        here = "yes" if row["available"] else "no"
        table.add_row(row["name"], row["title"], here, row["licence"], shape, *map(_count, sizes))
        if not row["available"]:
            download = f"{_DOWNLOAD} " if row["can_download"] else ""
            missing.append(f"{row['name']}: {download}{row['how_to_get_it'].removesuffix('.')}.")
    _print(table, *missing)


def print_runs(summaries: Iterable[RunSummary], folder: Path) -> None:
    """A line for each run, the newest first; what cannot be read says why."""
    table = _table(("run", "name", "state", "recipe", "data set"), ("accuracy", "duration"))
    problems = []
    for run in summaries:
        row = (run.id, run.name, run.state, run.recipe, run.dataset)
        table.add_row(*row, accuracy_and_interval(run.accuracy, run.num_images), duration(run.status.seconds))
        problems += [run.problem] if run.problem else []
    if not table.row_count:
        return _print(f"No runs in {folder} yet. Start one: python -m lenet train digits-quick")
    _print(table, *problems)


def print_result(run: Run, status: Status, folder: Path | None) -> None:
    """How a training ended, and how to go on where it did not finish."""
    tested = accuracy_and_interval(status.test_accuracy, status.test_images)
    figures = f"test accuracy {tested}  loss {_loss(status.test_loss)}"
    print(f"{run.id}  {status.state}  {figures}  {status.seconds:.1f} s")
    if status.message:
        print(status.message)
    if status.error:
        print(status.error, file=sys.stderr)
    if status.state in ("stopped", "failed"):
        where = f" --runs {folder}" if folder else ""
        print(f"Go on with it: python -m lenet train --resume {run.id}{where}", file=sys.stderr)


def print_sweep(sweep: Sweep, state: SweepState, folder: Path | None) -> None:
    """A line for each trial, the best first; importances; how to go on where it is not at its end."""
    config = sweep.config
    settings = [each.setting for each in config.space]
    table = _table(("trial", "state", *settings), (config.measure, "epochs", "duration"))
    best = ranked(state.trials, config.is_maximized)
    others = [trial for trial in state.trials if trial not in best]
    for trial in (*best, *others):
        table.add_row(*_trial_cells(trial, settings, config.is_maximized))
    shares = ", ".join(f"{name} {percent(share, 0)}" for name, share in state.importances.items())
    about = [f"Importances of settings: {shares}."] if shares else []
    done = (
        f"{sweep.id}  {state.state}  {state.done} of {counted(state.wanted, 'trial')}  {state.seconds:.0f} s"
    )
    _print(table, *[trial.why for trial in others if trial.why][:MOST_SENTENCES], *about, done)
    for sentence in filter(None, (state.message, state.error)):
        print(sentence, file=sys.stderr)
    if state.state != "finished":
        where = f" --runs {folder}" if folder else ""
        print(f"Go on with it: python -m lenet sweep --resume {sweep.id}{where}", file=sys.stderr)


def _trial_cells(trial: TrialState, settings: list[str], is_share: bool) -> list[str]:
    values = [value_text(trial.settings[name]) if name in trial.settings else "" for name in settings]
    value = percent(trial.value) if is_share else _loss(trial.value)
    return [
        str(trial.number + 1), trial.state, *values, value, str(trial.epoch), duration(trial.seconds)
    ]  # fmt: skip


def print_evaluation(about: dict[str, Any], result: Evaluation, figure: Published | None) -> None:
    """Accuracy, loss, a line for each class, confusion matrix, calibration and rejection; a comparison."""
    low, high = result.accuracy_interval
    heading = (
        f"{about['model']} on {about['dataset']} ({about['split']}): accuracy {percent(result.accuracy)} "
        f"(95 % interval {percent(low)} to {percent(high)}), loss {_loss(result.loss)}, "
        f"{_count(result.errors)} errors in {_count(result.count)} images"
    )
    report = _table(("class",), ("precision", "recall", "F1", "images"))
    for row in (*result.classes, *result.averages):
        report.add_row(row.name, *map(percent, row.measures), _count(row.support))
    names = [row.name for row in result.classes]
    matrix = _table(("true \\ predicted",), names)
    for name, counts in zip(names, result.confusion, strict=True):
        matrix.add_row(name, *(_count(count) if count else "·" for count in counts))
    words = [published_in_words(figure, result.accuracy_interval)] if figure else _what_is_given(about)
    compared = [about["comparison"]["in_words"]] if "comparison" in about else []
    _print(heading, *words, *compared, "", report, "", matrix, "", *_calibration(result))


def _what_is_given(about: dict[str, Any]) -> list[str]:
    """What the pixels of a file from elsewhere are, in a line."""
    return [about["input"]["in_words"]] if "input" in about else []


def _calibration(result: Evaluation) -> list[Any]:
    """Calibration in a line, and what rejection gains."""
    calibration = result.calibration
    line = (
        f"Confidence {percent(calibration.confidence)} on average; expected calibration error "
        f"{percent(calibration.error)}."
    )
    table = _table((), ("rejected", "images", "difference kept", "errors left", "accuracy of the rest"))
    for row in result.rejection:
        kept = f"{row.threshold:.3f}"
        table.add_row(
            percent(row.share, 1), _count(row.rejected), kept, _count(row.errors), percent(row.accuracy)
        )
    which = "smallest penalties" if result.score == "penalties" else "best outputs"
    return [line, f"Rejected first: the smallest difference of the two {which}.", table]


_MOST_ROWS = 40  # of a file with thousands of drawings


def print_predictions(result: Predictions, about: dict[str, Any]) -> None:
    """A line for each digit, errors first, and how many were correct; what a file from elsewhere is given."""
    pairs = list(zip(result.digits, result.predictions, strict=True))
    errors_first = sorted(pairs, key=lambda pair: not pair[1].is_wrong(pair[0].label))
    table = _table(("file",), ("digit", "label", "prediction", "probability", "second", "probability"))
    table.add_column("")
    for digit, prediction in errors_first[:_MOST_ROWS]:
        table.add_row(digit.file, str(digit.index + 1), *_prediction_cells(digit.label, prediction))
    left = len(pairs) - _MOST_ROWS
    more = [f"… and {_count(left)} more; --json has them all."] if left > 0 else []
    seen = [each.in_words for each in result.pictures if each.in_words]
    words = _how_many(result), *_what_is_given(about)
    _print(*([table, *more, *seen, ""] if pairs else []), *words)


def _prediction_cells(label: int | str | None, prediction: Prediction) -> list[str]:
    """Label, prediction, its probability, the second one, its probability, and what is to be said of it."""
    first, second = (-prediction.probabilities).argsort(kind="stable")[:2]
    names, shares = prediction.class_names, prediction.probabilities
    best = [(names[each], probability(shares[each])) for each in (first, second)]
    wrong = "wrong. " if prediction.is_wrong(label) else ""
    doubt = "" if prediction.sure else f"Not sure: {prediction.reason}"
    return ["–" if label is None else str(label), *best[0], *best[1], wrong + doubt]


def _how_many(result: Predictions) -> str:
    unsure = sum(not prediction.sure for prediction in result.predictions)
    words = f"{result.model}: {counted(len(result.digits), 'digit')}, {_count(unsure)} not sure"
    if result.accuracy is None:
        return words
    low, high = wilson_interval(result.num_labels - result.errors, result.num_labels)
    return (
        f"{words}; accuracy {percent(result.accuracy)} (95 % interval {percent(low)} to {percent(high)}), "
        f"{_count(result.errors)} errors in {_count(result.num_labels)} labelled"
    )


# Refusals, and JSON


def pick(name: str, registry: dict[str, Any], what: str) -> Any:
    """The entry called `name`; else a sentence with the names that are close, or all of them."""
    if name in registry:
        return registry[name]
    close = difflib.get_close_matches(name, registry, n=3)
    advice = f"Did you mean {' or '.join(close)}?" if close else f"Known: {', '.join(registry)}."
    refuse(f"{what}: there is no {shown(name)}. {advice}")


def refuse(*sentences: str) -> NoReturn:
    """Say what is wrong and end with exit code 2."""
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    sys.exit(2)


@contextlib.contextmanager
def refusing(*errors: type[Exception]) -> Iterator[None]:
    """Errors whose message is for the person become that message."""
    try:
        yield
    except errors as error:
        refuse(str(error))


@contextlib.contextmanager
def stdout_for_results() -> Iterator[None]:
    """What libraries print goes to standard error meanwhile."""
    with contextlib.redirect_stdout(sys.stderr):
        yield


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))


def print_lines(*lines: str) -> None:
    """Sentences, one a line, on standard output."""
    _print(*lines)


def _table(texts: Iterable[str], numbers: Iterable[str], title: str | None = None) -> Table:
    table = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for column in texts:
        table.add_column(column)
    for column in numbers:
        table.add_column(column, justify="right")
    return table


def _print(*parts: Table | str) -> None:
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False)
    for part in parts:
        console.print(part, markup=False)


def _count(number: int) -> str:
    return f"{number:,}"


def _loss(loss: float | None) -> str:
    return "–" if loss is None else f"{loss:.4f}"
