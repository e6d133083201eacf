"""The gradient by the weights, against finite differences; its histogram, and who has none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from lenet.data import datasets, pen_digits
from lenet.data.sources import mnist_pens
from lenet.errors import ModelError
from lenet.inspection import gradients
from lenet.networks.build import build
from lenet.networks.loading import load_model
from lenet.networks.weights import weights_of
from lenet.npz import save_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Conv, Dense, MaxPool
from tests.conftest import require

LAYERS = (
    Conv(filters=2, kernel_size=3, activation="tanh"),
    MaxPool(size=2),
    Dense(units=10, activation="softmax"),
)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    made = Run.create(RunConfig(dataset="digits", layers=LAYERS), tmp_path)
    save_arrays(made.snapshot_path(0), weights_of(build(LAYERS, (8, 8, 1), 1)))
    return made


def test_finite_differences(run: Run) -> None:
    loaded = load_model(f"{run.id}@0", run.path.parent)
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (20, 8, 8, 1), dtype=np.uint8)
    labels = random.integers(0, 10, 20)
    loss, found = gradients.by_weights(loaded, images, labels)
    paths = list(found)
    assert paths == ["1_conv/kernel", "1_conv/bias", "3_dense/kernel", "3_dense/bias"]
    expected = -np.log(loaded.probabilities(images)[np.arange(20), labels]).mean()
    assert loss == pytest.approx(expected, rel=1e-5)
    for number, path in enumerate(paths):
        value = loaded.weights[0][number].numpy()
        place = tuple(int(random.integers(0, size)) for size in value.shape)
        losses = []
        for step in (5e-3, -5e-3):
            moved = value.copy()
            moved[place] += step
            trainable = (*loaded.weights[0][:number], tf.constant(moved), *loaded.weights[0][number + 1 :])
            losses.append(
                gradients.by_weights(replace(loaded, weights=(trainable, loaded.weights[1])), images, labels)[
                    0
                ]
            )
        assert found[path][place] == pytest.approx((losses[0] - losses[1]) / 1e-2, rel=0.02, abs=2e-4), path


def test_what_the_page_gets(run: Run) -> None:
    found = gradients.gradients(f"{run.id}@0", str(run.path.parent))
    assert list(found.bins) == ["1_conv", "3_dense"] and found.images == gradients.BATCH
    assert sum(found.bins["1_conv"]["count"]) == 3 * 3 * 2 and found.sizes["3_dense"] > 0
    assert found.loss == pytest.approx(np.log(10), abs=1)  # untrained


def test_of_the_pen_digits_no_more_are_drawn_than_are_used(require_mnist: None) -> None:
    require(datasets.available("pens"), f"no {pen_digits.FILE_NAME} in LENET_DATA or a cache")
    before = mnist_pens._read.cache_info()
    found = gradients.gradients("lenet5-draw")
    assert found.images == gradients.BATCH and found.loss < 0.5
    assert mnist_pens._read.cache_info() == before


def test_a_file_from_elsewhere_has_no_loss(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    build(LAYERS, (8, 8, 1), 1).save(path)
    with pytest.raises(ModelError, match="does not say what it was trained on"):
        gradients.gradients(str(path))
