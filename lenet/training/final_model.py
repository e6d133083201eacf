"""The model that a run ends with, and what it answers to the test images.

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

from pathlib import Path

import numpy as np

from lenet.networks import saving
from lenet.npz import save_arrays
from lenet.training.scoring import score
from lenet.training.state import TrainingState


def store_final_model(state: TrainingState, path: Path, aside: Path) -> tuple[float, float]:
    """Write model.keras and evaluation.npz into the run folder `path`; test loss and test accuracy (0–1).

    Args:
        aside: as `lenet.files.written_aside` takes it.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    test = state.split.test
    logits = state.train_step.logits(test)
    arrays = {"labels": state.labels[test], "probabilities": _softmax(logits)}
    save_arrays(path / "evaluation.npz", arrays, aside)
    state.model.set_weights(state.train_step.model.get_weights())
    saving.save(state.model, path / "model.keras", aside)
    return score(state, logits, test)


def _softmax(logits: np.ndarray) -> np.ndarray:
    """(N, K) logits → (N, K) probabilities."""
    return np.exp(logits - _log_sum_exp(logits)[:, None])


def _log_sum_exp(logits: np.ndarray) -> np.ndarray:
    """(N, K) → (N,), stable."""
    largest = logits.max(axis=1)
    return largest + np.log(np.exp(logits - largest[:, None]).sum(axis=1))
