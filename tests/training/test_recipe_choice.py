"""Which recipe a first visit, a link, or an offer of other data sets up."""

from pathlib import Path

import pytest

from lenet.data import datasets
from lenet.errors import DatasetError
from lenet.networks.validation import check
from lenet.training.recipe_choice import first_recipe, on_data_here, on_dataset, recipe_for
from lenet.training.recipes import RECIPES


def config(recipe: str):
    return RECIPES[recipe].config


def test_without_data_the_first_recipe_is_that_of_the_bundled_digits(bare_machine: Path) -> None:
    assert first_recipe() == "digits-quick"
    (bare_machine / "fashion_mnist.npz").touch()  # never looked into
    assert first_recipe() == "lenet5-tanh"
    (bare_machine / "mnist.npz").touch()
    assert first_recipe() == "lenet5-relu"


@pytest.mark.parametrize(
    ("dataset", "recipe"),
    [("mnist", "lenet5-relu"), ("fashion_mnist", "lenet5-tanh"), ("digits", "digits-quick"),
     ("mnist-pens", "lenet5-draw"), ("kmnist", "lenet5-relu")],
)  # fmt: skip
def test_a_data_set_has_a_recipe_that_fits(dataset: str, recipe: str) -> None:
    assert recipe_for(dataset) == recipe
    assert check(config(recipe).replace(dataset=dataset), datasets.info(dataset)) == []


def test_a_data_set_that_nobody_knows_is_told() -> None:
    with pytest.raises(DatasetError, match="received 'cats'"):
        recipe_for("cats")


def test_settings_stay_where_the_network_fits_other_data() -> None:
    mine = config("dense-2").replace(epochs=3)
    assert on_dataset(mine, "digits") == mine.replace(dataset="digits")
    assert on_dataset(config("lenet5-relu"), "digits") == config("digits-quick"), "8×8 is too small for 5×5"


def test_data_that_are_here_are_taken_instead_of_those_that_are_not(bare_machine: Path) -> None:
    assert on_data_here(config("lenet5-relu")) == config("digits-quick")
    (bare_machine / "fashion_mnist.npz").touch()
    assert on_data_here(config("lenet5-relu")) == config("lenet5-relu").replace(dataset="fashion_mnist")
    (bare_machine / "mnist.npz").touch()
    assert on_data_here(config("lenet5-relu")) == config("lenet5-relu")
    gone = config("lenet5-relu").model_copy(update={"dataset": "deleted-upload"})
    assert on_data_here(gone) == config("lenet5-relu")
