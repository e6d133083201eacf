"""A batch that few images fill."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from lenet.data import datasets
from lenet.networks.validation import check
from lenet.training import recipe_choice
from lenet.training.fitting_batch import fitted, in_words
from lenet.training.recipes import RECIPES
from tests.command_line import lenet_here
from tests.drawn_collection import collected

CONFIG = RECIPES["lenet5-draw"].config.replace(dataset="mnist", validation="test")


@pytest.mark.parametrize(
    ("images", "size"),
    [(1, 1), (7, 1), (8, 2), (16, 4), (36, 8), (127, 16), (128, 32), (511, 64), (512, 128), (60_000, 128)],
)
def test_the_batch_is_smaller_where_there_are_fewer_images(images: int, size: int) -> None:
    about = replace(datasets.info("mnist"), num_train=images)
    config = fitted(CONFIG, about)
    assert config.batch_size == size and not check(config, about)
    assert config == CONFIG.replace(batch_size=size), "and nothing else is changed"


def test_it_is_said_in_words() -> None:
    fitting = CONFIG.replace(batch_size=4)
    assert in_words(CONFIG, fitting).startswith("Batch size 4 instead of 128: few images")
    assert in_words(CONFIG, CONFIG) == ""


def test_images_for_validation_do_not_count() -> None:
    about = replace(datasets.info("mnist"), num_train=20)
    assert fitted(CONFIG.replace(validation="last_fraction", validation_fraction=0.5), about).batch_size == 2


def test_a_recipe_fits_data_that_fill_no_batch(bare_machine: Path) -> None:
    collected(20)
    assert recipe_choice.on_dataset(CONFIG, "my-digits") == CONFIG.replace(dataset="my-digits")


def test_the_terminal_says_it_and_trains(bare_machine: Path, runs_folder: Path) -> None:
    collected(20)
    run = lenet_here("train", "lenet5-relu", "--set", "dataset=my-digits", "--set", "epochs=1")
    assert run.returncode == 0, run.stderr
    assert re.search("Batch size [248] instead of 64", run.stderr), "about a fifth of twenty test"
    refused = lenet_here("train", "lenet5-relu", "--set", "dataset=my-digits", "--set", "batch_size=64")
    assert refused.returncode == 2 and "Batch size: received 64, expected at most" in refused.stderr
