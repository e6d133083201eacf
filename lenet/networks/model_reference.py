"""What a model is called, which model a name means, and which models there are.

    lenet5-relu                  a pretrained model, which comes with the project
    lenet5-relu@0                the same before it learned
    2026-11-20-own-7f3a          a run: its final model
    2026-11-20-own-7f3a@12       a run's epoch
    /somewhere/mine.keras        a file from elsewhere; mine.h5 of Keras 2 as well
    mine.keras@0-255             the same, given pixels 0 to 255
    file-0123456789abcdef        one that was brought to the pages; with @0-255, too

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
from lenet.layers.kind import Shape
from lenet.networks import model_containers, model_uploads, pretrained
from lenet.networks.file_input import PIXEL_RANGES
from lenet.networks.pretrained import BEST, PRETRAINED
from lenet.proportion import accuracy
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run, default_folder
from lenet.runs.listing import RunSummary, summarize
from lenet.sentences import shown

FINAL = "final"  # the epoch of a name that names none
UPLOADED = "file"  # the state of a file that was brought
_FILE = "model.keras"  # of a run's final model


@dataclass(frozen=True)
class ModelReference:
    """A model's name in its parts; `str` is the name.

    Attributes:
        name: a pretrained model, a run's id, the path of a file, or what an uploaded one is called.
        epoch: as it is written, which may be no number; or `FINAL`. Of a file, its range of pixels.
    """

    name: str
    epoch: str = FINAL

    def __str__(self) -> str:
        return self.name if self.epoch == FINAL else f"{self.name}@{self.epoch}"

    @property
    def is_file(self) -> bool:
        """Whether it is a model file from elsewhere."""
        return _is_path(self.name) or model_uploads.is_name(self.name)

    @property
    def pixels(self) -> str | None:
        """The range of pixels that is asked for, of a file; None: the one that fits."""
        return self.epoch if self.is_file and self.epoch != FINAL else None

    @property
    def is_pretrained(self) -> bool:
        """Whether the model comes with the project."""
        return self.name in PRETRAINED

    @property
    def epoch_number(self) -> int | None:
        """None: the final model, or the epoch is no number."""
        return int(self.epoch) if self.epoch.isdecimal() and len(self.epoch) < 10 else None

    def at(self, epoch: str) -> "ModelReference":
        """The same model at another epoch, or at the end (`FINAL`)."""
        return replace(self, epoch=epoch)


def parse(text: str) -> ModelReference:
    """The parts of a model's name; whether there is such a model, `resolve` says."""
    if _is_path(text):
        return ModelReference(text)
    name, at, last = text.rpartition("@")
    if at and _is_path(name):
        return ModelReference(name, last)
    name, at, epoch = text.partition("@")
    return ModelReference(name, epoch) if at else ModelReference(text)


def _is_path(name: str) -> bool:
    """By its ending alone: what it is, its first bytes say."""
    return name.lower().endswith((*model_containers.SUFFIXES, *model_containers.OTHER_SUFFIXES))


# Which model that is


