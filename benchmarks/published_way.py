"""How the published systems train: `keras.Model.fit` on float32 arrays, all in memory before it begins.

The opponent of the benchmarks, at its best: TensorFlow's own threads, no curves, no files.
"""

from typing import Any

import keras
import numpy as np

from lenet.data import datasets
from lenet.data.preprocessing import pad, prepare
from lenet.networks.build import build, logits_model
from lenet.runs.config import RunConfig
from lenet.training.optimizers import keras_optimizer


class PublishedWay:
    """A compiled model and its data, with the recipe's network, optimizer, batch size and validation."""

    def __init__(self, config: RunConfig) -> None:
        self.config = config
        data = datasets.load(config.dataset)
        self.x_train, self.y_train = prepare(data.x_train, config), data.y_train
        self.validation: dict[str, Any] = {"validation_split": config.validation_fraction}
        if config.validation == "test":
            self.validation = {"validation_data": (prepare(data.x_test, config), data.y_test)}
        self.model = _compiled(config, data.x_train)

    def fit(self, *callbacks: keras.callbacks.Callback) -> None:
        """All epochs, unless a callback ends it."""
        self.model.fit(
            self.x_train, self.y_train, self.config.batch_size, epochs=self.config.epochs, verbose=0,
            callbacks=list(callbacks), **self.validation,
        )  # fmt: skip


def _compiled(config: RunConfig, images: np.ndarray) -> keras.Model:
    side = config.pad_to or images.shape[1]
    shape = pad(images[:1], side).shape[1:]
    model = build(config.layers, shape, config.seed, config.initializer)
    gives_logits = logits_model(model) is model
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=gives_logits)
    model.compile(keras_optimizer(config), loss, metrics=["accuracy"])
    return model
