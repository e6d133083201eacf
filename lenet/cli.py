"""The command line: the library without a browser.

    python -m lenet train lenet5-relu --set epochs=2
    python -m lenet evaluate 2026-11-20-lenet5-relu-7f3a --against lenet5-relu
    python -m lenet predict lenet5-draw page.jpg strokes.jsonl.gz

Each command takes --json: one JSON document on standard output and nothing else there. What a person must put
right ends with exit code 2 and a sentence on standard error, a training that failed with exit code 1.
TensorFlow, Keras and scikit-learn are imported by the commands that need them, not before. Must not import
Streamlit.
"""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from lenet import class_command, dataset_commands, progress, sweep_commands, terminal
from lenet.errors import (
    ComparisonError,
    DatasetError,
    DrawingError,
    EvaluationError,
    LeaseLost,
    ModelError,
    RunError,
    WeightsError,
)
from lenet.export.formats import FORMATS
from lenet.files import write_atomically
from lenet.formatting import file_size
from lenet.local_training import resumed, started, train_here
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.summary import summarize
from lenet.runs import run_index
from lenet.runs.folder import default_folder
from lenet.runs.listing import RunSummary
from lenet.terminal import pick, print_json, refuse, refusing, stdout_for_results
from lenet.training.recipes import RECIPES

app = typer.Typer(
    help="LeNet Lab without a browser.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # an error is one plain line that can be searched and copied
)

app.add_typer(dataset_commands.commands, name="datasets")
app.command("class")(class_command.run_class)
app.command("sweep")(sweep_commands.sweep)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
RunsFolder = Annotated[
    Path | None,
    typer.Option("--runs", metavar="DIR", help="Where runs live; default: LENET_RUNS, else runs."),
]

_MODEL = (
    "A pretrained model of the project, a run id, run@epoch, or a model file: .keras, or .h5 of Keras 2; "
    "file@0-255, file@0-1 or file@-1-1 names the pixels that it wants."
)


def main() -> None:
    """Run the command line; with no arguments, show its help."""
    app(args=sys.argv[1:] or ["--help"], prog_name="python -m lenet")


@app.command("architectures")
def list_architectures(
    name: Annotated[str | None, typer.Argument(help="Only this one.")] = None, as_json: AsJson = False
) -> None:
    """List the networks. Layers with output shape, parameters and connections; totals; source."""
    chosen = [pick(name, ARCHITECTURES, "Architecture")] if name else list(ARCHITECTURES.values())
    worked_out = [(each, summarize(each.layers, each.input_shape)) for each in chosen]
    if as_json:
        return print_json([_architecture_json(each, summary) for each, summary in worked_out])
    for each, summary in worked_out:
        terminal.print_architecture(each, summary)


@app.command("recipes")
def list_recipes(
    name: Annotated[str | None, typer.Argument(help="Only this one.")] = None, as_json: AsJson = False
) -> None:
    """List what can be trained. Architecture, data set, settings, published figures, source."""
    chosen = [pick(name, RECIPES, "Recipe")] if name else list(RECIPES.values())
    if as_json:
        return print_json([asdict(recipe) | {"config": recipe.config.model_dump()} for recipe in chosen])
    terminal.print_recipes(chosen)


@app.command("runs")
def list_runs(folder: RunsFolder = None, as_json: AsJson = False) -> None:
    """List the runs, the newest first. Id, state, recipe, accuracy, duration."""
    summaries = run_index.list_runs(folder)
    if as_json:
        return print_json([_run_json(summary) for summary in summaries])
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
        refuse(
            "Received no recipe, or a recipe and --resume; expected one of them. `recipes` lists the names."
        )
    with refusing(RunError, LeaseLost):
        run = resumed(resume, settings, folder) if resume else started(recipe, settings or [], folder)
        status = train_here(run)
    if as_json:
        print_json({"run": run.id, "path": str(run.path)} | status.model_dump())
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

    task = _task(model, dataset, split, folder)
    other = _task(against, task.data.name, split, folder) if against else None
    progress.load_tensorflow()  # late, for what is refused needs none
    result = _evaluated(task)
    epoch = task.model.reference.epoch_number
    figure = published_results.published(task.model.config, task.data.name, split, epoch)
    document = {"model": model, "dataset": task.data.name, "split": split} | result.evaluation.to_json()
    document |= {"published": asdict(figure) if figure else None} | _input_json(model, folder)
    if other:
        document |= {"comparison": _compared(task, result, other)}
    if as_json:
        return print_json(document)
    terminal.print_evaluation(document, result.evaluation, figure)


def _task(model: str, dataset: str | None, split: str, folder: Path | None) -> Any:
    """Which model on which images; refused where there is none, or where the images do not fit."""
    from lenet.evaluation.task import task_of
    from lenet.networks.model_reference import resolve

    with refusing(ModelError, DatasetError):
        return task_of(resolve(model, folder), dataset, split, folder)


