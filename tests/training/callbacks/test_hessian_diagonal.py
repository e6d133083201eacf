"""When the curvatures of Levenberg–Marquardt are estimated; what they are is tested with the train step."""

import numpy as np
import pytest

from lenet.training.callbacks.hessian_diagonal import IMAGES, HessianDiagonal
from tests.training_state import after_epoch, small_state

ORDER = np.arange(900, dtype=np.int32)[::-1]


class TrainStep:
    """Notes what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int, float]] = []

    def estimate_curvature(self, order: np.ndarray, damping: float) -> None:
        """The number of images, the first of them, and the damping."""
        self.asked.append((len(order), int(order[0]), damping))


def begin_epoch(epoch: int, losses: int = 0, optimizer: str = "levenberg_marquardt") -> list[tuple]:
    settings = {"early_damping": 0.5, "damping": 0.25, "optimizer": optimizer}
    callback = HessianDiagonal()
    callback.set_state(after_epoch(small_state(((0, 9),), TrainStep(), **settings), epoch))
    callback.state.position.losses = np.ones(losses, np.float32)
    callback.on_epoch_begin(ORDER)
    return callback.state.train_step.asked


@pytest.mark.parametrize(("epoch", "damping"), [(0, 0.5), (1, 0.5), (2, 0.25)])
def test_at_the_start_of_each_epoch_on_its_first_images(epoch: int, damping: float) -> None:
    assert begin_epoch(epoch) == [(IMAGES, 899, damping)]


def test_not_where_a_run_goes_on_in_mid_epoch() -> None:
    assert begin_epoch(1, losses=2) == []


def test_not_for_another_optimizer() -> None:
    assert begin_epoch(1, optimizer="sgd") == []
