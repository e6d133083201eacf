"""A model judged on a split of a data set: what is asked (`Exam`), the result (`Judgement`), what is stored.

A run keeps its judgements in its folder: `evaluation.npz` of its final model on its own test set, written by
the training, and `evaluations/` for its epochs, other splits and other data. Those of shipped models lie in
`.evaluations` beside the runs. All may be deleted: `lenet.evaluation.evaluator` makes them again. Must not
import Streamlit, TensorFlow or Keras: a page reads what is stored without waiting for a worker.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.data.preprocessing import network_input_shape
from lenet.data.splits import split as split_of
from lenet.errors import DatasetError, ModelError
from lenet.layers.kind import Shape, format_shape
from lenet.networks.model_reference import Judged, find
from lenet.runs.folder import default_folder
from lenet.sentences import shown

SPLITS = ("train", "validation", "test")
STORED_BY_TRAINING = "evaluation.npz"


@dataclass(frozen=True, eq=False)
class Exam:
    """Which model, on which images.

    Attributes:
        about: the data set.
        split: "train", "validation" or "test".
        part: "train" or "test": which stored arrays the images are in.
        rows: (N,) int32, their places there.
        file: where the answers are stored; None: nowhere.
        weights_state, data_state: texts that change when the weights or the images do.
    """

    model: Judged
    about: DatasetInfo
    split: str
    part: str
    rows: np.ndarray
    file: Path | None
    weights_state: str
    data_state: str

    @property
    def state(self) -> str:
        """What the stored answers are answers of."""
        return f"{self.weights_state} {self.data_state}"

    @property
    def is_own_data(self) -> bool:
        """Whether the model was trained on this data set."""
        return self.model.about is not None and self.model.about.name == self.about.name

    @property
    def data_run(self) -> str | None:
        """The run's folder as text, where the images are those that it began with; see `lenet.data`."""
        return str(self.model.run.path.resolve()) if self.model.run and self.is_own_data else None

    @property
    def score(self) -> str:
        """What images are rejected by, one of `calibration.SCORES`."""
        config = self.model.config
        return "penalties" if config and config.ends_in_codes else "probabilities"

    @property
    def answer_names(self) -> tuple[str, ...]:
        """What the model calls its classes."""
        return self.model.about.class_names if self.model.about else self.about.class_names


# What is asked


def exam(spec: str, dataset: str | None, split: str, runs_folder: str | None = None) -> Exam:
    """The exam of that model on a split of that data set.

    Args:
        spec: as `lenet.networks.loading.load_model` takes it.
        dataset: its name; None: the one that the model was trained on.
        split: one of `SPLITS`; train and validation are what the model trained on and what it held out. Of
            another data set, train is its whole training part.

    Raises:
        ModelError: there is no such model, or it takes no such images.
        DatasetError: there is no such data set or split.
    """
    model = find(spec, Path(runs_folder) if runs_folder else default_folder())
    if dataset is None and model.about is None:
        raise ModelError(f"{spec} does not say what it was trained on. Name a data set: --dataset mnist.")
    about = _about(model, dataset or model.about.name)
    if problem := misfit(model, about):
        raise ModelError(problem)
    asked, part, rows = _rows(model, about, split)
    states = _state_of_weights(model), _state_of_data(model, about)
    return Exam(model, about, split, part, rows, _file(model, about.name, asked, runs_folder), *states)


def _about(model: Judged, dataset: str) -> DatasetInfo:
    if model.about and model.about.name == dataset:
        return model.about
    return datasets.info(dataset)


def misfit(model: Judged, about: DatasetInfo) -> str:
    """Why the model cannot be judged on that data set, a sentence; empty where it can."""
    if model.about is None:
        return ""
    expected, received = _takes(model, model.about.image_shape), _takes(model, about.image_shape)
    classes = len(model.about.class_names)
    if (expected, classes) == (received, about.num_classes):
        return ""
    return (
        f"{model.spec} takes images of {format_shape(model.about.image_shape)} and tells {classes} classes "
        f"apart; {about.title} has images of {format_shape(about.image_shape)} and {about.num_classes} "
        f"classes. Choose a data set like {model.about.title}, which it was trained on."
    )


def _takes(model: Judged, image_shape: Shape) -> Shape:
    return tuple(network_input_shape(model.config, image_shape))


def _rows(model: Judged, about: DatasetInfo, split: str) -> tuple[str, str, np.ndarray]:
    """The split whose stored answers are the same, the stored arrays that it is in, and its rows there."""
    if split not in SPLITS:
        raise DatasetError(
            f"Split: received {shown(split)}, expected {', '.join(SPLITS)}. Choose one of these."
        )
    if split == "test":
        return "test", "test", np.arange(about.num_test, dtype=np.int32)
    if model.config and model.about.name == about.name:
        parts = split_of(model.config, about.num_train, about.num_test)
        if split == "validation" and model.config.validation == "test":
            return "test", "test", np.arange(about.num_test, dtype=np.int32)
        return split, "train", getattr(parts, split)
    if split == "validation":
        raise DatasetError(
            f"Split: received 'validation', expected train or test: {model.spec} has no validation images in "
            f"{about.title}, for it was not trained on it."
        )
    return "train", "train", np.arange(about.num_train, dtype=np.int32)


def _state_of_weights(model: Judged) -> str:
    """Raises `ModelError` where there are none."""
    if model.weights is None:
        return "seed"
    try:
        file = model.weights.stat()
    except OSError as error:
        raise ModelError(_no_weights(model)) from error
    return f"{file.st_size} {file.st_mtime_ns}"


def _no_weights(model: Judged) -> str:
    if model.run is None:
        return f"There is no model at {model.weights}. Choose another one."
    _, at, epoch = model.spec.partition("@")
    epochs = model.run.snapshots()
    known = f"0 to {epochs[-1]}" if epochs else "none yet, for it has not begun"
    if at:
        return f"Epoch: received {shown(epoch)}, expected one that run {model.run.id} has: {known}."
    return f"Run {model.run.id} has no final model yet. Its epochs can be judged, as run@epoch: {known}."


def _state_of_data(model: Judged, about: DatasetInfo) -> str:
    is_own = model.run and model.about and model.about.name == about.name
    return datasets.state(about.name, model.run.path if is_own else None)


def _file(model: Judged, dataset: str, split: str, runs_folder: str | None) -> Path | None:
    """Where the answers are, or will be."""
    _, _, epoch = model.spec.partition("@")
    if model.config is None:
        return None
    if model.run is None:
        folder = Path(runs_folder) if runs_folder else default_folder()
        return folder / ".evaluations" / f"{model.spec}-{dataset}-{split}.npz"
    if not epoch and split == "test" and model.about.name == dataset:
        return model.run.path / STORED_BY_TRAINING
    return model.run.path / "evaluations" / f"{epoch or 'final'}-{dataset}-{split}.npz"


# What is stored