@dataclass(frozen=True)
class Model:
    """A model that is there, and what is known of it without loading it.

    Attributes:
        config: what it was trained with; None of a file from elsewhere.
        run_folder: absolute; None of a pretrained model and of a file.
        weights: the file that they are in; None where the seed alone decides them.
    """

    reference: ModelReference
    config: RunConfig | None
    run_folder: Path | None
    weights: Path | None

    @property
    def run(self) -> Run | None:
        """None of a pretrained model and of a file."""
        return Run(self.run_folder) if self.run_folder else None

    @property
    def title(self) -> str:
        """Its name for people, without the epoch."""
        if model_uploads.is_name(self.reference.name):
            return model_uploads.title_of(self.reference.name, self.weights.parent.parent)
        return summarize(self.run_folder).name if self.run_folder else self.reference.name

    @property
    def has_learned(self) -> bool:
        """False where its weights are as they were drawn."""
        return self.config is None or self.reference.epoch_number != 0 or bool(self.config.initial_weights)

    def image_shape(self) -> Shape | None:
        """(height, width, channels) of its images before preprocessing; None: nobody knows.

        Raises:
            DatasetError: it was trained on a data set that is not known here any more.
        """
        if self.config is None:
            return None
        card = PRETRAINED.get(self.reference.name)
        return card.image_shape if card else datasets.info(self.config.dataset, self.run_folder).image_shape

    def training_data(self) -> DatasetInfo | None:
        """What it was trained on, of a data set that grows as it was then; None: nobody knows.

        Raises:
            DatasetError: that data set is not known here any more, or what the run keeps of it is damaged.
        """
        if self.config is None:
            return None
        if card := PRETRAINED.get(self.reference.name):
            about = datasets.info(card.dataset)
            return replace(about, image_shape=card.image_shape, class_names=card.class_names)
        return datasets.info(self.config.dataset, self.run_folder)

    def check_weights(self) -> None:
        """Raises `ModelError`, a sentence that says what else there is, where its weights are gone."""
        if self.weights is None or os.path.isfile(self.weights):
            return
        if self.reference.is_file and os.path.isdir(self.weights):
            return  # its container says what it is
        if self.run_folder is None:
            raise ModelError(f"There is no model at {self.weights}. Choose another one.")
        run, epoch = _run(self.reference.name, self.run_folder.parent), self.reference.epoch
        epochs = run.snapshots()
        known = f"0 to {epochs[-1]}" if epochs else "none yet, for it has not begun"
        if epoch == FINAL:
            raise ModelError(
                f"Run {run.id} has no final model yet: it has one once it ends. Its epochs, as run@epoch: "
                f"{known}."
            )
        raise ModelError(f"Epoch: received {shown(epoch)}, expected one that run {run.id} has: {known}.")


def resolve(name: str | ModelReference, runs_folder: Path | None = None) -> Model:
    """The model of that name. Raises `ModelError`: there is none, or its run is damaged."""
    reference = parse(name) if isinstance(name, str) else name
    if reference.is_file:
        model = _of_file(reference, runs_folder)
    elif reference.is_pretrained:
        model = _pretrained(reference)
    else:
        model = _of_run(reference, runs_folder)
    model.check_weights()
    return model


def _of_file(reference: ModelReference, runs_folder: Path | None) -> Model:
    if reference.pixels not in (None, *PIXEL_RANGES):
        raise ModelError(
            f"Pixels: received {shown(reference.pixels)}, expected one of {', '.join(PIXEL_RANGES)} after "
            "the @, or no @: then the range is found out."
        )
    is_upload = model_uploads.is_name(reference.name)
    if is_upload:
        model_uploads.check_seen(reference.name, runs_folder)
    path = model_uploads.path_of(reference.name, runs_folder) if is_upload else Path(reference.name)
    return Model(reference, None, None, path)


def config_of(name: str, runs_folder: Path | None = None) -> RunConfig | None:
    """What a model was trained with, whether its weights are there or not; None where that is not at hand."""
    reference = parse(name)
    if reference.is_pretrained:
        return PRETRAINED[reference.name].config
    try:
        return Run.open(reference.name, runs_folder).config
    except RunError:
        return None


def classes_of(name: str, runs_folder: Path | None = None) -> tuple[str, ...] | None:
    """The names of a model's classes, as its run has them; None where that is not at hand."""
    reference, config = parse(name), config_of(name, runs_folder)
    if config is None or reference.is_pretrained:
        return PRETRAINED[reference.name].class_names if config else None
    try:
        return datasets.info(config.dataset, Run.open(reference.name, runs_folder).path).class_names
    except (DatasetError, RunError):
        return None


def _pretrained(reference: ModelReference) -> Model:
    card = PRETRAINED[reference.name]
    if reference.epoch not in _epochs_of(card):
        raise ModelError(
            f"Epoch: received {shown(reference.epoch)}, expected 0 (untrained) or none: {card.name} comes "
            "with its final weights only. Train its recipe to see the epochs between."
        )
    weights = pretrained.path(card.name) if reference.epoch == FINAL else None
    return Model(reference, card.config, None, weights)


