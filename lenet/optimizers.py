"""The optimizers of a run: Keras' own, and Adam with TensorFlow's fused kernel.

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import keras
import tensorflow as tf

from lenet.config import RunConfig


class FusedAdam(keras.optimizers.Adam):
    """Keras' Adam, same update and same state, in one pass over each weight instead of ten."""

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable, learning_rate: tf.Tensor) -> None:
        """One update of one variable (Kingma & Ba 2015, section 2, the efficient order of computation)."""
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


def keras_optimizer(config: RunConfig) -> keras.optimizers.Optimizer:
    """Keras' optimizer of that name, with Keras' own defaults for what the config does not set."""
    rate = config.learning_rate
    if config.optimizer == "sgd":
        return keras.optimizers.SGD(rate, momentum=config.momentum, nesterov=config.nesterov)
    if config.optimizer == "adamw":
        return keras.optimizers.AdamW(rate, weight_decay=config.weight_decay)
    return {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}[config.optimizer](rate)


def make_optimizer(config: RunConfig) -> keras.optimizers.Optimizer:
    """The same optimizer, in its fastest form here."""
    if config.optimizer == "adam":
        return FusedAdam(config.learning_rate)
    return keras_optimizer(config)
