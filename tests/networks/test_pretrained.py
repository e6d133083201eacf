"""The pretrained models: cards and files agree, and `make models` makes such pairs."""

import json
import subprocess
import sys

import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.preprocessing import network_input_shape
from lenet.errors import ModelError
from lenet.evaluation import predictor
from lenet.evaluation.model_data import held_out
from lenet.networks import pretrained, saving
from lenet.networks.build import build
from lenet.networks.loading import load_model
from lenet.networks.pretrained import PRETRAINED
from lenet.networks.weights import weights_of
from lenet.npz import WEIGHTS, load_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES
from lenet.training.trainer import train
from tests.conftest import require
from tests.project import ROOT
from tests.tolerances import ONE_OF_MNIST, accuracy_of


def test_every_file_is_one_of_a_pair():
    stems = {file.stem for file in pretrained.FOLDER.iterdir()} - {"no-digit"}
    assert stems == set(PRETRAINED) and stems >= {"cnn-16-32", "lenet5-relu"}


@pytest.mark.parametrize("name", PRETRAINED)
def test_a_card_agrees_with_its_model(name):
    card, file = PRETRAINED[name], pretrained.path(name)
    model = saving.load(file)
    assert sum(int(np.prod(each.shape)) for each in model.trainable_variables) == card.parameters
    assert file.stat().st_size <= pretrained.LARGEST
    assert model.input_shape[1:] == network_input_shape(card.config, card.image_shape)
    assert model.output_shape[-1] == len(card.class_names)
    assert card.command == f"python -m lenet train {card.recipe}" and card.seed == card.config.seed
    assert card.config == RECIPES[card.recipe].config  # else: make models
    assert (card.title, card.dataset) == (RECIPES[card.recipe].title, card.config.dataset)
    assert {str(each.dtype) for each in model.weights} == {"float32"}


@pytest.mark.parametrize("name", PRETRAINED)
def test_its_accuracy_is_that_of_its_card(name):
    card = PRETRAINED[name]
    require(datasets.verify(card.dataset), f"no {card.dataset} in LENET_DATA or a cache")
    test = held_out(name)
    answers = predictor.predict(load_model(name), test.images).argmax(axis=1)
    assert (answers == test.labels).mean() == pytest.approx(card.test_accuracy, abs=ONE_OF_MNIST)


def test_before_it_learned():
    card = PRETRAINED["lenet5-relu"]
    untrained = load_model("lenet5-relu@0")
    expected = build(card.config.layers, card.image_shape, card.seed)
    for ours, theirs in zip(untrained.weights[0], expected.trainable_variables, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for epoch in ("1", "x", ""):
        with pytest.raises(
            ModelError, match=f"Epoch: received '{epoch}', expected 0 \\(untrained\\) or none"
        ):
            load_model(f"lenet5-relu@{epoch}")


def test_a_run_starts_from_a_pretrained_model(runs_folder):
    """A learning rate next to nothing: what the run ends with is what it began with."""
    card = PRETRAINED["lenet5-relu"]
    config = RunConfig(
        dataset="digits", layers=card.config.layers, pad_to=28, epochs=1, batch_size=1_000,
        initial_weights="lenet5-relu", learning_rate=1e-12,
    )  # fmt: skip
    run = Run.create(config, runs_folder)
    assert train(run).state == "finished"
    for path, value in weights_of(saving.load(pretrained.path("lenet5-relu"))).items():
        np.testing.assert_array_equal(load_arrays(run.snapshot_path(0), WEIGHTS)[path], value)


def test_a_damaged_card_takes_no_other_one_down(tmp_path):
    for name in ("cnn-16-32", "lenet5-relu"):
        for file in (pretrained.path(name), pretrained.path(name).with_suffix(".json")):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "cnn-16-32.json").write_text('{"name": "cnn')
    (tmp_path / "other.json").write_text("{}")
    assert list(pretrained.read_cards(tmp_path)) == ["lenet5-relu"]
    (tmp_path / "lenet5-relu.keras").unlink()
    assert pretrained.read_cards(tmp_path) == {}


def build_models(*arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "scripts/build_models.py", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=300)


def test_a_model_is_built_with_its_card(tmp_path):
    built = build_models("digits-quick", "--folder", tmp_path)
    assert built.returncode == 0, built.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["digits-quick.json", "digits-quick.keras"]
    card = pretrained.read_cards(tmp_path)["digits-quick"]
    model, data = saving.load(tmp_path / "digits-quick.keras"), datasets.load("digits")
    probabilities = model.predict(data.x_test / np.float32(255), verbose=0)
    assert card.test_accuracy == accuracy_of(probabilities, data.y_test)
    trainable = sum(int(np.prod(each.shape)) for each in model.trainable_variables)
    assert json.loads((tmp_path / "digits-quick.json").read_text())["parameters"] == trainable
    assert (card.recipe, card.image_shape, card.class_names[3]) == ("digits-quick", (8, 8, 1), "3")


def test_an_unknown_recipe_is_refused(tmp_path):
    refused = build_models("lenet-6", "--folder", tmp_path)
    assert refused.returncode == 2 and "received lenet-6, expected some of: no-digit" in refused.stderr
    assert not list(tmp_path.iterdir())
