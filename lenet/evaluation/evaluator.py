"""Evaluating a model, in turns: from a task to its result.

Runs in the inference worker and in the command line. Imports Keras and TensorFlow; must not import Streamlit.
"""

from contextlib import suppress

import numpy as np

from lenet import turns
from lenet.data.dataset import Dataset
from lenet.errors import DatasetError, ModelError
from lenet.evaluation.model_data import data_of
from lenet.evaluation.predictor import BATCH
from lenet.evaluation.result import EvaluationResult, result_of, store, stored
from lenet.evaluation.task import EvaluationTask
from lenet.networks.loaded_model import LoadedModel
from lenet.networks.loading import load


def evaluate(task: EvaluationTask) -> EvaluationResult:
    """The result that is stored; else it is worked out now, and stored unless the disk is full.

    Raises:
        ModelError, DatasetError: model or data are gone, or other ones than they say.
    """
    if found := stored(task):
        return found
    labels, probabilities = _predictions(task)
    with suppress(OSError):  # it is worked out again the next time
        store(task, labels, probabilities)
    return result_of(task, labels, probabilities)


def evaluate_now(task: EvaluationTask) -> EvaluationResult:
    """The result, whatever is stored, and nothing is stored. Raises as `evaluate` does."""
    return result_of(task, *_predictions(task))


def _predictions(task: EvaluationTask) -> tuple[np.ndarray, np.ndarray]:
    """True labels (N,) int32 and probabilities (N, K) float32."""
    data, loaded = data_of(task), load(task.model)
    labels = _labels(task, data)
    probabilities = np.zeros((len(labels), task.data.num_classes), np.float32)
    for start in range(0, len(labels), BATCH):
        rows = task.rows[start : start + BATCH]
        probabilities[start : start + len(rows)] = _of_images(
            task, loaded, getattr(data, f"x_{task.part}")[rows]
        )
        done = start + len(rows)
        turns.report(done, len(labels), f"Evaluating: {done:,} of {len(labels):,} images")
    return labels, probabilities


def _labels(task: EvaluationTask, data: Dataset) -> np.ndarray:
    labels = getattr(data, f"y_{task.part}")
    expected = task.data.num_test if task.part == "test" else task.data.num_train
    if len(labels) != expected:
        raise DatasetError(
            f"{task.data.title}: received {len(labels):,} {task.part} images, expected the {expected:,} that "
            "there were when this was asked. Ask again."
        )
    return labels[task.rows]


def _of_images(task: EvaluationTask, loaded: LoadedModel, images: np.ndarray) -> np.ndarray:
    """(n, K). Raises `ModelError` where there are other classes, or NaN."""
    found = loaded.probabilities(images)
    if found.shape[1] != task.data.num_classes:
        raise ModelError(
            f"{task.model.title} tells {found.shape[1]} classes apart, {task.data.title} has "
            f"{task.data.num_classes}. Choose the data set that it was trained on."
        )
    return found
