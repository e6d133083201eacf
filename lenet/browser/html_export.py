"""A network as one HTML file: canvas, live answers, feature maps, the model's card; no server, no network.

The modules are those of the dashboard; each comes as an address that holds its text, which an import map
names. Must not import Streamlit, TensorFlow or Keras.
"""

import base64
import json
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from lenet.browser.modules_folder import FOLDER
from lenet.browser.network_file import Untrained, description, find, network_file
from lenet.browser.no_digit_file import no_digit_file
from lenet.data import datasets
from lenet.drawing.mnist_format import SIZE
from lenet.errors import DatasetError, ModelError
from lenet.evaluation.prediction import DIGITS
from lenet.layers.kind import format_shape
from lenet.networks.model_reference import Model
from lenet.networks.pretrained import PRETRAINED
from lenet.proportion import accuracy
from lenet.runs.listing import summarize as run_summary
from lenet.sentences import MOST_NAMES, listed

_TEMPLATE = Path(__file__).parent / "export_page.html"
_IMPORT = re.compile(r'(?<=from ")(\.[^"]+)(?=")')  # where a module names another one
_NOT_EXPORTED = {"dashboard.js", "canvas_pen.js"}  # of pages that have a server


def html_page(name: str, runs_folder: Path | None = None, untrained: Untrained | None = None) -> str:
    """The page of the model of that name.

    Args:
        untrained: as `network_file` takes it.

    Raises:
        ModelError: there is no such model, the browser cannot compute it, or it takes no drawings.
    """
    model = find(name, runs_folder)
    file = network_file(name, runs_folder, untrained)
    about = description(model)
    if tuple(about["image_shape"]) != (SIZE, SIZE, 1):
        raise ModelError(
            f"{name} takes images of {format_shape(tuple(about['image_shape']))}, expected {SIZE}×{SIZE}×1, "
            "as a drawing is. Choose a model that was trained on MNIST or data of its size."
        )
    parts = {
        "title": escape(_title(model)),
        "what": escape(_what_to_draw(about["classes"])),
        "facts": "".join(
            f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>" for key, value in facts(model)
        ),
        "layers": _layers(about),
        "made": "Made with LeNet Lab.",
        "network": base64.b64encode(file.content).decode(),
        "noDigit": base64.b64encode(no_digit_file()).decode(),
        "importmap": json.dumps({"imports": _modules()}),
    }
    return Template(_TEMPLATE.read_text("utf-8")).substitute(parts)


def _what_to_draw(classes: Sequence[str]) -> str:
    if tuple(classes) == DIGITS:
        return "a digit"
    return f"one of {listed(classes)}" if len(classes) <= MOST_NAMES else f"{listed(classes[:3])} and so on"


def _title(model: Model) -> str:
    number = model.reference.epoch_number
    return model.title if number is None else f"{model.title}, epoch {number}"


def facts(model: Model) -> list[tuple[str, str]]:
    """What there is to say of a model: a name and a value each."""
    config = model.config
    known = [("Model", str(model.reference)), ("Trained on", _dataset_title(model))]
    if config.recipe:
        known.append(("Recipe", f"{config.recipe}, seed {config.seed}"))
    return [*known, ("Epochs", _epochs(model)), *_tested(model)]


def _epochs(model: Model) -> str:
    """How many it has learned for."""
    number = model.reference.epoch_number
    if number is not None:
        return f"{number} of {model.config.epochs}" if number else "0: untrained, its weights are random"
    return str(model.run.status().epoch if model.run else model.config.epochs)


def _tested(model: Model) -> list[tuple[str, str]]:
    card = PRETRAINED.get(model.reference.name)
    if model.reference.epoch_number is not None:
        return []  # the figures are of the final weights
    if card:
        found = [("Test accuracy", accuracy(card.test_accuracy, None)), ("Trained", f"{card.date}")]
        return [*found, ("Command", card.command)]
    summary = run_summary(model.run_folder)
    return [("Accuracy", accuracy(summary.accuracy, summary.num_images)), ("State", summary.state)]


def _dataset_title(model: Model) -> str:
    try:
        return datasets.info(model.config.dataset, model.run_folder).title
    except DatasetError:
        return model.config.dataset


def _layers(about: dict) -> str:
    rows = [
        (each["label"], each["title"], format_shape(each["output_shape"]), f"{each['parameters']:,}")
        for each in about["layers"]
    ]
    return "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)


def _modules() -> dict[str, str]:
    """Name of a module → an address that is its text."""
    files = [file for file in sorted(FOLDER.rglob("*.js")) if file.name not in _NOT_EXPORTED]
    return {_name(file): f"data:text/javascript;base64,{_text(file)}" for file in files}


def _name(file: Path) -> str:
    return f"lenet/{file.relative_to(FOLDER).as_posix()}"


def _text(file: Path) -> str:
    """A module that names others as the import map does."""

    def named(match: re.Match[str]) -> str:
        return _name((file.parent / match[1]).resolve())

    return base64.b64encode(_IMPORT.sub(named, file.read_text("utf-8")).encode()).decode()
