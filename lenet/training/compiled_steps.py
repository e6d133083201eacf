"""Compiled train steps, kept for the next run of the same kind: to trace and compile one takes a second.

Runs of a kind differ in what the compiled updates are given: seed, learning rates, images, weights. Imports
TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import threading
from collections import OrderedDict

import keras
import tensorflow as tf

from lenet.runs.config import RunConfig
from lenet.training.train_step import TrainStep

MOST_KEPT = 2  # the kinds between which a person goes to and fro
MOST_BYTES = 64_000_000  # of the weights and the optimizers of all that are kept
# The settings that no compiled update knows; whatever else differs makes another kind.
_GIVEN = {
    "recipe", "name", "dataset", "architecture", "initial_weights", "initializer", "learning_rate",
    "early_damping", "schedule", "step_epochs", "step_factor", "warmup", "epochs", "seed", "validation",
    "validation_fraction", "early_stopping", "keep_best",
}  # fmt: skip


_idle: OrderedDict[str, TrainStep] = OrderedDict()  # by their kind; the least recently used is first
_lock = threading.Lock()


def take(
    config: RunConfig, model: keras.Model, images: tf.Tensor, labels: tf.Tensor, shards: int
) -> TrainStep:
    """One for this run alone, as new; the arguments are those of `TrainStep`."""
    with _lock:
        kept = _idle.pop(_kind(config, images, shards), None)
    if kept is None:
        return TrainStep(config, model, images, labels, shards)
    kept.begin(config, model, images, labels)
    return kept


def keep(train_step: TrainStep) -> None:
    """Its run has ended: the next one of its kind may have it, where there is room."""
    kind = _kind(train_step.config, train_step.images, train_step.shards)
    train_step.end()
    with _lock:
        let_go = [_idle.pop(kind, None)]  # of two runs at once each has its own
        _idle[kind] = train_step
        while len(_idle) > MOST_KEPT or sum(each.num_bytes for each in _idle.values()) > MOST_BYTES:
            let_go.append(_idle.popitem(last=False)[1])
    if any(let_go):  # TensorFlow keeps what it compiled for them, 1 MB each
        keras.utils.clear_session(free_memory=False)


def _kind(config: RunConfig, images: tf.Tensor, shards: int) -> str:
    """The same for all runs whose updates are compiled alike."""
    return f"{config.model_dump_json(exclude=_GIVEN)} {images.shape} {shards}"
