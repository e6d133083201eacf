"""A model and the images that it is evaluated on: named once, by whoever asks, and answered by `evaluator`.

Where the predictions are stored: `evaluation.npz` of a run has those of its final model on its own test set,
written by the training; `evaluations/` in its folder those of its epochs, of other splits and other data;
`.evaluations` beside the runs those of pretrained models. All may be deleted: they are made again. Must not
import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.data.preprocessing import network_input_shape
from lenet.data.splits import split as split_of
from lenet.errors import DatasetError, ModelError
from lenet.layers.kind import format_shape
from lenet.networks.model_reference import FINAL, Model
from lenet.runs.config import RunConfig
from lenet.runs.folder import default_folder
from lenet.sentences import shown

SPLITS = ("train", "validation", "test")
STORED_BY_TRAINING = "evaluation.npz"


@dataclass(frozen=True)
class EvaluationTask:
    """Which model, on which images. Plain data: equal tasks have equal results, and it travels to a worker.

    Attributes:
        trained_on: the data set of the model; None: nobody knows.
        data: the data set of the images.
        split: "train", "validation" or "test".
        part: "train" or "test": which stored arrays the images are in.
        file: where the predictions are stored; None: nowhere.
        weights_state, data_state: texts that change when the weights or the images do.
    """

    model: Model
    trained_on: DatasetInfo | None
    data: DatasetInfo
    split: str
    part: str
    file: Path | None
    weights_state: str
    data_state: str

    @property
    def rows(self) -> np.ndarray:
        """(N,) int32, the places of the images in the stored arrays."""
        config = self.model.config if self.is_own_data else None
        return _rows(config, self.data.num_train, self.data.num_test, self.split, self.part)

    @property
    def state(self) -> str:
        """What the stored predictions are predictions of."""
        return f"{self.weights_state} {self.data_state}"

    @property
    def is_own_data(self) -> bool:
        """Whether the model was trained on this data set."""
        return self.trained_on is not None and self.trained_on.name == self.data.name

    @property
    def data_run(self) -> str | None:
        """The run's folder as text, where the images are those that it began with; see `lenet.data`."""
        return str(self.model.run_folder) if self.model.run_folder and self.is_own_data else None

    @property
    def score(self) -> str:
        """What images are rejected by, one of `rejection.SCORES`."""
        config = self.model.config
        return "penalties" if config and config.ends_in_codes else "probabilities"

    @property
    def predicted_names(self) -> tuple[str, ...]:
        """What the model calls its classes."""
        return (self.trained_on or self.data).class_names


def task_of(model: Model, dataset: str | None, split: str, runs_folder: Path | None = None) -> EvaluationTask:
    """The evaluation of that model on a split of that data set.

    Args:
        dataset: its name; None: the one that the model was trained on.
        split: one of `SPLITS`; train and validation are what the model trained on and what it held out. Of
            another data set, train is its whole training part.

    Raises:
        ModelError: it takes no such images, or nobody knows what it was trained on.
        DatasetError: there is no such data set or split.
    """
    own = model.training_data()
    if dataset is None and own is None:
        raise ModelError(
            f"{model.reference} does not say what it was trained on. Name a data set: --dataset mnist."
        )
    data = own if own and dataset in (None, own.name) else datasets.info(dataset)
    if problem := misfit(model, own, data):
        raise ModelError(problem)
    is_own = own is not None and own.name == data.name
    _check_split(model, data, split, is_own)
    validates_on_test = is_own and split == "validation" and model.config.validation == "test"
    stored_as = "test" if validates_on_test else split
    part = "test" if stored_as == "test" else "train"
    file = _file(model, data.name, stored_as, is_own, runs_folder or default_folder())
    data_state = datasets.state(data.name, model.run_folder if is_own else None)
    return EvaluationTask(model, own, data, split, part, file, _state_of_weights(model), data_state)


def misfit(model: Model, own: DatasetInfo | None, data: DatasetInfo) -> str:
    """Why the model, trained on `own`, cannot be evaluated on that data set; empty where it can."""
    if own is None:
        return ""
    expected, received = (network_input_shape(model.config, each.image_shape) for each in (own, data))
    classes = len(own.class_names)
    if (expected, classes) == (received, data.num_classes):
        return ""
    return (
        f"{model.reference} takes images of {format_shape(own.image_shape)} and tells {classes} classes "
        f"apart; {data.title} has images of {format_shape(data.image_shape)} and {data.num_classes} "
        f"classes. Choose a data set like {own.title}, which it was trained on."
    )


def _check_split(model: Model, data: DatasetInfo, split: str, is_own: bool) -> None:
    if split not in SPLITS:
        raise DatasetError(
            f"Split: received {shown(split)}, expected {', '.join(SPLITS)}. Choose one of these."
        )
    if split == "validation" and not is_own:
        raise DatasetError(
            f"Split: received 'validation', expected train or test: {model.reference} has no validation "
            f"images in {data.title}, for it was not trained on it."
        )


@lru_cache(maxsize=8)
def _rows(config: RunConfig | None, num_train: int, num_test: int, split: str, part: str) -> np.ndarray:
    """`config`: of the model whose own data they are; None: they are other data."""
    if part == "test":
        rows = np.arange(num_test, dtype=np.int32)
    elif config is None:
        rows = np.arange(num_train, dtype=np.int32)
    else:
        rows = getattr(split_of(config, num_train, num_test), split)
    rows.flags.writeable = False
    return rows


def _state_of_weights(model: Model) -> str:
    if model.weights is None:
        return "seed"
    try:
        file = model.weights.stat()
    except OSError as error:  # they were there a moment ago
        raise ModelError(f"There is no model at {model.weights}. Choose another one.") from error
    return f"{file.st_size} {file.st_mtime_ns}"


def _file(model: Model, dataset: str, split: str, is_own: bool, runs_folder: Path) -> Path | None:
    """Where the predictions are, or will be."""
    if model.config is None:
        return None
    if model.run_folder is None:
        return runs_folder.resolve() / ".evaluations" / f"{model.reference}-{dataset}-{split}.npz"
    epoch = model.reference.epoch
    if (epoch, split, is_own) == (FINAL, "test", True):
        return model.run_folder / STORED_BY_TRAINING
    return model.run_folder / "evaluations" / f"{epoch}-{dataset}-{split}.npz"
