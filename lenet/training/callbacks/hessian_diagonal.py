"""The curvatures by which Levenberg–Marquardt divides its steps.

Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np

from lenet.training.callbacks.callback import Callback
from lenet.training.schedules import damping

IMAGES = 500  # on which curvature is estimated before each pass, as in the paper


class HessianDiagonal(Callback):
    """Estimates the diagonal of the Hessian at the start of each epoch, where the optimizer needs it."""

    def on_epoch_begin(self, order: np.ndarray) -> None:
        """Not in mid-epoch: a run that goes on there has the curvatures in its checkpoint."""
        state = self.state
        if state.config.optimizer == "levenberg_marquardt" and not state.steps_of_epoch:
            state.train_step.estimate_curvature(order[:IMAGES], damping(state.config, state.epoch))