def _evaluated(task: Any) -> Any:
    """The result of an evaluation."""
    from lenet.evaluation import evaluator

    errors = (ModelError, DatasetError, WeightsError, EvaluationError)
    with refusing(*errors), stdout_for_results(), progress.waiting("Evaluating"):
        return evaluator.evaluate_now(task)


def _compared(task: Any, result: Any, other_task: Any) -> dict[str, Any]:
    """McNemar's test between two models, on the images that both have."""
    from lenet.evaluation import mcnemar

    other = _evaluated(other_task)
    with refusing(ComparisonError):
        places, other_places = mcnemar.shared(task, other_task)
    test = mcnemar.mcnemar(result.correct[places], other.correct[other_places])
    first, second = str(task.model.reference), str(other_task.model.reference)
    words = mcnemar.in_words(test, first, second)
    return {"model": second, "count": len(places)} | asdict(test) | {"in_words": words}


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

    digits, pictures, problems = _read_digits(files)
    predictions = _predicted(model, folder, file_predictions.images_of(digits)) if digits else []
    predictions = [file_predictions.doubted(*each) for each in zip(digits, predictions, strict=True)]
    result = file_predictions.Predictions(model, digits, predictions, problems, pictures)
    given = _input_json(model, folder) if digits else {}
    if as_json:
        print_json(result.to_json() | given)
    else:
        terminal.print_predictions(result, given)
    if problems:
        refuse(*problems)


@app.command("export")
def export(
    model: Annotated[str, typer.Argument(help=_MODEL)],
    to: Annotated[
        Literal["html", *FORMATS],
        typer.Option("--to", help="html: one page that answers to drawings; the others: for other programs."),
    ] = "html",
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Default: the model's name, in the current folder.")
    ] = None,
    folder: RunsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write a trained model as a file for elsewhere, and try it there first."""
    name, content, sentences = _html(model, folder) if to == "html" else _exported(model, to, folder)
    path = output or Path(name)
    try:
        write_atomically(path, lambda file: file.write(content))
    except OSError as error:
        refuse(f"{path} cannot be written: {error.strerror or error}. Name another file with --output.")
    if as_json:
        about = {"model": model, "format": to, "file": str(path), "bytes": len(content)}
        return print_json(about | {"sentences": sentences})
    typer.echo("\n".join([f"{path}: {file_size(len(content))}.", *sentences]))


_File = tuple[str, bytes, tuple[str, ...]]  # name, content, sentences


def _html(model: str, folder: Path | None) -> _File:
    """One page with the network in it."""
    from lenet.browser.html_export import html_page

    with refusing(ModelError):
        page = html_page(model, folder, _untrained_weights).encode()
    return f"{model}.html", page, ("Open it in any browser.",)


def _exported(model: str, to: str, folder: Path | None) -> _File:
    """The model in a format of `FORMATS`, tried."""
    from lenet.export.making import check, make

    with refusing(ModelError):
        check(model, to, folder)  # before TensorFlow is loaded
    progress.load_tensorflow()
    with refusing(ModelError), stdout_for_results(), progress.waiting(f"Exporting {model}"):
        made = make(model, to, folder)
    return made.file_name, made.content, made.sentences


def _untrained_weights(model: str) -> dict[str, Any]:
    progress.load_tensorflow()
    from lenet.browser.untrained import weights

    with stdout_for_results():
        return weights(model)


def _predicted(model: str, folder: Path | None, images: Any) -> list[Any]:
    """The model's predictions for drawings, (N, 28, 28) uint8."""
    progress.load_tensorflow()
    from lenet.evaluation import predictor

    with refusing(ModelError), stdout_for_results(), progress.waiting("Predicting"):
        return predictor.predict_drawings(predictor.load_for_drawings(model, folder), images)


def _input_json(model: str, folder: Path | None) -> dict[str, Any]:
    """What a file from elsewhere is given, and why; empty of other models."""
    from lenet.networks.loading import load_model

    about = load_model(model, folder).file_input
    return {"input": {"pixels": about.pixels, "in_words": about.in_words}} if about else {}


def _read_digits(files: Iterable[str]) -> tuple[list[Any], list[Any], list[str]]:
    """The digits of all files that can be used, what else is in pictures, a sentence for each that cannot."""
    from lenet.evaluation import file_predictions

    digits, pictures, problems = [], [], []
    for file in files:
        try:
            found, picture = file_predictions.read(file, _certainties)
        except DrawingError as error:
            problems.append(str(error))
            continue
        digits += found
        pictures += [picture] if picture else []
    return digits, pictures, problems


def _certainties(images: Any) -> Any:
    """How surely digits are read, asked for where there is one: TensorFlow is loaded for the first."""
    progress.load_tensorflow()
    from lenet.evaluation import photograph_reading

    with stdout_for_results():
        return photograph_reading.certainties(images)


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
