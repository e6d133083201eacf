"""Which model a name means, and what is known of it without loading it.

Must not import Streamlit, TensorFlow or Keras.
"""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.errors import DatasetError, ModelError, RunError
from lenet.networks import pretrained
from lenet.networks.pretrained import PRETRAINED
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run, default_folder
from lenet.runs.listing import RunSummary


@dataclass(frozen=True)
class Judged:
    """A model that can be judged.

    Attributes:
        spec: what `lenet.networks.loading.load_model` calls it.
        config: what it was trained with; None for a `.keras` file from elsewhere.
        run: its folder; None of a shipped model and of a file.
        weights: the file that they are in; None where the seed alone decides them.
        about: the data that it was trained on; None for a file from elsewhere.
    """

    spec: str
    config: RunConfig | None
    run: Run | None
    weights: Path | None
    about: DatasetInfo | None


def find(spec: str, runs_folder: Path) -> Judged:
    """What is known of the model `spec`. Raises `ModelError`: there is none, or it is damaged."""
    name, at, epoch = spec.partition("@")
    if spec.endswith(".keras"):
        return Judged(spec, None, None, Path(spec), None)
    if card := pretrained.PRETRAINED.get(name):
        about = _of_card(card)
        return Judged(spec, card.config, None, None if at else pretrained.path(name), about)
    try:
        run = Run.open(name, runs_folder)
        weights = run.path / "model.keras"
        if at:
            is_number = epoch.isdecimal() and len(epoch) < 10
            weights = run.snapshot_path(int(epoch)) if is_number else run.path / "snapshots" / "none"
        about = datasets.info(run.config.dataset, run.path)
        return Judged(spec, run.config, run, weights, about)
    except (RunError, DatasetError) as error:
        raise ModelError(str(error)) from error


def _of_card(card: pretrained.Card) -> DatasetInfo:
    """What a shipped model was trained on, which its card knows where the data set is not here."""
    about = datasets.info(card.dataset)
    return replace(about, image_shape=card.image_shape, class_names=card.class_names)


@dataclass(frozen=True)
class Choice:
    """A model to start from.

    Attributes:
        spec: what a config calls it.
        title: its name for people; no other has the same.
        accuracy: on the test part of the data that it was trained on, 0–1; None where nobody knows.
        dataset: what it was trained on.
    """

    spec: str
    title: str
    accuracy: float | None
    dataset: str


def choices(runs: Iterable[RunSummary], folder: Path | None = None) -> list[Choice]:
    """Every model that has learned something: the shipped ones, then those of `runs` that ended, in order.

    Args:
        runs: as `list_runs` lists those of `folder`.
    """
    folder = folder or default_folder()
    shipped = [Choice(name, name, card.test_accuracy, card.dataset) for name, card in PRETRAINED.items()]
    runs = (run for run in runs if run.state in ("finished", "stopped", "failed"))
    ended = [run for run in runs if os.path.exists(folder / run.id / "model.keras")]
    names = Counter([run.name for run in ended])
    titles = {run.id: run.name if names[run.name] == 1 else f"{run.name} ({run.id[-4:]})" for run in ended}
    return [*shipped, *(Choice(run.id, titles[run.id], run.accuracy, run.dataset) for run in ended)]
