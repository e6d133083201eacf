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
from lenet.browser.network_file import description, network_file
from lenet.browser.no_digit_file import no_digit_file
from lenet.drawing.mnist_format import SIZE
from lenet.errors import ModelError
from lenet.evaluation.prediction import DIGITS
from lenet.layers.kind import format_shape
from lenet.networks.model_facts import facts
from lenet.networks.model_reference import Model
from lenet.networks.stored_weights import Untrained, find
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
