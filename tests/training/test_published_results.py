"""What is published of a run's recipe, beside what was measured."""

import pytest

from lenet.training.published_results import in_words, published
from lenet.training.recipes import RECIPES


@pytest.mark.parametrize(
    ("recipe", "split", "epoch", "accuracy"),
    [
        ("cnn-16-32", "test", None, 0.9903),
        ("cnn-16-32", "test", 4, 0.9907),  # the source's validation data are the test set
        ("cnn-16-32", "validation", 1, 0.9803),
        ("cnn-16-32", "test", 0, None),
        ("cnn-16-32", "test", 11, None),
        ("cnn-16-32", "train", None, None),
        ("lenet5-linear", "test", None, 0.9713),
        ("lenet5-linear", "validation", None, None),
        ("lenet5-tanh", "train", 2, 0.86),
        ("lenet5-tanh", "train", None, 0.89),
        ("lenet-20-50", "test", None, None),
        ("digits-quick", "test", None, None),
    ],
)
def test_the_figure_of_a_recipe(recipe: str, split: str, epoch: int | None, accuracy: float | None) -> None:
    config = RECIPES[recipe].config
    found = published(config, config.dataset, split, epoch)
    assert (found and found.accuracy) == accuracy
    assert published(config, "pens", split, epoch) is None, "nothing was published of other data"


def test_what_was_changed_is_said() -> None:
    config = RECIPES["cnn-16-32"].config.replace(epochs=2, seed=5, name="mine", scaling="raw")
    found = published(config, "mnist", "test", None)
    assert found.changed == ("scaling raw instead of unit", "epochs 2 instead of 10")
    assert published(config, "mnist", "test", 1).changed == ("scaling raw instead of unit",)


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((0.9880, 0.9920), "99.03 % lies within the interval: this network agrees"),
        ((0.97, 0.98), "99.03 % is above the interval: this network does worse"),
        ((0.991, 0.995), "99.03 % is below the interval: this network does better"),
    ],
)
def test_in_words(interval: tuple[float, float], words: str) -> None:
    found = published(RECIPES["cnn-16-32"].config, "mnist", "test", None)
    assert words in in_words(found, interval)
    assert published(None, "mnist", "test", None) is None
