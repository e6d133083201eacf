"""The command line as people run it, `python -m lenet …`."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lenet.data.catalogue import SOURCES
from lenet.networks.architectures import ARCHITECTURES
from lenet.runs import run_index
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES
from tests.command_line import answer, command, lenet, lenet_here
from tests.project import ROOT
from tests.tolerances import accuracy_of, undecided


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """A folder with one short run in it, and what `train --json` said of that run."""
    folder = tmp_path_factory.mktemp("runs")
    settings = ("--set", "epochs=2", "--set", "name=5", "--set", "early_stopping=none", "--set", "hide=0.1")
    return folder, answer("train", "digits-quick", *settings, "--runs", folder, run=lenet)


def test_architectures_are_those_of_the_catalogue():
    listed = {each["name"]: each for each in answer("architectures", run=lenet)}
    assert list(listed) == list(ARCHITECTURES)
    relu = listed["lenet5-relu"]
    assert relu["parameters"] == 44_426
    assert [layer["parameters"] for layer in relu["layers"]] == [156, 0, 2_416, 0, 30_840, 10_164, 850]
    assert relu["layers"][0]["output_shape"] == [24, 24, 6]
    assert relu["source"] and relu["connections"] > relu["parameters"]


def test_recipes_have_config_and_published_figures():
    listed = {each["name"]: each for each in answer("recipes", run=lenet)}
    assert list(listed) == list(RECIPES)
    assert listed["lenet5-relu"]["config"]["batch_size"] == 64
    assert listed["lenet5-relu"]["expected"]["test_accuracy"] == 0.9835
    assert [each["name"] for each in answer("recipes", "cnn-16-32")] == ["cnn-16-32"]


def test_datasets_say_whether_they_are_here(tmp_path):
    listed = {
        each["name"]: each
        for each in answer("datasets", run=lenet, LENET_DATA=str(tmp_path), HOME=str(tmp_path))
    }
    assert set(listed) >= set(SOURCES)
    assert listed["digits"]["available"] and listed["digits"]["how_to_get_it"] is None
    assert not listed["mnist"]["available"]
    assert "mnist.npz" in listed["mnist"]["how_to_get_it"]
    assert listed["fashion_mnist"]["class_names"][6] == "Shirt"


def test_lists_for_people():
    assert "44,426" in lenet_here("architectures", "lenet5-relu").stdout
    listed = lenet_here("recipes").stdout
    assert "98.35 %" in listed and "1 epoch " in listed and "1 epochs" not in listed
    assert "CC BY-SA 3.0" in lenet_here("datasets").stdout
    assert "train" in lenet().stdout  # no command: the help


def test_train_writes_a_run_that_the_dashboard_reads(trained):
    folder, said = trained
    run = Run.open(said["run"], folder)
    assert said["state"] == run.status().state == "finished"
    assert said["test_accuracy"] == run.status().test_accuracy
    assert (run.config.epochs, run.config.name, run.config.early_stopping) == (2, "5", None)
    assert run.config.cutout == 0.1  # by its former name
    assert len(run.epochs()["loss"]) == 2


def test_runs_lists_it(trained):
    folder, said = trained
    (listed,) = answer("runs", "--runs", folder, run=lenet)
    assert (listed["id"], listed["state"], listed["recipe"]) == (said["run"], "finished", "digits-quick")
    assert listed["accuracy"] == said["test_accuracy"]
    assert said["run"] in lenet_here("runs", LENET_RUNS=str(folder)).stdout


def test_evaluate_agrees_with_what_training_stored(trained):
    folder, said = trained
    result = answer("evaluate", said["run"], "--runs", folder, run=lenet)
    stored = np.load(folder / said["run"] / "evaluation.npz")
    predictions = stored["probabilities"].argmax(axis=1)
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (stored["labels"], predictions), 1)
    assert result["dataset"] == "digits" and result["count"] == len(stored["labels"])
    assert result["accuracy"] == accuracy_of(stored["probabilities"], stored["labels"])
    assert result["loss"] == pytest.approx(said["test_loss"], rel=1e-4)
    moved = np.abs(np.array(result["confusion"]) - confusion).sum() // 2
    assert moved <= undecided(stored["probabilities"])


def test_evaluate_gives_the_figures_of_the_page(trained):
    folder, said = trained
    arguments = ("--split", "validation", "--against", f"{said['run']}@0", "--runs", folder)
    result = answer("evaluate", said["run"], *arguments)
    assert result["count"] == 150 and result["split"] == "validation"
    assert [each["name"] for each in result["averages"]] == ["macro average", "weighted average"]
    assert sum(each["count"] for each in result["calibration"]["bins"]) == 150
    assert 0 <= result["calibration"]["error"] < 1
    assert result["rejection"][0]["errors"] == result["errors"]
    assert result["published"] is None
    compared = result["comparison"]
    cells = [compared[each] for each in ("both", "only_first", "only_second", "neither")]
    assert sum(cells) == 150 and cells[2] + cells[3] == result["errors"]
    assert said["run"] in compared["in_words"] and "McNemar" in compared["in_words"]


def test_evaluate_refuses_what_does_not_fit(trained):
    folder, said = trained
    for arguments, words in (
        ((said["run"], "--dataset", "mnist"), "takes images of 8×8×1 and tells 10 classes apart; MNIST"),
        ((said["run"], "--against", "cnn-16-32"), "cnn-16-32 takes images of 28×28×1"),
        ((f"{said['run']}@9",), "expected one that run"),
    ):
        refused = lenet_here("evaluate", *arguments, "--runs", folder)
        assert refused.returncode == 2 and words in refused.stderr


def test_evaluate_takes_an_epoch_and_has_words_for_people(trained):
    folder, said = trained
    untrained = lenet_here("evaluate", f"{said['run']}@0", "--runs", folder)
    assert untrained.returncode == 0 and "95 % interval" in untrained.stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_stops_and_resume_goes_on(tmp_path):
    arguments = ("train", "digits-quick", "--set", "epochs=3000", "--runs", tmp_path)
    training = subprocess.Popen(command(*arguments), cwd=ROOT, stderr=subprocess.PIPE, encoding="utf-8")
    deadline = time.monotonic() + 120
    while not (summaries := run_index.list_runs(tmp_path)) or summaries[0].status.epoch < 1:
        assert training.poll() is None and time.monotonic() < deadline, training.stderr.read()
        time.sleep(0.1)
    training.send_signal(signal.SIGINT)
    _, said = training.communicate(timeout=60)
    run = Run.open(summaries[0].id, tmp_path)
    stopped = run.status()
    assert training.returncode == 0 and stopped.state == "stopped" and stopped.epoch < 3000
    assert f"train --resume {run.id} --runs {tmp_path}" in said

    resumed = subprocess.Popen(command("train", "--resume", run.id, "--runs", tmp_path), cwd=ROOT)
    while run.status().epoch <= stopped.epoch:
        assert resumed.poll() is None and time.monotonic() < deadline + 60
        time.sleep(0.1)
    resumed.send_signal(signal.SIGTERM)
    assert resumed.wait(timeout=60) == 0
    assert run.epochs()["epoch"] == list(range(1, run.status().epoch + 1))  # no epoch twice, none left out


def test_a_training_that_diverges_ends_with_exit_code_1(tmp_path):
    settings = ("--set", "learning_rate=1e30", "--set", "optimizer=sgd", "--set", "architecture=dense-2")
    finished = lenet_here("train", "digits-quick", *settings, "--runs", tmp_path)
    assert finished.returncode == 1
    assert "The loss became NaN or infinite at step" in finished.stderr
    assert "Traceback" not in finished.stderr


REFUSED = [
    (["bogus"], "No such command 'bogus'"),
    (["train"], "expected one of them"),
    (["train", "lenet5-rel"], "Recipe: there is no 'lenet5-rel'. Did you mean lenet5-relu"),
    (["train", "digits-quick", "--set", "epohs=3"], "Setting: there is no 'epohs'. Did you mean epochs"),
    (["train", "digits-quick", "--set", "epochs"], "received 'epochs', expected KEY=VALUE"),
    (["train", "digits-quick", "--set", "epochs=0"], "Epochs: received 0, expected"),
    (["train", "digits-quick", "--set", "epochs=many"], "Epochs: received 'many', expected"),
    (["train", "digits-quick", "--set", "learning_rate=0"], "Learning rate: received 0, expected"),
    (["train", "digits-quick", "--set", "learning_rate=NaN"], "Learning rate: received NaN"),
    (["train", "digits-quick", "--set", "hide=5"], "Hide: received 5, expected at most 0.9"),
    (
        ["train", "digits-quick", "--set", "hide=0.1", "--set", "cutout=0.2"],
        "Settings: received cutout 0.2 and hide 0.1, expected one of them",
    ),
    (["train", "digits-quick", "--set", "recipe=other"], "Setting: there is no 'recipe'"),
    (["train", "digits-quick", "--set", "architecture=lenet-9"], "Architecture: there is no 'lenet-9'"),
    (["train", "digits-quick", "--set", "architecture=lenet5-relu"], "Layer 3 (conv 16@5×5) received"),
    (["train", "digits-quick", "--set", "layers=[]"], "Layers: received"),
    (["train", "digits-quick", "--set", "dataset=nist"], "Data set: received 'nist', expected one of mnist"),
    (["train", "digits-quick", "--set", "batch_size=1501"], "Batch size: received 1,501, expected at most"),
    (["train", "--resume", "../etc"], "received '../etc', expected an id"),
    (["train", "--resume", "2026-01-01-none-0000"], "There is no run '2026-01-01-none-0000'"),
    (["evaluate", "nope"], "There is no run 'nope'"),
    (["evaluate", "nope", "--split", "half"], "'half' is not one of"),
    (["architectures", "lenet-6"], "Architecture: there is no 'lenet-6'. Did you mean"),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED, ids=[" ".join(case[0]) for case in REFUSED])
def test_bad_input_gets_a_sentence_and_exit_code_2(arguments, sentence, tmp_path):
    finished = lenet_here(*arguments, LENET_RUNS=str(tmp_path / "runs"))
    assert (finished.returncode, finished.stdout) == (2, "")
    assert sentence in finished.stderr
    assert "Traceback" not in finished.stderr
    assert not (tmp_path / "runs").exists()  # nothing was started


def test_a_finished_run_is_not_resumed(trained):
    folder, said = trained
    refused = lenet("train", "--resume", said["run"], "--runs", folder)
    assert refused.returncode == 2 and "is finished, expected one that was stopped" in refused.stderr


@pytest.mark.alone
@pytest.mark.parametrize("light", ["recipes", "architectures", "datasets", "runs"])
def test_light_commands_start_without_tensorflow(light, tmp_path):
    program = (
        "import sys\nfrom lenet.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'tensorflow', 'keras', 'sklearn', 'scipy', 'streamlit'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    started = time.perf_counter()
    finished = subprocess.run(
        [sys.executable, "-c", program, light],
        cwd=ROOT,
        env=os.environ | {"LENET_RUNS": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
    )
    assert finished.stderr.strip().endswith("[]"), finished.stderr
    assert time.perf_counter() - started < 5  # TensorFlow alone takes longer on a slow machine
