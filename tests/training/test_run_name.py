"""What a run is called before a person names it: by what differs from what it was set up from."""

from pathlib import Path
from typing import Any

import pytest

from lenet.data import datasets
from lenet.networks.model_reference import run_models
from lenet.runs.config import RunConfig
from lenet.runs.default_name import LONGEST, default_name
from lenet.runs.folder import Run
from lenet.runs.layers import AveragePool
from lenet.runs.run_index import list_runs
from lenet.training import fine_tuning
from lenet.training.recipes import RECIPES
from lenet.training.run_name import run_name

RELU = RECIPES["lenet5-relu"].config
LAYERS = RELU.layers
EIGHT = (LAYERS[0].model_copy(update={"filters": 8}), *LAYERS[1:])
MANY = {"rotation": 10.0, "shift": 0.1, "zoom": 0.2, "shear": 5.0, "elastic": 0.03, "cutout": 0.3, "seed": 7}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "LeNet-5 with relu and max pooling"),
        ({"learning_rate": 0.01, "batch_size": 32}, "lr 0.01, batch 32"),
        ({"epochs": 1, "pad_to": 32}, "padding to 32, 1 epoch"),
        ({"optimizer": "levenberg_marquardt", "validation": "random_fraction"},
         "optimizer levenberg marquardt, validation random fraction"),
        ({"keep_best": not RELU.keep_best, "dataset": "digits"}, "data digits, keep best"),
        ({"name": "Mine", "seed": 3}, "Mine"),
        ({"layers": EIGHT, "architecture": None}, "layer 1 filters 8"),
        ({"layers": (LAYERS[0], AveragePool(), *LAYERS[2:]), "architecture": None},
         "layer 2 average pool 2×2"),
        ({"layers": LAYERS[1:], "architecture": None, "seed": 3}, "6 edited layers, seed 3"),
        ({"layers": RECIPES["dense-2"].config.layers, "architecture": "dense-2"}, "architecture dense-2"),
        (MANY, "rotation 10, shift 0.1, zoom 0.2, shear 5, elastic 0.03, cutout 0.3, seed 7"),
        (MANY | {"optimizer": "sgd", "learning_rate": 0.125},
         "rotation 10, shift 0.1, zoom 0.2, shear 5, elastic 0.03, cutout 0.3 and 3 more"),
    ],
)  # fmt: skip
def test_what_differs_from_the_recipe(changes: dict[str, Any], name: str) -> None:
    assert run_name(RELU.replace(**changes)) == name


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_setting_has_words_that_fit_a_name(recipe: str) -> None:
    """Whatever recipe follows whatever other one."""
    for other in RECIPES.values():
        name = default_name(RECIPES[recipe].config, other.config, other.title)
        assert 0 < len(name) <= LONGEST and "_" not in name.replace("fashion_mnist", "")
        assert (name == other.title) == (other.name == recipe)


def test_what_goes_on_from_a_model_is_called_by_it_and_by_what_differs() -> None:
    config = fine_tuning.fine_tuned(fine_tuning.find("lenet5-draw"), datasets.info("digits"))
    assert run_name(config) == "lenet5-draw on digits"
    assert run_name(config.replace(learning_rate=0.001)) == "lenet5-draw on digits, lr 0.001"
    assert run_name(config.replace(name="", epochs=3)) == "from lenet5-draw, 3 epochs"


def test_without_a_recipe_it_is_called_by_its_network() -> None:
    assert run_name(RunConfig(layers=EIGHT)) == "own network"
    assert run_name(RunConfig(layers=LAYERS, architecture="lenet5-relu")) == "lenet5-relu"


def test_no_list_shows_two_networks_alike_or_edited_layers_as_the_recipe(tmp_path: Path) -> None:
    edited = RELU.replace(layers=EIGHT, architecture=None)
    runs = [Run.create(config, tmp_path, run_name(config)) for config in (RELU, RELU, edited)]
    old = Run.create(edited, tmp_path)  # as a build before named none
    titles = {model.name: model.title for model in run_models(list_runs(tmp_path))}
    same = "LeNet-5 with relu and max pooling"
    assert titles[runs[0].id] == f"{same} ({runs[0].id[-4:]})" != titles[runs[1].id]
    assert titles[runs[2].id] == "layer 1 filters 8"
    assert titles[old.id] == f"lenet5-relu, edited layers {old.id[-4:]}"
    recipes = [line.recipe for line in list_runs(tmp_path)]
    assert sorted(recipes) == ["lenet5-relu"] * 2 + ["lenet5-relu, edited layers"] * 2
    runs[0].rename("Mine")
    assert {model.title for model in run_models(list_runs(tmp_path))} >= {"Mine", same}
