"""The command line: the library without a browser.

    python -m lenet train lenet5-relu --set epochs=2
    python -m lenet evaluate 2026-11-20-lenet5-relu-7f3a --against lenet5-relu
    python -m lenet predict lenet5-draw page.jpg strokes.jsonl.gz

Each command takes --json: one JSON document on standard output and nothing else there. What a person must put
right ends with exit code 2 and a sentence on standard error, a training that failed with exit code 1.
TensorFlow, Keras and scikit-learn are imported by the commands that need them, not before. Must not import
Streamlit.
"""

import contextlib
import difflib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from lenet import terminal
from lenet.errors import (
    ComparisonError,
    DatasetError,
    EvaluationError,
    LeaseLost,
    ModelError,
    RunError,
    WeightsError,
)
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.summary import summarize
from lenet.networks.validation import check
from lenet.runs import run_index
from lenet.runs.config import FORMER_NAMES, RunConfig
from lenet.runs.config_errors import describe_errors
from lenet.runs.folder import Run, default_folder
from lenet.runs.lease import current_ticket
from lenet.runs.listing import RunSummary
from lenet.runs.listing import summarize as summarize_run
from lenet.runs.status import Status
from lenet.sentences import shown
from lenet.training.recipes import RECIPES

app = typer.Typer(
    help="LeNet Lab without a browser.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # an error is one plain line that can be searched and copied
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
RunsFolder = Annotated[
    Path | None,
    typer.Option("--runs", metavar="DIR", help="Where runs live; default: LENET_RUNS, else runs."),
]


_MODEL = "A pretrained model of the project, a run id, run@epoch, or a .keras file."


def main() -> None:
    """Run the command line; with no arguments, show its help."""
    app(args=sys.argv[1:] or ["--help"], prog_name="python -m lenet")


@app.command("architectures")
def list_architectures(
    name: Annotated[str | None, typer.Argument(help="Only this one.")] = None, as_json: AsJson = False
) -> None:
    """List the networks. Layers with output shape, parameters and connections; totals; source."""
    chosen = [_pick(name, ARCHITECTURES, "Architecture")] if name else list(ARCHITECTURES.values())
    worked_out = [(each, summarize(each.layers, each.input_shape)) for each in chosen]
    if as_json:
        return _print_json([_architecture_json(each, summary) for each, summary in worked_out])
    for each, summary in worked_out:
        terminal.print_architecture(each, summary)


@app.command("recipes")
def list_recipes(
    name: Annotated[str | None, typer.Argument(help="Only this one.")] = None, as_json: AsJson = False
) -> None:
    """List what can be trained. Architecture, data set, settings, published figures, source."""
    chosen = [_pick(name, RECIPES, "Recipe")] if name else list(RECIPES.values())
    if as_json:
        return _print_json([asdict(recipe) | {"config": recipe.config.model_dump()} for recipe in chosen])
    terminal.print_recipes(chosen)


@app.command("datasets")
def list_datasets(as_json: AsJson = False) -> None:
    """List the data sets. Whether each is here or how to get it, sizes, classes, licence."""
    from lenet.data import datasets

    rows = []
    for name, info in datasets.all_datasets().items():
        here = datasets.available(name)
        advice = None if here else datasets.where_to_put(name)
        can_download = datasets.can_download(name)
        rows.append(asdict(info) | {"available": here, "can_download": can_download, "how_to_get_it": advice})
    if as_json:
        return _print_json(rows)
    terminal.print_datasets(rows)


@app.command("runs")
def list_runs(folder: RunsFolder = None, as_json: AsJson = False) -> None:
    """List the runs, the newest first. Id, state, recipe, accuracy, duration."""
    summaries = run_index.list_runs(folder)
    if as_json:
        return _print_json([_run_json(summary) for summary in summaries])
    terminal.print_runs(summaries, folder or default_folder())


@app.command("train")
def train(
    recipe: Annotated[str | None, typer.Argument(help="A name that `recipes` lists.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a setting; any number.")
    ] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with a run that was stopped.")
    ] = None,
    folder: RunsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Train a recipe in this terminal. Ctrl+C stops it; `train --resume` goes on from there."""
    if (recipe is None) == (resume is None):
        _refuse(
            "Received no recipe, or a recipe and --resume; expected one of them. `recipes` lists the names."
        )
    with _refusing(RunError, LeaseLost):
        run = _resumed(resume, settings, folder) if resume else _started(recipe, settings or [], folder)
        status = _train_here(run)
    if as_json:
        _print_json({"run": run.id, "path": str(run.path)} | status.model_dump())
    else:
        terminal.print_result(run, status, folder)
    if status.state == "failed":
        sys.exit(1)


@app.command("evaluate")
def evaluate(
    model: Annotated[str, typer.Argument(help=_MODEL)],
    dataset: Annotated[
        str | None, typer.Option(metavar="NAME", help="Default: the one that the run was trained on.")
    ] = None,
    split: Annotated[
        Literal["test", "train", "validation"], typer.Option(help="The images to evaluate on.")
    ] = "test",
    against: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Another one on the same images: who is better?")
    ] = None,
    folder: RunsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Test a trained model. Accuracy and its interval, classes, confusion matrix, calibration, rejection."""
    from lenet.training import published_results

    asked = _exam(model, dataset, split, folder)
    other = _exam(against, asked.about.name, split, folder) if against else None
    _load_tensorflow()  # late, for what is refused needs none
    result = _judged(asked)
    epoch = model.partition("@")[2][:9]
    figure = published_results.published(
        asked.model.config,
        asked.about.name,
        split,
        int(epoch) if epoch.isdecimal() else None,
    )
    document = {"model": model, "dataset": asked.about.name, "split": split} | result.evaluation.to_json()
    document |= {"published": asdict(figure) if figure else None}
    if other:
        document |= {"comparison": _compared(asked, result, other)}
    if as_json:
        return _print_json(document)
    terminal.print_evaluation(document, result.evaluation, figure)


def _exam(model: str, dataset: str | None, split: str, folder: Path | None) -> Any:
    """What is asked of which model; refused where there is none, or where the images do not fit."""
    from lenet.errors import ModelError
    from lenet.evaluation import task

    with _refusing(ModelError, DatasetError):
        return task.exam(model, dataset, split, folder and str(folder))


def _judged(asked: Any) -> Any:
    """The model's answers to an exam, and their evaluation."""
    from lenet.evaluation import evaluator

    errors = (ModelError, DatasetError, WeightsError, EvaluationError)
    with _refusing(*errors), _stdout_for_results(), terminal.waiting("Evaluating"):
        return evaluator.judge_now(asked)


def _compared(asked: Any, result: Any, other_asked: Any) -> dict[str, Any]:
    """McNemar's test between two models, on the images that both were asked."""
    from lenet.evaluation import mcnemar

    other = _judged(other_asked)
    with _refusing(ComparisonError):
        places, other_places = mcnemar.shared(asked, other_asked)
    test = mcnemar.mcnemar(result.right[places], other.right[other_places])
    words = mcnemar.in_words(test, asked.model.spec, other_asked.model.spec)
    return {"model": other_asked.model.spec, "count": len(places)} | asdict(test) | {"in_words": words}


@app.command("predict")
def predict(
    model: Annotated[str, typer.Argument(help=_MODEL)],
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="Strokes (.jsonl, .jsonl.gz), or pictures of digits.")
    ],
    folder: RunsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Ask a model what digits are drawn. Labels and probabilities; accuracy where the files have labels."""
    from lenet.evaluation import file_predictions

    digits, problems = _read_digits(files)
    predictions = _predicted(model, folder, file_predictions.images_of(digits)) if digits else []
    result = file_predictions.Predictions(model, digits, predictions, problems)
    if as_json:
        _print_json(result.to_json())
    else:
        terminal.print_predictions(result)
    if problems:
        _refuse(*problems)


def _predicted(model: str, folder: Path | None, images: Any) -> list[Any]:
    """The model's predictions for drawings, (N, 28, 28) uint8."""
    _load_tensorflow()
    from lenet.evaluation import predictor

    with _refusing(ModelError), _stdout_for_results(), terminal.waiting("Predicting"):
        return predictor.predict_drawings(predictor.load_for_drawings(model, folder), images)


