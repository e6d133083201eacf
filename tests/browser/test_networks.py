"""Networks in the browser: every architecture and pretrained model answers as Keras does."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lenet.browser.network_file import network_file
from lenet.data import datasets
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.build import build
from lenet.networks.loading import load_model
from lenet.networks.pretrained import PRETRAINED
from lenet.npz import save_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import LAYER_KINDS
from tests.browser_modules import open_modules, predict
from tests.made_datasets import colored_shapes

pytestmark = pytest.mark.browser

COUNT = 200
RANDOM = np.random.default_rng(0)


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Page:
    return open_modules(browser.new_page())


def images(shape: tuple[int, ...]) -> np.ndarray:
    """(COUNT, *shape) uint8: strokes on background, noise, blank."""
    found = RANDOM.integers(0, 256, (COUNT, *shape)).astype(np.uint8)
    found[: COUNT // 2] *= RANDOM.random((COUNT // 2, *shape)) < 0.2
    found[0] = 0
    return found


def assert_equal_answers(page: Page, name: str, folder: Path | None) -> None:
    loaded = load_model(name, folder)
    given = images(loaded.image_shape)
    expected = loaded.probabilities(given)
    found = predict(page, network_file(name, folder, None).content, given)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-4
    best = np.sort(expected, axis=1)
    clear = best[:, -1] - best[:, -2] > 1e-5
    assert (found.argmax(axis=1) == expected.argmax(axis=1))[clear].all()
    assert np.ptp(expected, axis=0).max() > 0.01, "answers that are all the same would be equal by chance"


@pytest.mark.parametrize("name", sorted(PRETRAINED))
def test_pretrained_models_answer_as_in_keras(modules: Page, name: str) -> None:
    assert_equal_answers(modules, name, None)


def random_run(config: RunConfig, shape: tuple[int, ...], folder: Path) -> str:
    """A run whose first epoch has weights at random: also biases, and what batch normalization has seen."""
    run = Run.create(config, folder)
    weights = {}
    for variable in build(config.layers, shape, seed=1).weights:
        if "seed" not in variable.path:
            values = np.asarray(variable) + 0.1 * RANDOM.normal(size=variable.shape)
            weights[variable.path] = np.abs(values) if "variance" in variable.path else values
    save_arrays(run.snapshot_path(0), {key: each.astype(np.float32) for key, each in weights.items()})
    return f"{run.id}@0"


@pytest.mark.parametrize("name", sorted(ARCHITECTURES))
def test_architectures_answer_as_in_keras(modules: Page, name: str, runs_folder: Path) -> None:
    layers, shape = ARCHITECTURES[name].layers, ARCHITECTURES[name].input_shape
    dataset, pad_to = ("digits", None) if shape[0] == 8 else ("mnist", shape[0] if shape[0] > 28 else None)
    config = RunConfig(dataset=dataset, layers=layers, pad_to=pad_to, scaling="unit")
    assert_equal_answers(modules, random_run(config, shape, runs_folder), runs_folder)


def test_a_network_of_colored_images_with_a_margin(
    modules: Page, runs_folder: Path, bare_machine: Path, tmp_path: Path
) -> None:
    colored, labels = colored_shapes(20, side=17)
    np.savez(tmp_path / "shapes.npz", x=colored, y=labels)
    assert datasets.add_own("shapes", tmp_path / "shapes.npz").image_shape == (17, 17, 3)
    layers = [layer("conv", filters=5, kernel_size=5, activation="relu"), layer("max_pool"), OUTPUT]
    config = RunConfig(dataset="shapes", layers=layers, pad_to=20, scaling="unit")
    assert_equal_answers(modules, random_run(config, (20, 20, 3), runs_folder), runs_folder)


def layer(kind: str, **settings: object) -> dict[str, object]:
    return {"kind": kind, **settings}


OUTPUT = layer("dense", units=10, activation="softmax")
OTHERS = {
    "strides, same": [layer("conv", filters=5, kernel_size=4, strides=3, padding="same", activation="gelu")],
    "strides, valid": [layer("conv", filters=5, kernel_size=3, strides=2, activation="elu")],
    "windows left over": [layer("conv", filters=3, kernel_size=3, activation="sigmoid"),
                          layer("max_pool", size=3), layer("average_pool", size=3)],
    "means of maps": [layer("conv", filters=12, kernel_size=3), layer("global_average_pool")],
    "units normalized": [layer("dense", units=30, activation="scaled_tanh"), layer("batch_norm"),
                         layer("dropout"), layer("activation", function="tanh")],
    "some maps": [layer("conv", filters=3, kernel_size=3), layer("subsampling"),
                  layer("partial_conv", table=[[0], [1, 2], [0, 1, 2]], kernel_size=3)],
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_settings_that_no_architecture_has(modules: Page, name: str, runs_folder: Path) -> None:
    config = RunConfig(
        dataset="mnist", layers=[*OTHERS[name], OUTPUT], scaling="standardize", mean=0.13, std=0.3
    )
    assert_equal_answers(modules, random_run(config, (28, 28, 1), runs_folder), runs_folder)


def test_every_kind_is_tried() -> None:
    tried = {each.kind for architecture in ARCHITECTURES.values() for each in architecture.layers}
    tried |= {str(each["kind"]) for layers in OTHERS.values() for each in layers}
    assert tried == set(LAYER_KINDS)
