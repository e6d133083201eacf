"""A run as those see it who watch it train: what changes from tick to tick, as plain data for the browser.

Its files are read once for all who watch, and only where they have grown. Must not import Streamlit,
TensorFlow or Keras.
"""

import hashlib
import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np

from lenet import queue_place
from lenet.data import datasets
from lenet.data.preprocessing import network_input_shape
from lenet.errors import DatasetError, RunError, WeightsError
from lenet.figures.mosaics import data_url, grey, kernel_mosaic, kernel_words, map_mosaic, mosaic
from lenet.formatting import counted, duration, percent
from lenet.inspection.results import FeatureMaps
from lenet.networks.summary import summarize
from lenet.npz import CHECKPOINT, load_arrays
from lenet.people.person import TEACHER, Person
from lenet.proportion import accuracy, interval
from lenet.runs.curves import EPOCH_COLUMNS, STEP_COLUMNS, parse_row
from lenet.runs.folder import Run
from lenet.runs.layers import Conv
from lenet.runs.listing import RunSummary
from lenet.runs.status import ACTIVE_STATES
from lenet.training.recipes import RECIPES

KERNELS_WIDTH, MAPS_WIDTH = 225, 440  # pixels
_MOST_ROWS = 10_000  # of a curve: a hundred epochs; of a longer one every second row, every fourth, …
_MOST_READ = 4_000_000  # bytes of a curve's file at once
_MOST_KERNEL_BYTES = 20_000_000


class Curve:
    """The rows of a CSV file that grows: each is read once.

    Attributes:
        rows: the numbers of each row.
        generation: another one when rows that were given are no longer these.
    """

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.rows: list[list[float]] = []
        self.generation = 0
        self._path, self._columns = path, columns
        self._file, self._offset = 0, 0  # inode; bytes that are read
        self._stride, self._seen = 1, 0  # one row of so many is kept; rows seen

    def refresh(self) -> None:
        """Read what was appended; all, where the file is another one or became shorter."""
        try:
            about = os.stat(self._path)
        except OSError:  # nothing yet, or deleted
            return
        if about.st_ino != self._file or about.st_size < self._offset:
            self._begin(about.st_ino)
        if about.st_size > self._offset:
            self._read()

    def since(self, known: str) -> dict[str, Any]:
        """The columns of the rows that somebody lacks who has `known`, "generation:rows"; all for "".

        Returns:
            from: how many rows to keep of those that are there; known: what to say the next time; and the
            columns, of the same length.
        """
        start = _rows_known(known, self.generation, len(self.rows))
        new = self.rows[start:]
        columns = {name: [_or_gap(row[index]) for row in new] for index, name in enumerate(self._columns)}
        return {"from": start, "known": f"{self.generation}:{len(self.rows)}", **columns}

    def _begin(self, file: int) -> None:
        self.rows, self.generation = [], self.generation + 1
        self._file, self._offset, self._stride, self._seen = file, 0, 1, 0

    def _read(self) -> None:
        try:
            with open(self._path, "rb") as file:
                file.seek(self._offset)
                text = file.read(_MOST_READ)
        except OSError:
            return
        whole = text[: text.rfind(b"\n") + 1] if b"\n" in text or len(text) < _MOST_READ else text
        self._offset += len(whole)
        for line in whole.decode("ascii", "replace").splitlines():
            if row := parse_row(line, self._columns):  # the header has none, a damaged row neither
                self._add(row)

    def _add(self, row: list[float]) -> None:
        self._seen += 1
        if self._seen % self._stride:
            return
        self.rows.append(row)
        if len(self.rows) >= _MOST_ROWS:
            self.rows, self._stride = self.rows[1::2], 2 * self._stride
            self.generation += 1


def _or_gap(value: float) -> float | None:
    """What JSON has no number for is a gap in the curve."""
    return value if math.isfinite(value) else None


def _rows_known(known: str, generation: int, most: int) -> int:
    """How many of the rows are known, of what a browser says; 0 where it knows others."""
    theirs, _, count = known.partition(":")
    is_same = theirs == str(generation) and count.isdecimal() and len(count) < 9
    return min(int(count), most) if is_same else 0


class LiveRun:
    """One run, read once for all who watch it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.steps = Curve(run.path / "steps.csv", STEP_COLUMNS)
        self.epochs = Curve(run.path / "epochs.csv", EPOCH_COLUMNS)
        self.version = 0  # of the weights in the checkpoint: its time in ns; 0: there are none
        self._kernels: tuple[int, dict[str, Any] | None] = (0, None)

    def refresh(self) -> None:
        """Read what has changed."""
        self.steps.refresh()
        self.epochs.refresh()
        try:
            self.version = os.stat(self.run.path / "checkpoint.npz").st_mtime_ns
        except OSError:
            self.version = 0

    def kernels(self) -> dict[str, Any] | None:
        """The kernels of the first convolution as a picture; None where none can be read."""
        if self._kernels[0] != self.version:
            self._kernels = self.version, self._draw_kernels()
        return self._kernels[1]

    def _draw_kernels(self) -> dict[str, Any] | None:
        try:
            layers = self.run.config.layers
            index = next(index for index, layer in enumerate(layers) if layer.kind == "conv")
            key = f"{index + 1}_conv/kernel"
            path = self.run.path / "checkpoint.npz"
            kernels = load_arrays(path, CHECKPOINT, key, _MOST_KERNEL_BYTES)[key]
            if not _are_kernels(kernels, layers[index]):
                return None
            title = f"Kernels of {layer_names(self.run)[index]}"
        except (StopIteration, KeyError, RunError, WeightsError, DatasetError):
            return None
        columns = max(3, math.ceil(math.sqrt(kernels.shape[-1])))
        picture = kernel_mosaic(kernels, columns, KERNELS_WIDTH // columns)
        words = kernel_words(kernels)
        return {"known": str(self.version), "title": title, "words": words, "src": data_url(picture)}


def _are_kernels(array: np.ndarray, layer: Conv) -> bool:
    """Whether it is (height, width, channels, filters) of that layer: a checkpoint may be anybody's."""
    side, filters = layer.kernel_size, layer.filters
    fits = array.ndim == 4 and array.shape[:2] == (side, side) and array.shape[3] == filters
    return fits and array.dtype.kind == "f" and bool(np.isfinite(array).all())