def _read_digits(files: Iterable[str]) -> tuple[list[Any], list[str]]:
    """The digits of all files that can be used, and a sentence for each that cannot."""
    from lenet.errors import DrawingError
    from lenet.evaluation import file_predictions

    digits, problems = [], []
    for file in files:
        try:
            digits += file_predictions.read(file)
        except DrawingError as error:
            problems.append(str(error))
    return digits, problems


# Settings: from `key=value` to a config


def _started(recipe: str, settings: list[str], folder: Path | None) -> Run:
    """A new run of `recipe` with changed settings, if it can start on its data set."""
    config = _with_settings(_pick(recipe, RECIPES, "Recipe").config, settings)
    _fetch(config, folder)
    return Run.create(config, folder)


def _with_settings(config: RunConfig, settings: Iterable[str]) -> RunConfig:
    """`config` with each `key=value` of `settings`; what cannot be is refused in words."""
    changes: dict[str, Any] = {}
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals:
            _refuse(f"--set: received {shown(setting)}, expected KEY=VALUE, as in --set epochs=2.")
        field = _pick(FORMER_NAMES.get(key, key), _SETTINGS, "Setting")
        changes[key] = _value(field, text)
    try:
        return config.replace(**_with_layers(changes))
    except ValidationError as error:
        _refuse(*describe_errors(error))


