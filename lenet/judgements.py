"""A model judged on a split of a data set: what is asked (`Exam`), the result (`Judgement`), what is stored.

A run keeps its judgements in its folder: `evaluation.npz` of its final model on its own test set, written by
the training, and `evaluations/` for its epochs, other splits and other data. Those of shipped models lie in
`.evaluations` beside the runs. All may be deleted: `lenet.judging` makes them again. Must not import
Streamlit, TensorFlow or Keras: a page reads what is stored without waiting for a worker.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from lenet import datasets, my_digits, shipped
from lenet.answers import ModelError
from lenet.calibration import SCORES
from lenet.config import RunConfig
from lenet.dataset_info import DatasetError, DatasetInfo
from lenet.evaluation import Evaluation, evaluate
from lenet.files import opened
from lenet.layer_rules import Shape, format_shape
from lenet.runs import Run, RunError, default_folder
from lenet.sentences import reason, shown
from lenet.splits import split as split_of
from lenet.summary import network_input_shape
from lenet.weights import MOST_BYTES, WeightsError, load_arrays, save_arrays

SPLITS = ("train", "validation", "test")
STORED_BY_TRAINING = "evaluation.npz"
_KEPT = 8  # judgements in memory: at most 1 MB each


@dataclass(frozen=True)
class Judged:
    """A model that can be judged.

    Attributes:
        spec: what `lenet.loading.load_model` calls it.
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
        """The run's folder as text where the images are those that the run began with; see `data_views`."""
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


@dataclass(frozen=True, eq=False)
class Judgement:
    """What a model says to N images, and how good that is.

    Attributes:
        labels, guesses: (N,) int16, the true class and the most probable one.
        confidence: (N,) float32, the probability of that one.
        margins: (N,) float32, the best output minus the second best, as `evaluation.score` says.
        evaluation: the figures.
    """

    labels: np.ndarray
    guesses: np.ndarray
    confidence: np.ndarray
    margins: np.ndarray
    evaluation: Evaluation

    @property
    def right(self) -> np.ndarray:
        """(N,) bool."""
        return self.labels == self.guesses

    def cell(self, true_class: int, guess: int) -> np.ndarray:
        """The images of one cell of the confusion matrix, (n,) int, the most confident answer first."""
        return self._surest_first((self.labels == true_class) & (self.guesses == guess))

    def hardest(self) -> np.ndarray:
        """The errors, (n,) int, the most confident one first."""
        return self._surest_first(~self.right)

    def least_sure(self) -> np.ndarray:
        """All images, (N,) int, the smallest margin first."""
        return np.argsort(self.margins, kind="stable")

    def _surest_first(self, chosen: np.ndarray) -> np.ndarray:
        found = np.flatnonzero(chosen)
        return found[np.argsort(-self.confidence[found], kind="stable")]


def judgement(
    labels: np.ndarray, probabilities: np.ndarray, class_names: Sequence[str], score: str = "probabilities"
) -> Judgement:
    """From labels (N,) and probabilities (N, K). Raises `EvaluationError` where they do not fit."""
    evaluation = evaluate(labels, probabilities, class_names, score)
    guesses = probabilities.argmax(axis=1).astype(np.int16)
    confidence = probabilities.max(axis=1).astype(np.float32)
    margins = SCORES[score](probabilities).astype(np.float32)
    return Judgement(labels.astype(np.int16), guesses, confidence, margins, evaluation)


# What is asked


def exam(spec: str, dataset: str | None, split: str, runs_folder: str | None = None) -> Exam:
    """The exam of that model on a split of that data set.

    Args:
        spec: as `lenet.loading.load_model` takes it.
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


def find(spec: str, runs_folder: Path) -> Judged:
    """What is known of the model `spec`. Raises `ModelError`: there is none, or it is damaged."""
    name, at, epoch = spec.partition("@")
    if spec.endswith(".keras"):
        return Judged(spec, None, None, Path(spec), None)
    if card := shipped.SHIPPED.get(name):
        about = _of_card(card)
        return Judged(spec, card.config, None, None if at else shipped.path(name), about)
    try:
        run = Run.open(name, runs_folder)
        weights = run.path / "model.keras"
        if at:
            is_number = epoch.isdecimal() and len(epoch) < 10
            weights = run.snapshot_path(int(epoch)) if is_number else run.path / "snapshots" / "none"
        about = _of_run(run, run.config.dataset)
        return Judged(spec, run.config, run, weights, about)
    except (RunError, DatasetError) as error:
        raise ModelError(str(error)) from error


def _of_card(card: shipped.Card) -> DatasetInfo:
    """What a shipped model was trained on, which its card knows where the data set is not here."""
    about = datasets.DATASETS[card.dataset]
    return replace(about, image_shape=card.image_shape, class_names=card.class_names)


def _of_run(run: Run, dataset: str) -> DatasetInfo:
    """What a run was trained on: of a data set that grows, as it was when the run began."""
    if dataset != my_digits.NAME or not (run.path / my_digits.KEPT).is_file():
        return datasets.info(dataset)
    try:
        counts = {key: value.size for key, value in load_arrays(run.path / my_digits.KEPT, "y_").items()}
    except WeightsError as error:
        raise DatasetError(str(error)) from error
    return replace(
        datasets.DATASETS[dataset], num_train=counts.get("y_train", 0), num_test=counts.get("y_test", 0)
    )


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
    if model.run and model.about and model.about.name == about.name == my_digits.NAME:
        kept = model.run.path / my_digits.KEPT
        try:
            with opened(kept, MOST_BYTES) as file:
                return hashlib.file_digest(file, "sha256").hexdigest()[:16]
        except (OSError, ValueError) as error:
            raise DatasetError(f"{kept} cannot be read ({reason(error)}). Delete the run.") from error
    return datasets.state(about.name)


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


def stored(asked: Exam) -> Judgement | None:
    """The judgement that lies on the disk; None where there is none, or it is out of date or damaged."""
    if asked.file is None:
        return None
    try:
        changed = asked.file.stat().st_mtime_ns
        return _read(asked.file, changed, asked.state, len(asked.rows), asked.about.class_names, asked.score)
    except (OSError, ValueError, KeyError, TypeError, IndexError):  # whatever is in it: it is judged again
        return None


def store(asked: Exam, labels: np.ndarray, probabilities: np.ndarray) -> None:
    """Keep the answers (N, K) to an exam. Raises `OSError`, also where the run was deleted meanwhile."""
    if asked.file is None or asked.file.name == STORED_BY_TRAINING:
        return
    asked.file.parent.mkdir(parents=asked.model.run is None, exist_ok=True)
    arrays = {"labels": labels, "probabilities": probabilities, "state": np.array(asked.state)}
    save_arrays(asked.file, arrays)


@lru_cache(maxsize=_KEPT)
def _read(
    file: Path, changed: int, state: str, count: int, class_names: tuple[str, ...], score: str
) -> Judgement | None:
    arrays = load_arrays(file)
    is_current = file.name == STORED_BY_TRAINING or str(arrays["state"]) == state
    kinds = arrays["labels"].dtype.kind in "iu", arrays["probabilities"].dtype.kind == "f"
    if not is_current or not all(kinds) or len(arrays["labels"]) != count:
        return None
    return judgement(arrays["labels"], arrays["probabilities"], class_names, score)
