"""The checkpoint of a run: weights, optimizer state, random state and position, enough to go on exactly.

Works on Keras objects that it is given; imports neither TensorFlow nor Streamlit.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lenet.errors import WeightsError
from lenet.networks.weights import are_finite, set_weights, weights_of
from lenet.npz import CHECKPOINT, load_arrays, save_arrays


@dataclass
class Position:
    """Where a run is: the updates made, and what this epoch's have brought so far."""

    step: int = 0
    seconds: float = 0.0
    losses: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))  # (steps of this epoch,)
    correct: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))  # (steps of this epoch,)


def save_checkpoint(
    path: Path, model: Any, optimizer: Any, position: Position, folder: Path | None = None
) -> bool:
    """Write the checkpoint, unless a weight is not a finite number: then the last good one stays.

    Args:
        model, optimizer: of Keras, built.
        folder: as `lenet.files.written_aside` takes it.

    Returns:
        Whether it was written.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    weights = weights_of(model)
    if not are_finite(weights):
        return False
    state = {f"state/{index}": np.asarray(value) for index, value in enumerate(_state(model, optimizer))}
    numbers = {"position/step": np.int64(position.step), "position/seconds": np.float64(position.seconds)}
    epoch = {"position/losses": position.losses, "position/correct": position.correct}
    save_arrays(path, weights | state | numbers | epoch, folder)
    return True


def restore_checkpoint(path: Path, model: Any, optimizer: Any) -> Position:
    """Set weights, optimizer and random state to those of the file.

    Raises:
        WeightsError: the file is missing, damaged, or of another network or optimizer.
    """
    arrays = load_arrays(path, CHECKPOINT)
    set_weights(model, arrays, str(path))
    try:
        for index, variable in enumerate(_state(model, optimizer)):
            variable.assign(arrays[f"state/{index}"])
        losses, correct = arrays["position/losses"], arrays["position/correct"]
        return Position(int(arrays["position/step"]), float(arrays["position/seconds"]), losses, correct)
    except (KeyError, ValueError) as error:
        raise WeightsError(f"{path} is of another optimizer ({error}). Start a new run.") from error


def _state(model: Any, optimizer: Any) -> list[Any]:
    """What else decides the next step: the optimizer's variables, and the seeds of dropout."""
    weights = {id(variable) for variable in model.weights}
    return [*optimizer.variables, *(each for each in model.variables if id(each) not in weights)]