_SETTINGS = {key: field for key, field in RunConfig.model_fields.items() if key != "recipe"}


def _value(field: FieldInfo, text: str) -> Any:
    """JSON where it parses and the setting is no text, else the text itself; `none` is no value."""
    if text.lower() in ("none", "null"):
        return None
    if field.annotation in (str, str | None):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _with_layers(changes: dict[str, Any]) -> dict[str, Any]:
    """An architecture brings its layers; layers of one's own are no architecture of the catalogue."""
    if changes.get("architecture") is not None:
        architecture = _pick(changes["architecture"], ARCHITECTURES, "Architecture")
        return {"layers": architecture.layers} | changes
    return changes | ({"architecture": None} if "layers" in changes else {})


def _fetch(config: RunConfig, folder: Path | None) -> None:
    """Refuse what cannot start on the data set; download the data set where it is not here."""
    from lenet.data import datasets
    from lenet.training import fine_tuning

    with _refusing(DatasetError):
        if not datasets.can_download(config.dataset):
            datasets.fetch(config.dataset)  # says what is missing, which no download would bring
        info = datasets.info(config.dataset)
        problems = check(config, info) + fine_tuning.mismatches(config, info, folder)
        if problems:
            _refuse(*problems)
        if not datasets.available(config.dataset):
            with terminal.download_progress(config.dataset) as progress:
                datasets.fetch(config.dataset, progress)


# Training in this process


def _resumed(run_id: str, settings: list[str] | None, folder: Path | None) -> Run:
    """A run that was stopped, that failed, or whose trainer is gone, ready to go on."""
    if settings:
        _refuse("--resume: received --set as well, expected none: a run keeps its settings. Train a new run.")
    run = Run.open(run_id, folder)
    state = summarize_run(run.path).state
    if state not in ("stopped", "failed", "interrupted"):
        _refuse(f"--resume: run {run_id} is {state}, expected one that was stopped, failed or interrupted.")
    return run


def _train_here(run: Run) -> Status:
    """Train with a progress bar. Ctrl+C, or SIGTERM, stops the run as the Stop button does."""
    ticket = run.queue()

    def stop() -> None:
        if current_ticket(run.path) == ticket:  # else it is somebody else's now
            run.write_control(command="stop")

    with terminal.interruptible(stop):
        _load_tensorflow()
        from lenet.training import forward_pass, trainer

        forward_pass.use_one_thread_an_operation()
        with terminal.training_progress(run.id) as show, _stdout_for_results():
            return trainer.train(run, show, ticket)


def _load_tensorflow() -> None:
    """Import it, and let it look for devices, while a spinner stands for what it says about itself."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with terminal.loading("Loading TensorFlow"):
        import tensorflow

        tensorflow.config.list_physical_devices()


# Output and errors


def _pick(name: str, registry: dict[str, Any], what: str) -> Any:
    """The entry called `name`; else a sentence with the names that are close, or all of them."""
    if name in registry:
        return registry[name]
    close = difflib.get_close_matches(name, registry, n=3)
    advice = f"Did you mean {' or '.join(close)}?" if close else f"Known: {', '.join(registry)}."
    _refuse(f"{what}: there is no {shown(name)}. {advice}")


def _refuse(*sentences: str) -> NoReturn:
    """Say what is wrong and end with exit code 2."""
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    sys.exit(2)


@contextlib.contextmanager
def _refusing(*errors: type[Exception]) -> Iterator[None]:
    """Errors whose message is for the person become that message."""
    try:
        yield
    except errors as error:
        _refuse(str(error))


@contextlib.contextmanager
def _stdout_for_results() -> Iterator[None]:
    """What libraries print goes to standard error meanwhile."""
    with contextlib.redirect_stdout(sys.stderr):
        yield


def _print_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))


def _architecture_json(architecture: Any, summary: Any) -> dict[str, Any]:
    totals = ("parameters", "connections", "multiply_adds")
    return {
        "name": architecture.name,
        "title": architecture.title,
        "source": architecture.source,
        "description": architecture.description,
        "input_shape": architecture.input_shape,
        "layers": [asdict(layer) for layer in summary.layers],
    } | {total: getattr(summary, total) for total in totals}


def _run_json(summary: RunSummary) -> dict[str, Any]:
    return asdict(summary) | {"accuracy": summary.accuracy, "status": summary.status.model_dump()}
