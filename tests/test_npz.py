"""Files of arrays that are missing or damaged: each says what it should hold, and what to do."""

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from lenet.data import drawn_data
from lenet.data.drawing_collection import Collection
from lenet.errors import DatasetError, ModelError, WeightsError
from lenet.evaluation import out_of_distribution
from lenet.networks import model_reference
from lenet.npz import CHECKPOINT, EVALUATION, RUN_DATA, SECOND_LOOK, WEIGHTS, load_arrays, save_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.training import checkpoint
from lenet.training.recipes import RECIPES

KINDS = {
    WEIGHTS: ("Weights of an epoch", "Choose another epoch."),
    CHECKPOINT: ("Checkpoint of a run", "The run cannot go on without it: start a new one."),
    RUN_DATA: ("Data that a run began with", "Delete the run, and start a new one."),
    EVALUATION: ("Evaluation of a model", "Evaluate the model again."),
    SECOND_LOOK: ("What tells digits from other drawings, of LeNet Lab", "Install LeNet Lab again."),
}


@pytest.mark.parametrize("contents", KINDS, ids=lambda contents: contents.name)
def test_a_file_says_what_it_should_hold_and_what_to_do(tmp_path: Path, contents: object) -> None:
    path, (name, advice) = tmp_path / "file.npz", KINDS[contents]
    with pytest.raises(WeightsError) as missing:
        load_arrays(path, contents)
    assert str(missing.value) == f"{name}: {path} is missing. {advice}"
    save_arrays(path, {"x": np.ones(1000)})
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(WeightsError) as damaged:
        load_arrays(path, contents)
    assert re.fullmatch(
        rf"{name}: {re.escape(str(path))} is damaged \(.+\)\. {re.escape(advice)}", str(damaged.value)
    )


# Whoever reads one says which it is


def of_weights(run: Run) -> None:
    from lenet.networks.loading import load_model

    (run.path / "snapshots" / "0001.npz").write_bytes(b"PK\3\4")
    load_model(f"{run.id}@1", run.path.parent)


def of_a_checkpoint(run: Run) -> None:
    (run.path / "checkpoint.npz").write_bytes(b"PK\3\4")
    nothing = SimpleNamespace(weights=[], variables=[])
    checkpoint.restore_checkpoint(run.path / "checkpoint.npz", nothing, nothing)


def of_the_data_of_a_run(run: Run) -> None:
    (run.path / "data.npz").write_bytes(b"PK\3\4")
    drawn_data.kept_in(run.path, Collection())


def of_the_data_that_a_model_was_trained_on(run: Run) -> None:
    (run.path / "data.npz").write_bytes(b"PK\3\4")
    (run.path / "model.keras").touch()
    model_reference.resolve(run.id, run.path.parent).training_data()


def of_no_digit(run: Run) -> None:
    damaged = run.path / "no-digit.npz"
    damaged.write_bytes(b"PK\3\4")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(out_of_distribution, "FILE", damaged)
        out_of_distribution.weights.__wrapped__()


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (of_weights, "Weights of an epoch: .*0001.npz is damaged"),
        (of_a_checkpoint, "Checkpoint of a run: .*checkpoint.npz is damaged"),
        (of_the_data_of_a_run, "Data that a run began with: .*data.npz is damaged"),
        (of_the_data_that_a_model_was_trained_on, "Data that a run began with: .*data.npz is damaged"),
        (of_no_digit, "What tells digits from other drawings, of LeNet Lab: .*no-digit.npz is damaged"),
    ],
)
def test_a_damaged_file_is_called_what_it_is(
    runs_folder: Path, read: Callable[[Run], None], words: str
) -> None:
    config: RunConfig = RECIPES["lenet5-relu"].config.replace(dataset="my-digits")
    with pytest.raises((WeightsError, ModelError, DatasetError), match=words):
        read(Run.create(config, runs_folder))
