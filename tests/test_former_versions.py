"""What version 0.1 wrote, before its modules had wings, is read: a run, its evaluation, drawings, a model."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from lenet.data.drawing_collection import Collection
from lenet.drawing import url_encoding
from lenet.evaluation.result import stored
from lenet.networks.loading import load_model
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from lenet.training.trainer import train
from tests.evaluation_tasks import task
from tests.project import ROOT

WRITTEN = ROOT / "tests" / "data" / "version-0.1"
ID = "2026-11-29-own-cca0"
LINK = "eNpjYBg48B8IRuVG5YiVowcAADeOT7E"  # a bar of 20×4 pixels


@pytest.fixture
def run(runs_folder: Path) -> Run:
    shutil.copytree(WRITTEN / "runs", runs_folder, dirs_exist_ok=True)
    return Run.open(ID, runs_folder)


def test_a_run(run: Run, runs_folder: Path) -> None:
    (summary,) = list_runs(runs_folder)
    assert (summary.name, summary.state, summary.problem) == ("of version 0.1", "finished", None)
    config = run.config
    assert (config.aspect, config.cutout, config.l2) == (0.1, 0.1, 0.001)
    assert '"hide"' in (run.path / "config.json").read_text("utf-8")
    again = Run.create(config, runs_folder)
    assert '"cutout"' in (again.path / "config.json").read_text("utf-8") and again.config == config
    assert [layer.kind for layer in config.layers] == ["conv", "max_pool", "dense"]
    assert len(run.steps()["step"]) > 1 and run.epochs()["epoch"] == [1]
    assert run.snapshots() == [0, 1]


def test_its_models_and_its_evaluation(run: Run, runs_folder: Path) -> None:
    found = stored(task(ID, "digits", "test", runs_folder))
    assert found.evaluation.accuracy == run.status().test_accuracy
    final, first = load_model(ID, runs_folder), load_model(f"{ID}@0", runs_folder)
    image = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 1), np.uint8)
    assert not np.allclose(final.probabilities(image), first.probabilities(image))


def test_it_goes_on_from_its_checkpoint(run: Run) -> None:
    before = run.epochs()["loss"]
    run.write_control(more_epochs=((1, 1),))
    run.queue()
    assert train(run).epoch == 2
    assert run.epochs()["loss"][:1] == before


def test_a_keras_file_of_the_layers_of_1998() -> None:
    """It names them by the module that they were in, `lenet.layers`."""
    model = load_model(str(WRITTEN / "layers-of-1998.keras"))
    assert model.probabilities(np.zeros((1, 32, 32, 1), np.uint8)).shape == (1, 10)


def test_drawings(bare_machine: Path) -> None:
    shutil.copytree(WRITTEN / "my-digits", bare_machine / "my-digits")
    entries = Collection().entries()
    assert [entry.label for entry in entries] == [0, 1, 2]


def test_a_link() -> None:
    image = url_encoding.decode(LINK)
    assert image.shape == (28, 28) and image[4:24, 12:16].all() and image.sum() == 20 * 4 * 255
    assert url_encoding.encode(image) == LINK
