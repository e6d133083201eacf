"""A network in a format, written, opened again where people use it, asked for test images, and compared.

What needs TensorFlow is imported by the functions: the pages have this done in a process of its own. Must not
import Streamlit.
"""

import contextlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lenet.data import datasets
from lenet.data.dataset import Dataset
from lenet.errors import DatasetError, ModelError, WeightsError
from lenet.export.format import Data, ExportFormat, Files
from lenet.export.formats import FORMATS
from lenet.export.network import TrainedNetwork, trained_network
from lenet.formatting import percent
from lenet.networks.model_reference import Model
from lenet.networks.stored_weights import find

MOST_DIFFERENCE = 1e-3  # of a probability, of a format that is exact
LEAST_EQUAL = 0.9  # of the labels, of one that is not
_NUM_MADE = 200  # images, where there are none
_CLOSE = 1e-5  # what rounding may decide between two labels


@dataclass(frozen=True)
class Exported:
    """A file for elsewhere.

    Attributes:
        sentences: what was tried and found, and how it is used.
    """

    file_name: str
    content: bytes
    sentences: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Tried:
    """Images that an export is asked for.

    Attributes:
        images: (N, H, W, C) uint8.
        labels: (N,) int; None: they were made, and show nothing.
        words: what they are.
    """

    images: np.ndarray
    labels: np.ndarray | None
    words: str

    def first(self, count: int) -> "Tried":
        """So many of them."""
        labels = None if self.labels is None else self.labels[:count]
        return Tried(self.images[:count], labels, self.words)


def make(
    name: str,
    format_name: str,
    runs_folder: Path | None = None,
    say: Callable[[str], object] = lambda _: None,
) -> Exported:
    """The model of that name in that format, tried.

    Args:
        format_name: a key of `FORMATS`.
        say: told what is done.

    Raises:
        ModelError: there is no such model, the format cannot hold it, something has to be installed first, or
            it answers otherwise than it should.
    """
    chosen = check(name, format_name, runs_folder)
    say("Reading the network")
    network = trained_network(name, runs_folder, _untrained)
    chosen.check_size(network)
    say(f"Writing {chosen.words}")
    files = chosen.export(network, data_of(name, runs_folder))
    say("Asking Keras")
    tried = _tried(network, find(name, runs_folder)).first(chosen.num_images)
    expected = keras_answers(network, tried.images)
    say(f"Asking {chosen.words}")
    sentences = compared(chosen, expected, chosen.answers(network, files, tried.images), tried)
    return Exported(*_packed(chosen, network, files), (*sentences, *chosen.notes(network)))


def check(name: str, format_name: str, runs_folder: Path | None = None) -> ExportFormat:
    """The format of that name, if there is such a model and nothing has to be installed first.

    Raises:
        ModelError: there is none, or something has.
    """
    chosen = FORMATS[format_name]
    find(name, runs_folder)
    if problem := chosen.missing():
        raise ModelError(problem)
    return chosen


def keras_answers(network: TrainedNetwork, images: np.ndarray) -> np.ndarray:
    """What the network answers here: (N, H, W, C) uint8 → (N, classes) float32."""
    from lenet import lean_import

    lean_import.load_tensorflow()
    from lenet.evaluation.predictor import predict
    from lenet.networks.loaded_model import LoadedModel
    from lenet.networks.loading import built_network

    built = built_network(network.config, network.image_shape)
    return predict(
        LoadedModel(built, built.weights(network.weights, network.name), network.config, network.name), images
    )


