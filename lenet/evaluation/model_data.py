"""The images for a model: those of an evaluation, and the test set of what it was trained on.

Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lenet.data import datasets
from lenet.data.dataset import Dataset
from lenet.errors import DatasetError, ModelError, WeightsError
from lenet.evaluation.task import EvaluationTask
from lenet.networks.model_reference import Model, resolve


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Test images that a model has never learned from.

    Attributes:
        dataset: the name of their data set; they are its part "test".
        images: (N, H, W, C) uint8.
        labels: (N,) int32.
        class_names: of that data set.
    """

    dataset: str
    images: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]


def held_out(spec: str, runs_folder: str | None = None) -> HeldOut:
    """Those of the model `spec`, a name as `loading.load_model` takes it.

    Raises:
        ModelError: there is no such model, nobody knows what it was trained on, or its data are not here.
    """
    model = resolve(spec, Path(runs_folder) if runs_folder else None)
    if model.config is None:
        raise ModelError(
            f"{spec} does not say what it was trained on, so there is no test set to try it on. "
            "Choose a run, or a model that comes with LeNet Lab."
        )
    try:
        own = model.training_data()
        data = _load(model, own.name)
    except (DatasetError, WeightsError, OSError) as error:
        raise ModelError(str(error)) from error
    if not len(data.y_test):
        raise ModelError(f"{data.info.title} has no test images yet, expected at least one. Add some.")
    return HeldOut(own.name, data.x_test, data.y_test, data.class_names)


def _load(model: Model, dataset: str) -> Dataset:
    return datasets.load_part(dataset, "test", model.run_folder)


def data_of(task: EvaluationTask) -> Dataset:
    """The images that the task asks about; a run's own where its data set grows. Raises `DatasetError`."""
    run = task.model.run_folder if task.is_own_data else None
    return datasets.load_part(task.data.name, task.part, run)
