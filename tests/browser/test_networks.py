"""Networks in the browser: every architecture and pretrained model answers as Keras does."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lenet.browser.network_file import network_file
from lenet.data import datasets
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.loading import load_model
from lenet.networks.pretrained import PRETRAINED
from lenet.runs.config import RunConfig
from lenet.runs.layers import LAYER_KINDS
from tests.browser_modules import open_modules, predict
from tests.made_datasets import colored_shapes
from tests.random_networks import OTHERS, OUTPUT, images, layer, random_run

pytestmark = pytest.mark.browser

COUNT = 200


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Page:
    return open_modules(browser.new_page())


def assert_equal_answers(page: Page, name: str, folder: Path | None) -> None:
    loaded = load_model(name, folder)
    given = images(loaded.image_shape, COUNT)
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
