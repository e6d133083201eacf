"""A model's name: its parts, the model that it means, what is said where there is none, and the lists."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from lenet.errors import DatasetError, ModelError
from lenet.networks import model_reference
from lenet.networks.model_reference import FINAL, ModelReference, epochs, parse, resolve
from lenet.networks.pretrained import BEST, PRETRAINED, path
from lenet.npz import save_arrays
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from lenet.runs.status import Status
from lenet.training.recipes import RECIPES

MODEL = "lenet5-relu"


def ended(folder: Path, snapshots: int = 3, **settings: object) -> Run:
    """A run with empty files where its weights would be."""
    run = Run.create(RECIPES["digits-quick"].config.replace(**settings), folder)
    for epoch in range(snapshots):
        run.snapshot_path(epoch).touch()
    (run.path / "model.keras").touch()
    run.write_status(Status(state="finished", test_accuracy=0.9, created=time.time(), heartbeat=time.time()))
    return run


@pytest.mark.parametrize(
    ("text", "name", "epoch", "number", "is_file"),
    [
        (MODEL, MODEL, FINAL, None, False),
        (f"{MODEL}@0", MODEL, "0", 0, False),
        ("2026-11-20-own-7f3a@12", "2026-11-20-own-7f3a", "12", 12, False),
        ("run@", "run", "", None, False),
        ("run@x", "run", "x", None, False),
        ("run@" + "9" * 5_000, "run", "9" * 5_000, None, False),
        ("a/b@c/mine@2.keras", "a/b@c/mine@2.keras", FINAL, None, True),
        ("", "", FINAL, None, False),
    ],
)
def test_a_name_and_its_parts(text: str, name: str, epoch: str, number: int | None, is_file: bool) -> None:
    reference = parse(text)
    assert (reference.name, reference.epoch, reference.epoch_number) == (name, epoch, number)
    assert reference.is_file == is_file and reference.is_pretrained == (name == MODEL)
    assert str(reference) == text
    assert str(reference.at("3")) == f"{name}@3" and reference.at("3").at(epoch) == reference


def test_what_a_name_means(tmp_path: Path) -> None:
    run = ended(tmp_path)
    final, second = resolve(run.id, tmp_path), resolve(f"{run.id}@2", tmp_path)
    assert (final.weights, second.weights) == (run.path / "model.keras", run.snapshot_path(2))
    assert final.config == second.config == run.config and final.run_folder == run.path
    assert final.training_data().name == "digits" and final.image_shape() == (8, 8, 1)
    assert final.has_learned and not resolve(f"{run.id}@0", tmp_path).has_learned
    assert final.title == f"digits-quick {run.id[-4:]}"
    trained, untrained = resolve(MODEL), resolve(f"{MODEL}@0")
    assert (trained.weights, untrained.weights, trained.run) == (path(MODEL), None, None)
    assert trained.config == PRETRAINED[MODEL].config and trained.title == MODEL
    assert trained.has_learned and not untrained.has_learned
    file = resolve(str(run.path / "model.keras"))
    assert (file.config, file.run, file.training_data(), file.image_shape()) == (None, None, None, None)


def test_a_run_that_began_with_weights_has_learned_before_its_first_epoch(tmp_path: Path) -> None:
    run = ended(tmp_path, initial_weights=MODEL)
    assert resolve(f"{run.id}@0", tmp_path).has_learned


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing", r"There is no run 'nothing' here\. .* Models that are always here: .*lenet5-relu"),
        ("../../etc", "expected an id such as"),
        ("", "expected an id such as"),
        ("nowhere.keras", r"There is no model at nowhere\.keras\. Choose another one"),
        ("a\0b.keras", "There is no model at"),
        ("x" * 5_000 + ".keras", "There is no model at"),
        (f"{MODEL}@3", r"Epoch: received '3', expected 0 \(untrained\) or none: lenet5-relu"),
        (f"{MODEL}@", "Epoch: received '', expected 0"),
        ("{ended}@7", "Epoch: received '7', expected one that run {ended} has: 0 to 2"),
        ("{ended}@x", "Epoch: received 'x', expected one that run {ended} has: 0 to 2"),
        ("{queued}@0", "Epoch: received '0', .* has: none yet, for it has not begun"),
        ("{queued}", "{queued} has no final model yet: .* run@epoch: none yet, for it has not begun"),
        ("{damaged}", "config.json is damaged"),
    ],
)
def test_a_name_that_leads_nowhere_is_a_sentence(tmp_path: Path, name: str, words: str) -> None:
    damaged = ended(tmp_path)
    (damaged.path / "config.json").write_text("{")
    queued = Run.create(RECIPES["digits-quick"].config, tmp_path)
    ids = {"ended": ended(tmp_path).id, "queued": queued.id, "damaged": damaged.id}
    with pytest.raises(ModelError, match=words.format(**ids)):
        resolve(name.format(**ids), tmp_path)


def test_weights_that_go_after_they_were_found(tmp_path: Path) -> None:
    run = ended(tmp_path)
    model = resolve(f"{run.id}@2", tmp_path)
    model.check_weights()
    run.snapshot_path(2).unlink()
    with pytest.raises(ModelError, match="has: 0 to 1"):
        model.check_weights()
    run.delete()
    with pytest.raises(ModelError, match="It may have been deleted"):
        model.check_weights()


def test_data_that_are_gone(tmp_path: Path) -> None:
    run = ended(tmp_path, dataset="leaves")
    model = resolve(run.id, tmp_path)
    for ask in (model.image_shape, model.training_data):
        with pytest.raises(DatasetError, match="Data set: received 'leaves'"):
            ask()


def test_a_run_tells_how_many_drawings_it_began_with(tmp_path: Path) -> None:
    run = ended(tmp_path, dataset="my-digits")
    save_arrays(run.path / "data.npz", {"y_train": np.zeros(20, np.int32), "y_test": np.zeros(5, np.int32)})
    about = resolve(run.id, tmp_path).training_data()
    assert (about.name, about.num_train, about.num_test) == ("my-digits", 20, 5)
    (run.path / "data.npz").write_bytes(b"half")
    with pytest.raises(DatasetError, match="data.npz is damaged"):
        resolve(run.id, tmp_path).training_data()


# Lists


def test_pretrained_models_begin_with_the_best_for_drawings() -> None:
    names = [model.name for model in model_reference.pretrained_models()]
    assert names[0] == BEST and sorted(names) == sorted(PRETRAINED)


def test_runs_that_can_be_read_and_those_that_ended_with_a_model(tmp_path: Path) -> None:
    runs = [ended(tmp_path, name="twin"), ended(tmp_path, name="twin"), ended(tmp_path, name="other")]
    (tmp_path / "damaged").mkdir()
    queued = Run.create(RECIPES["digits-quick"].config, tmp_path)
    without = ended(tmp_path, name="without")
    os.remove(without.path / "model.keras")
    listed = model_reference.run_models(list_runs(tmp_path))
    assert {model.name for model in listed} == {*(run.id for run in runs), queued.id, without.id}
    assert {model.state for model in listed} == {"finished", "queued"}
    trained = model_reference.trained_models(list_runs(tmp_path), tmp_path)[len(PRETRAINED) :]
    titles = {model.name: model.title for model in trained}
    assert titles == {
        runs[0].id: f"twin ({runs[0].id[-4:]})",
        runs[1].id: f"twin ({runs[1].id[-4:]})",
        runs[2].id: "other",
    }
    assert {(model.accuracy, model.dataset, model.part) for model in trained} == {(0.9, "digits", "test")}


def test_epochs(tmp_path: Path) -> None:
    run = ended(tmp_path)
    assert epochs(run.id, tmp_path) == ["0", "1", "2", FINAL]
    os.remove(run.path / "model.keras")
    assert epochs(run.id, tmp_path) == ["0", "1", "2"]
    assert epochs(MODEL) == ["0", FINAL]
    with pytest.raises(ModelError, match="There is no run 'nothing'"):
        epochs("nothing", tmp_path)


def test_every_epoch_that_is_listed_is_found(tmp_path: Path) -> None:
    run = ended(tmp_path)
    for name in (*PRETRAINED, run.id):
        for epoch in epochs(name, tmp_path):
            assert resolve(ModelReference(name, epoch), tmp_path).reference.epoch == epoch