def layer_names(run: Run) -> list[str]:
    """C1, S2, C3, … as in the drawing of the network. Raises `RunError`, `DatasetError`."""
    config = run.config
    shape = network_input_shape(config, datasets.info(config.dataset, run.path).image_shape)
    return [layer.name for layer in summarize(config.layers, shape).layers]


def feature_maps(run: Run, answer: FeatureMaps) -> dict[str, Any]:
    """What the network makes of one test image, as pictures. Raises `RunError`, `DatasetError`."""
    names, classes = layer_names(run), datasets.info(run.config.dataset, run.path).class_names
    best = int(answer.probabilities.argmax())
    image = answer.image if answer.image.shape[2] == 3 else grey(answer.image[..., 0])
    rows = [{"label": "Input", "src": data_url(mosaic(image[None], 1, 44))}]
    for key, maps in answer.maps.items():
        columns = 8 if maps.shape[0] > 1 else 20  # 40 pixels each also on a phone; one pixel is a unit
        picture = map_mosaic(maps, columns, MAPS_WIDTH // columns)
        rows.append({"label": names[int(key.split("_")[0]) - 1], "src": data_url(picture)})
    return {
        "truth": classes[answer.label], "prediction": classes[best], "correct": best == answer.label,
        "probability": percent(answer.probabilities[best], 0), "rows": rows,
    }  # fmt: skip


def shown(runs: list[RunSummary], person: Person | None) -> RunSummary | None:
    """Which run to show where nobody asks for one: the one that trains, else the newest.

    `person`: in a class, of theirs alone; what is nobody's is the teacher's. None: of all.
    """
    own = [run for run in runs if person is None or (run.owner or TEACHER).id == person.id]
    active = [run for run in own if run.state in ("running", "paused")]
    return next(iter(active or own), None)


def figures(summary: RunSummary, runs: list[RunSummary]) -> dict[str, Any]:
    """The figures that matter now, while it trains and in the end: as a person reads them."""
    status = summary.status
    is_over = status.test_accuracy is not None and summary.state not in ACTIVE_STATES
    tested = accuracy(status.test_accuracy, status.test_images)
    last = ("Test accuracy", tested) if is_over else ("Time left", duration(status.eta_seconds))
    total = status.epochs * status.steps_per_epoch
    message = queue_place.in_words(summary, runs) if summary.state == "queued" else status.message
    return {
        "metrics": [
            ("Training loss", f"{status.loss:.3g}" if status.loss is not None else "–"),
            ("Training accuracy", percent(status.accuracy)),
            ("Validation", accuracy(status.val_accuracy, status.val_images)),
            ("Images/s", f"{status.images_per_second:,.0f}" if status.images_per_second else "–"),
            last,
        ],
        "progress": min(status.step / total, 1.0) if total else 0.0,
        "progress_text": _progress(summary),
        "message": "" if summary.problem else message or "",
        "steps_per_epoch": status.steps_per_epoch,
        "active": summary.state in ACTIVE_STATES,
    }


def _progress(summary: RunSummary) -> str:
    status = summary.status
    if summary.state == "queued":
        return f"Queued · {counted(status.epochs, 'epoch')}"
    is_active = summary.state in ACTIVE_STATES
    epoch = min(status.epoch + 1, status.epochs) if is_active else status.epoch
    words = f"Epoch {epoch} of {status.epochs} · step {status.step:,} · {duration(status.seconds)}"
    if status.learning_rate is not None:
        words += f" · learning rate {status.learning_rate:.3g}"
    if not is_active:
        words += _interval("validation", status.val_accuracy, status.val_images)
        words += _interval("test", status.test_accuracy, status.test_images)
    recipe = RECIPES.get(summary.recipe)
    is_comparable = recipe is not None and recipe.config.dataset == summary.dataset
    published = recipe.expected.test_accuracy if is_comparable else None
    return words + (f" · published test accuracy {percent(published)}" if published else "")


def _interval(of: str, share: float | None, count: int | None) -> str:
    """How much so few images can tell; nothing where they are enough."""
    images = "image" if count == 1 else "images"
    bounds = interval(share, count)
    return f" · {of} accuracy of {count} {images}, 95 % interval: {bounds}" if bounds else ""


def signature(summary: RunSummary | None, *also: Any) -> str:
    """Of all that the widgets beside the curves depend on: another one means that they must be drawn anew."""
    parts: list[Any] = [*also]
    if summary is not None:
        status = summary.status
        parts += [summary.id, summary.name, summary.state, summary.problem, status.error, status.epochs]
        parts += [status.epoch >= status.epochs, *_wanted(summary.id)]
    return digest(parts)


def digest(value: Any) -> str:
    """Sixteen letters that stand for plain data, as JSON has them."""
    return hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()[:16]


def _wanted(run_id: str) -> list[Any]:
    """What the person wants of the run, and whether its initial weights are there."""
    try:
        run = Run.open(run_id)
        return [run.control().model_dump(), run.snapshot_path(0).exists()]
    except RunError as error:
        return [str(error)]
