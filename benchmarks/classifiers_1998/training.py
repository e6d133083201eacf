"""Networks trained for the chart, each once: weights are kept in a folder, and read there the next time.

Imports TensorFlow.
"""

import hashlib
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from benchmarks.classifiers_1998.outcome import Clock
from lenet.data.preprocessing import pad, prepare
from lenet.data.splits import epoch_order
from lenet.networks.build import build, logits_model
from lenet.networks.weights import set_weights, weights_of
from lenet.npz import WEIGHTS, load_arrays, save_arrays
from lenet.runs.config import RunConfig
from lenet.training import forward_pass
from lenet.training.schedules import learning_rate
from lenet.training.train_step import TrainStep

KEPT = Path("runs") / "paper_chart"
SECONDS = "seconds"


class Network:
    """A network, trained on some images by the train step of the runs.

    Args:
        config: its layers and how it is trained.
        images: (N, H, W) uint8. labels: (N,) int.
        name: of the file that keeps it, beside what is made of the config.
    """

    def __init__(self, config: RunConfig, images: np.ndarray, labels: np.ndarray, name: str) -> None:
        forward_pass.use_one_thread_an_operation()
        self.config, self._clock = config, Clock()
        self._images = _padded(images[..., None], config)
        self.model = build(config.layers, self._images.shape[1:], config.seed, config.initializer)
        self._labels = labels.astype(np.int32)
        digest = hashlib.sha256(config.model_dump_json().encode())
        digest.update(np.ascontiguousarray(images))
        self._path = KEPT / f"{name}-{config.seed}-{digest.hexdigest()[:8]}.npz"
        if self._path.exists():
            self._read()
        else:
            self._train()

    @property
    def seconds(self) -> float:
        """Of one processor, to train."""
        return self._clock.seconds

    def _read(self) -> None:
        arrays = load_arrays(self._path, WEIGHTS)
        self._clock.seconds = float(arrays.pop(SECONDS))
        set_weights(self.model, arrays, self._path.name)

    def _train(self) -> None:
        config, data = self.config, (tf.constant(self._images), tf.constant(self._labels))
        step = TrainStep(config, logits_model(self.model), *data)
        every = np.arange(len(self._labels), dtype=np.int32)
        count = -(-len(every) // config.batch_size)
        with self._clock.running():
            for epoch in range(config.epochs):
                order, first = epoch_order(every, config.seed, epoch), epoch * count
                rates = [learning_rate(config, first + number, count) for number in range(count)]
                losses, correct = step.steps(order, np.float32(rates), first)
                print(f"  {self._path.stem}: pass {epoch + 1}, loss {losses.mean():.4f}, "
                      f"{correct.sum() / len(every):.2%}", flush=True)  # fmt: skip
        self._path.parent.mkdir(parents=True, exist_ok=True)
        save_arrays(self._path, weights_of(self.model) | {SECONDS: np.array(self.seconds)})

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """(N, H, W) uint8 → (N, 10) float32."""
        return self.outputs(images, self.model)

    def features(self, images: np.ndarray) -> np.ndarray:
        """(N, H, W) uint8 → (N, units) float32: what the last layer sees."""
        last = [layer for layer in self.model.layers if layer.weights][-1]
        return self.outputs(images, keras.Model(self.model.inputs[0], last.input))

    def outputs(self, images: np.ndarray, model: keras.Model) -> np.ndarray:
        """What a model of the network's own layers makes of them, by batches."""
        batches = (images[start : start + 500, ..., None] for start in range(0, len(images), 500))
        return np.concatenate([np.asarray(model(prepare(batch, self.config))) for batch in batches])


def _padded(images: np.ndarray, config: RunConfig) -> np.ndarray:
    return images if config.pad_to is None else pad(images, config.pad_to)
