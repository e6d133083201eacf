"""The test set that belongs to a model, of each kind of model."""

from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.sources import mnist_pens
from lenet.errors import ModelError
from lenet.evaluation.model_data import held_out
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES


@pytest.mark.usefixtures("require_fashion_mnist")
def test_of_a_run_an_epoch_and_a_pretrained_model(tmp_path: Path) -> None:
    run = Run.create(RECIPES["digits-quick"].config, tmp_path)
    (run.path / "model.keras").touch()  # never looked into
    run.snapshot_path(0).touch()
    for spec in (run.id, f"{run.id}@0"):
        found = held_out(spec, str(tmp_path))
        assert (found.dataset, len(found.labels), found.class_names[3]) == ("digits", 297, "3")
        np.testing.assert_array_equal(found.images, datasets.load("digits").x_test)
    clothes = held_out("lenet5-tanh")
    assert clothes.dataset == "fashion_mnist" and clothes.class_names[8] == "Bag"
    np.testing.assert_array_equal(clothes.labels, datasets.load("fashion_mnist").y_test)


@pytest.mark.usefixtures("require_mnist")
def test_digits_with_pens_are_tested_on_mnist_without_drawing_the_pens() -> None:
    before = mnist_pens._read.cache_info()
    found = held_out("lenet5-draw")
    assert found.dataset == "mnist-pens" and mnist_pens._read.cache_info() == before
    np.testing.assert_array_equal(found.images, datasets.load("mnist").x_test)


def test_what_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="There is no run 'nothing'"):
        held_out("nothing", str(tmp_path))
    file = tmp_path / "mine.keras"
    file.touch()
    with pytest.raises(ModelError, match="mine.keras does not say what it was trained on"):
        held_out(str(file))
    monkeypatch.setenv("LENET_DATA", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"not on this machine.*Put mnist\.npz into"):
        held_out("cnn-16-32")
