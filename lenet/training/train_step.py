"""The training loop inside the graph: many steps a call, the data resident in memory as bytes.

`keras.Model.fit` returns to Python after every step; here a call runs a whole chunk of them. Imports
TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from lenet.data.dataset import Dataset
from lenet.data.preprocessing import pad, scale_and_offset
from lenet.networks.lsuv import give_unit_variance
from lenet.runs.config import RunConfig
from lenet.training.augmentation import augment
from lenet.training.forward_pass import forward, split_batch
from lenet.training.hessian_diagonal import curvatures
from lenet.training.losses import l2_penalty, loss_of_each, smoothed
from lenet.training.optimizers import make_optimizer

_EVALUATION_BATCH = 250  # of two shards each stays in a core's cache


@lru_cache(maxsize=1)
def resident(data: Dataset, pad_to: int | None) -> tuple[tf.Tensor, tf.Tensor]:
    """The images of a data set, training then test, and their labels; kept for the next run on the same.

    Returns:
        images: (N, H, W, C) uint8, padded. labels: (N,) int32.
    """
    images = np.concatenate([data.x_train, data.x_test])
    if pad_to is not None:
        images = pad(images, pad_to)
    return tf.constant(images), tf.constant(np.concatenate([data.y_train, data.y_test]))


class TrainStep:
    """The compiled steps of one run; once that has ended, of another of its kind (`compiled_steps`).

    Args:
        config: preprocessing, augmentation, optimizer, batch size, seed.
        model: (N, H, W, C) float32 → (N, classes) logits.
        images: (N, H, W, C) uint8 tensor, padded; the training images and, behind them, any others.
        labels: (N,) int32 tensor.
        shards: into how many parts each batch is split; no batch has fewer images.
    """

    def __init__(
        self,
        config: RunConfig,
        model: keras.Model,
        images: tf.Tensor,
        labels: tf.Tensor,
        shards: int = 1,
    ) -> None:
        self.config = config
        self.model = model
        self.shards = shards
        self.optimizer = make_optimizer(config)
        self.optimizer.build(model.trainable_variables)
        self._initial_state = [np.asarray(each) for each in self.optimizer.variables]
        self._seed = tf.Variable(config.seed, dtype=tf.int32)
        self._scale, self._offset = scale_and_offset(config)
        # The data are arguments of the compiled functions: what a graph captures is never given back.
        self._data = (images, labels)
        data = [tf.TensorSpec(each.shape, each.dtype) for each in self._data]
        # The signatures keep TensorFlow from tracing again for a chunk of another length.
        vector, scalar = tf.TensorSpec((None,), tf.int32), tf.TensorSpec((), tf.int32)
        rates = tf.TensorSpec((None,), tf.float32)
        # One image an update is work for a moment and a hundred operations: merged by XLA it takes two thirds
        # of the time. Larger batches are slower that way.
        self._learn_in_graph = _compiled(self._learn, jit_compile=config.batch_size == 1)
        self._steps_function = _compiled(self._steps, input_signature=(*data, vector, rates, scalar))
        self._logits_function = _compiled(self._logits, input_signature=(data[0], vector))

    def begin(self, config: RunConfig, model: keras.Model, images: tf.Tensor, labels: tf.Tensor) -> None:
        """As new, for another run: nothing is left of the one before but what is compiled.

        Args:
            config: of the same kind, see `lenet.training.compiled_steps`.
            model: the same layers; its values are taken.
            images, labels: of the same shapes.
        """
        self.config, self._data = config, (images, labels)
        self._seed.assign(config.seed)
        for own, drawn in zip(self.model.variables, model.variables, strict=True):
            own.assign(drawn)
        for own, initial in zip(self.optimizer.variables, self._initial_state, strict=True):
            own.assign(initial)
        self.optimizer.learning_rate.assign(config.learning_rate)

    def end(self) -> None:
        """The run has ended: its data are let go, until another one begins."""
        self._data = ()

    @property
    def images(self) -> tf.Tensor:
        """(N, H, W, C) uint8, all that there are."""
        return self._data[0]

    @property
    def num_bytes(self) -> int:
        """Of the weights and of the optimizer, float32."""
        return 4 * sum(math.prod(each.shape) for each in self.model.variables + self.optimizer.variables)

    def steps(self, order: np.ndarray, rates: np.ndarray, first_step: int) -> tuple[np.ndarray, np.ndarray]:
        """One update for each learning rate in `rates`.

        Args:
            order: (images,) int32, which images, in batches of `batch_size`; the last may be smaller.
            rates: (steps,) float32.
            first_step: number of the first update; the augmentation is drawn from it and the seed.

        Returns:
            losses: (steps,) float32, the mean over each batch, before its update.
            correct: (steps,) int32, images of each batch that were answered right.
        """
        losses, correct = self._steps_function(*self._data, order, rates, np.int32(first_step))
        return losses.numpy(), correct.numpy()

    def first_step(self, batch: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray]:
        """The very first update, as `steps` would make it, but without the half second that compiling takes.

        Args:
            batch: (images,) int32, which images.
            rate: its learning rate.

        Returns:
            losses: (1,) float32. correct: (1,) int32.
        """
        images, labels = self._data
        self.optimizer.learning_rate.assign(rate)
        inputs = self._distorted_inputs(images, tf.constant(batch), tf.constant(0))
        loss, right = self._learn(inputs, tf.gather(labels, batch))
        return loss.numpy()[None], right.numpy()[None]

    def logits(self, order: np.ndarray) -> np.ndarray:
        """(n,) int32, which images → (n, classes) float32, in inference mode."""
        # TensorFlow refuses some operations on no images: each shard gets one at least.
        enough = np.resize(order, max(len(order), self.shards))
        return self._logits_function(self._data[0], enough).numpy()[: len(order)]

    def give_unit_variance(self, order: np.ndarray) -> None:
        """Scale the initial weights by what they make of the images `order`, (n,) int32."""
        give_unit_variance(self.model, self._inputs(self._data[0], order))

    def estimate_curvature(self, order: np.ndarray, damping: float) -> None:
        """Give every weight the step that its curvature on the images `order`, (n,) int32, allows.

        Args:
            order: which images.
            damping: added to each curvature, from now on.
        """
        self.optimizer.damping = damping
        inputs = self._inputs(self._data[0], order)
        self.optimizer.set_curvatures(curvatures(self.model, inputs))

    @property
    def graph(self) -> tf.Graph:
        """The compiled steps, for TensorBoard."""
        return self._steps_function.get_concrete_function().graph

    def _steps(
        self, images: tf.Tensor, labels: tf.Tensor, order: tf.Tensor, rates: tf.Tensor, first_step: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        count, size = tf.shape(rates)[0], self.config.batch_size

        def update(step: tf.Tensor, losses: tf.TensorArray, correct: tf.TensorArray) -> tuple:
            batch = order[step * size : (step + 1) * size]
            self.optimizer.learning_rate.assign(rates[step])
            inputs = self._distorted_inputs(images, batch, first_step + step)
            loss, right = self._learn_in_graph(inputs, tf.gather(labels, batch))
            return step + 1, losses.write(step, loss), correct.write(step, right)

        results = tf.TensorArray(tf.float32, count), tf.TensorArray(tf.int32, count)
        _, losses, correct = tf.while_loop(lambda step, *_: step < count, update, (0, *results))
        return losses.stack(), correct.stack()

    def _learn(self, inputs: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One update on (n, H, W, C) float32 and (n,) int32 → mean loss, correct predictions."""
        parts, variables = split_batch(labels, self.shards), self.model.trainable_variables
        with tf.GradientTape() as tape:
            shards = split_batch(inputs, self.shards)
            logits = forward(self.model, shards, training=True, batch_size=self.config.batch_size)
            losses = [loss_of_each(*each, self.config) for each in zip(logits, parts, strict=True)]
            objectives = [smoothed(*each, self.config) for each in zip(losses, logits, strict=True)]
            objective = _mean_of_all(objectives) + l2_penalty(self.model, self.config)
        self.optimizer.apply(tape.gradient(objective, [each.value for each in variables]), variables)
        correct = tf.add_n([_num_correct(*each) for each in zip(logits, parts, strict=True)])
        return _mean_of_all(losses), correct

    def _distorted_inputs(self, images: tf.Tensor, batch: tf.Tensor, step: tf.Tensor) -> tf.Tensor:
        """What update number `step` learns from, of the images `batch`, (n,) int32."""
        draws = (self._seed, step)
        return augment(self._inputs(images, batch), self.config, draws, background=self._offset)

    def _inputs(self, images: tf.Tensor, batch: tf.Tensor) -> tf.Tensor:
        """(n,) int32 → (n, H, W, C) float32, scaled."""
        chosen = tf.ensure_shape(tf.gather(images, batch), (None, *images.shape[1:]))
        return tf.cast(chosen, tf.float32) * self._scale + self._offset

    def _logits(self, images: tf.Tensor, order: tf.Tensor) -> tf.Tensor:
        count, size = tf.shape(order)[0], _EVALUATION_BATCH
        batches = (count + size - 1) // size
        least, larger = count // batches, count % batches  # so many of them have one more

        def evaluate_batch(batch: tf.Tensor, logits: tf.TensorArray) -> tuple:
            start, end = (each * least + tf.minimum(each, larger) for each in (batch, batch + 1))
            shards = split_batch(self._inputs(images, order[start:end]), self.shards)
            answers = forward(self.model, shards, training=False, batch_size=size)
            return batch + 1, logits.write(batch, tf.concat(answers, axis=0))

        results = tf.TensorArray(tf.float32, batches, infer_shape=False, element_shape=(None, None))
        _, logits = tf.while_loop(lambda batch, _: batch < batches, evaluate_batch, (0, results))
        return logits.concat()


def _compiled(function: Callable, **options: Any) -> tf.types.experimental.PolymorphicFunction:
    """Without AutoGraph, which would translate every function that it calls, for more than a second."""
    return tf.function(function, autograph=False, **options)


def _mean_of_all(shards: list[tf.Tensor]) -> tf.Tensor:
    """Some (n,) each → the mean of all numbers."""
    count = tf.add_n([tf.size(each) for each in shards])
    return tf.add_n([tf.reduce_sum(each) for each in shards]) / tf.cast(count, tf.float32)


def _num_correct(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    answers = tf.argmax(logits, axis=1, output_type=tf.int32)
    return tf.math.count_nonzero(answers == labels, dtype=tf.int32)
