"""The recipes against the settings and figures that their sources published."""

import pytest

from lenet.data import datasets, splits
from lenet.data.sources import mnist_pens
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.validation import check
from lenet.runs.config import RunConfig
from lenet.training.recipes import RECIPES

FASHION = {
    "dataset": "fashion_mnist",
    "pad_to": None,
    "scaling": "standardize",
    "mean": 0.3814,
    "std": 0.3994,
    "optimizer": "adam",
    "learning_rate": 0.001,
    "batch_size": 100,
    "epochs": 5,
    "seed": 59,
}
PUBLISHED_SETTINGS = {
    "lenet5-linear": {
        "dataset": "mnist",
        "pad_to": 32,
        "scaling": "raw",
        "optimizer": "adam",
        "learning_rate": 0.001,
        "batch_size": 64,
        "epochs": 30,
        "validation": "last_fraction",
        "validation_fraction": 0.2,
    },
    "lenet-20-50": {
        "dataset": "mnist",
        "pad_to": None,
        "scaling": "unit",
        "optimizer": "sgd",
        "learning_rate": 0.01,
        "momentum": 0.0,
        "batch_size": 128,
        "epochs": 20,
        "validation": "test",
    },
    "lenet5-relu": {
        "dataset": "mnist",
        "pad_to": None,
        "scaling": "raw",
        "optimizer": "adam",
        "learning_rate": 0.001,
        "batch_size": 64,
        "epochs": 10,
        "validation": "test",
    },
    "cnn-16-32": {
        "dataset": "mnist",
        "pad_to": None,
        "scaling": "unit",
        "optimizer": "adam",
        "learning_rate": 0.001,
        "batch_size": 128,
        "epochs": 10,
        "validation": "test",
    },
    "lenet5-tanh": FASHION,
    "lenet5-relu-avg": FASHION,
}

DISTORTIONS = ("rotation", "shift", "zoom", "shear", "aspect", "flip", "elastic", "cutout")


@pytest.mark.parametrize("name", PUBLISHED_SETTINGS)
def test_settings_as_published(name: str) -> None:
    settings = RECIPES[name].config.model_dump()
    assert {key: settings[key] for key in PUBLISHED_SETTINGS[name]} == PUBLISHED_SETTINGS[name]
    assert settings["schedule"] == "constant"
    assert not any(settings[distortion] for distortion in DISTORTIONS)


def test_figures_as_published() -> None:
    accuracy = {name: recipe.expected.test_accuracy for name, recipe in RECIPES.items()}
    assert accuracy == {
        "lenet5-linear": 0.9713,
        "lenet-20-50": None,
        "lenet5-relu": 0.9835,
        "cnn-16-32": 0.9903,
        "lenet5-tanh": 0.87,
        "lenet5-relu-avg": 0.889,
        "dense-2": 0.9666,
        "digits-quick": None,
        "lenet5-draw": None,
        "lenet5-1998": 0.9905,
        "lenet5-1998-distorted": 0.992,
        "mnist-fast": None,
        "lenet5-best": None,
        "lenet5-best-fashion": None,
    }
    for name in ("lenet5-relu", "cnn-16-32"):
        curve = RECIPES[name].expected.validation_accuracy
        assert len(curve) == RECIPES[name].config.epochs
        assert curve[-1] == RECIPES[name].expected.test_accuracy


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_can_start_on_its_data_set(name: str) -> None:
    recipe = RECIPES[name]
    assert recipe.name == recipe.config.recipe == name
    assert recipe.config.layers == ARCHITECTURES[recipe.config.architecture].layers
    assert check(recipe.config, datasets.info(recipe.config.dataset)) == []
    assert recipe.source and recipe.title and recipe.notes


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_survives_json(name: str) -> None:
    config = RECIPES[name].config
    assert RunConfig.model_validate_json(config.model_dump_json()) == config


def test_drawings_are_validated_with_those_at_the_end_alone() -> None:
    config, total = RECIPES["lenet5-draw"].config, mnist_pens.NUM_TRAIN
    assert splits.num_training_images(config, total) == total - mnist_pens.NUM_VALIDATION