def _of_run(reference: ModelReference, runs_folder: Path | None) -> Model:
    run = _run(reference.name, runs_folder)
    try:
        config = run.config
    except RunError as error:
        raise ModelError(str(error)) from error
    number = reference.epoch_number
    weights = run.path / "snapshots" / "none" if number is None else run.snapshot_path(number)
    return Model(
        reference, config, run.path.resolve(), run.path / _FILE if reference.epoch == FINAL else weights
    )


def _run(name: str, runs_folder: Path | None) -> Run:
    try:
        return Run.open(name, runs_folder)
    except RunError as error:
        if model_containers.is_saved_model(Path(name)):
            raise ModelError(model_containers.saved_model_sentence(Path(name))) from error
        raise ModelError(f"{error} Models that are always here: {', '.join(PRETRAINED)}.") from error


# Which models there are


@dataclass(frozen=True)
class ListedModel:
    """A model in a list.

    Attributes:
        name: as `parse` takes it, without an epoch.
        title: its name for people.
        accuracy: on a part of the data that it was trained on, 0–1; None where nobody knows.
        num_images: how many images that is of; None where nobody knows.
        dataset: what it was trained on.
        part: "test", or "validation" of a run that was not tested yet.
        state: of its run ("running", "finished", …); "pretrained" of a pretrained one, `UPLOADED` of a file.
    """

    name: str
    title: str
    accuracy: float | None
    dataset: str
    state: str
    num_images: int | None = None
    part: str = "test"

    @property
    def accuracy_in_words(self) -> str:
        """As a list of models says it: that of the test is the usual one."""
        words = accuracy(self.accuracy, self.num_images)
        return f"{words} in validation" if self.part == "validation" else words


def pretrained_models() -> list[ListedModel]:
    """The best for drawings first."""
    cards = sorted(PRETRAINED.values(), key=lambda card: (card.name != BEST, card.name))
    return [
        ListedModel(card.name, card.name, card.test_accuracy, card.dataset, "pretrained") for card in cards
    ]


def run_models(runs: Iterable[RunSummary]) -> list[ListedModel]:
    """Those of the runs that can be read, in their order; no two have the same title.

    `runs`: as `list_runs` gives them.
    """
    models = [
        ListedModel(run.id, run.name, run.accuracy, run.dataset, run.state, run.num_images, run.accuracy_of)
        for run in runs
        if not run.problem
    ]
    count = Counter(model.title for model in models)
    return [each if count[each.title] == 1 else replace(each, title=_with_id(each)) for each in models]


def uploaded_models(folder: Path | None = None) -> list[ListedModel]:
    """The files that were brought to the pages, the newest first."""
    return [
        ListedModel(name, model_uploads.title_of(name, folder), None, "", UPLOADED)
        for name in model_uploads.names(folder)
    ]


def trained_models(runs: Iterable[RunSummary], folder: Path | None = None) -> list[ListedModel]:
    """Pretrained models, then those of the runs in that folder that ended; no two have the same title."""
    folder = folder or default_folder()
    ended = [
        run
        for run in run_models(runs)
        if run.state in ("finished", "stopped", "failed") and os.path.exists(folder / run.name / _FILE)
    ]
    return [*pretrained_models(), *ended]


def epochs(name: str, runs_folder: Path | None = None) -> list[str]:
    """The epochs of a model whose weights are there, then `FINAL` where its final model is.

    Args:
        name: a pretrained model, or a run's id.

    Raises:
        ModelError: there is no such run.
    """
    if name in PRETRAINED:
        return _epochs_of(PRETRAINED[name])
    run = _run(name, runs_folder)
    return [*map(str, run.snapshots()), *([FINAL] if os.path.isfile(run.path / _FILE) else [])]


def _epochs_of(card: pretrained.Card) -> list[str]:
    """What it was before it learned is known where the seed alone decides that, not another model or data."""
    is_drawn = not card.config.initial_weights and card.config.initializer != "lsuv"
    return ["0", FINAL] if is_drawn else [FINAL]


def _with_id(run: ListedModel) -> str:
    return f"{run.title} ({run.name[-4:]})"
