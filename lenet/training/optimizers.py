"""The optimizers of a run: Keras' own, Adam with TensorFlow's fused kernel, and the one of the paper of 1998.

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import keras
import tensorflow as tf

from lenet.runs.config import RunConfig


class FusedAdam(keras.optimizers.Adam):
    """Keras' Adam, same update and same state, in one pass over each weight instead of ten."""

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor) -> None:
        """One update of one variable; the gradient has its shape, the rate is a scalar.

        Source: Kingma & Ba 2015, section 2, the efficient order of computation.
        """
        index, step = self._get_variable_index(variable), tf.cast(self.iterations + 1, tf.float32)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(self.beta_1, step),
            beta2_power=tf.pow(self.beta_2, step),
            lr=tf.cast(learning_rate, tf.float32),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )


class LevenbergMarquardt(keras.optimizers.Optimizer):
    """Stochastic diagonal Levenberg–Marquardt: the step of each weight is rate / (damping + its curvature).

    Until `set_curvatures` all curvatures are 0. Source: LeCun et al., “Gradient-Based Learning Applied to
    Document Recognition”, 1998, appendix C.

    Args:
        learning_rate: η of the paper.
        damping: μ of the paper.
    """

    def __init__(self, learning_rate: float, damping: float) -> None:
        super().__init__(learning_rate, name="levenberg_marquardt")
        self.damping = damping

    def build(self, variables: list[keras.Variable]) -> None:
        """A step for each weight, part of the optimizer's state."""
        if not self.built:
            super().build(variables)
            start = keras.initializers.Constant(1 / self.damping)
            self._steps = [
                self.add_variable_from_reference(each, "step", initializer=start) for each in variables
            ]

    def set_curvatures(self, curvatures: list[tf.Tensor]) -> None:
        """The diagonal of the second derivatives, at least 0; a tensor of its shape for each variable."""
        for step, curvature in zip(self._steps, curvatures, strict=True):
            step.assign(1 / (self.damping + curvature))

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor) -> None:
        """One update of one variable; the gradient has its shape, the rate is a scalar."""
        step = self._steps[self._get_variable_index(variable)]
        tf.raw_ops.ResourceApplyGradientDescent(
            var=variable.handle, alpha=tf.cast(learning_rate, tf.float32), delta=gradient * step.value
        )


def keras_optimizer(config: RunConfig) -> keras.optimizers.Optimizer:
    """Keras' optimizer of that name, with Keras' own defaults for what the config does not set."""
    rate = config.learning_rate
    if config.optimizer == "sgd":
        return keras.optimizers.SGD(rate, momentum=config.momentum, nesterov=config.nesterov)
    if config.optimizer == "levenberg_marquardt":
        return LevenbergMarquardt(rate, config.damping)
    if config.optimizer == "adamw":
        return keras.optimizers.AdamW(rate, weight_decay=config.weight_decay)
    return {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}[config.optimizer](rate)


def make_optimizer(config: RunConfig) -> keras.optimizers.Optimizer:
    """The same optimizer, in its fastest form here, for this one process."""
    is_adam = config.optimizer == "adam"
    optimizer = FusedAdam(config.learning_rate) if is_adam else keras_optimizer(config)
    # Keras sums gradients over replicas, of which there is one, by a custom gradient. TensorFlow registers
    # each for good, and with it the graph that it stands in: 7 MB a compiled network, never given back.
    optimizer._all_reduce_sum_gradients = lambda gradients_and_variables: gradients_and_variables
    return optimizer