def compared(chosen: ExportFormat, expected: np.ndarray, found: np.ndarray, tried: Tried) -> tuple[str, ...]:
    """Whether the answers are those of Keras, in sentences; both (N, classes).

    Raises:
        ModelError: they are not.
    """
    count = len(expected)
    about = f"Opened in {chosen.runtime()} and asked for {count:,} {tried.words}"
    if found.shape != expected.shape or not np.isfinite(found).all():
        raise ModelError(f"{about}, it gives no probabilities of the classes. It was not handed over.")
    if not chosen.is_exact:
        return _compared_roughly(chosen, about, (expected, found), tried)
    difference, best = float(np.abs(found - expected).max()), np.sort(expected, axis=1)
    other = found.argmax(axis=1) != expected.argmax(axis=1)
    wrong = int((other & (best[:, -1] - best[:, -2] > _CLOSE)).sum())
    if wrong or difference > MOST_DIFFERENCE:
        raise ModelError(
            f"{about}, it gives another label for {wrong:,}, and probabilities {difference:.2g} apart at "
            "most. Expected those of Keras. It was not handed over."
        )
    said = f"largest difference of a probability {difference:.1e}" if difference else "probabilities, too"
    return (f"{about}: labels equal, {said}.",)


def _compared_roughly(
    chosen: ExportFormat, about: str, answers: tuple[np.ndarray, np.ndarray], tried: Tried
) -> tuple[str, ...]:
    expected, found = (each.argmax(axis=1) for each in answers)
    share = float((expected == found).mean())
    if share < LEAST_EQUAL:
        raise ModelError(
            f"{about}, it gives the label of Keras for {percent(share, 1)}, expected at least "
            f"{percent(LEAST_EQUAL, 0)}. It was not handed over. Choose a format of float."
        )
    difference = float(np.abs(answers[1] - answers[0]).max())
    words = f"{about}: {percent(share)} of the labels equal, probabilities {difference:.2f} apart at most."
    if tried.labels is None:
        return (words,)
    before, after = (float((each == tried.labels).mean()) for each in (expected, found))
    accuracy = f"Accuracy on these: {percent(after)}; here, with float: {percent(before)}."
    return words, accuracy, *chosen.further(*answers)


# Images


def _tried(network: TrainedNetwork, model: Model) -> Tried:
    """Test images of what the network was trained on; where they are not here, some that are made."""
    with contextlib.suppress(ModelError):
        found = _part(model, "test")
        if len(found.y_test) and found.x_test.shape[1:] == network.image_shape:
            return Tried(found.x_test, found.y_test, f"test images of {found.info.title}")
    return Tried(_made(network), None, "made images, for its test images are not on this machine")


def _made(network: TrainedNetwork) -> np.ndarray:
    """Noise, half of it on background: (N, H, W, C) uint8."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (_NUM_MADE, *network.image_shape)).astype(np.uint8)
    images[::2] *= random.random(images[::2].shape) < 0.2
    return images


def _part(model: Model, part: str) -> Dataset:
    try:
        return datasets.load_part(model.training_data().name, part, model.run_folder)
    except (DatasetError, WeightsError, OSError) as error:
        raise ModelError(str(error)) from error


def data_of(name: str, runs_folder: Path | None = None) -> Data:
    """What the model of that name was trained on. Raises `ModelError`: there is no such model."""
    model = find(name, runs_folder)

    def training(count: int) -> np.ndarray:
        images = _part(model, "train").x_train
        return images[np.linspace(0, len(images) - 1, min(count, len(images))).astype(int)]

    def arrays() -> dict[str, np.ndarray]:
        train, test = _part(model, "train"), _part(model, "test")
        found = {"x_train": train.x_train, "y_train": train.y_train}
        return found | {"x_test": test.x_test, "y_test": test.y_test}

    return Data(training, arrays)


def _untrained(name: str) -> dict[str, np.ndarray]:
    from lenet import lean_import

    lean_import.load_tensorflow()
    from lenet.browser.untrained import weights

    return weights(name)


def _packed(chosen: ExportFormat, network: TrainedNetwork, files: Files) -> tuple[str, bytes]:
    """One file: as it is, or a zip of several."""
    if len(files) == 1:
        return next(iter(files.items()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return f"{network.file_name}-{chosen.name}.zip", packed.getvalue()
