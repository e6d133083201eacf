"""Evaluating models: against the network itself, on every split, in turns, and when files change."""

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from lenet import turns
from lenet.data import datasets
from lenet.data.preprocessing import prepare
from lenet.data.splits import split
from lenet.engine import tasks
from lenet.errors import DatasetError, ModelError
from lenet.evaluation import evaluator, predictor, result
from lenet.evaluation.result import EvaluationResult, stored
from lenet.networks.build import build, logits_model
from lenet.networks.loading import load_model
from lenet.networks.weights import weights_of
from lenet.npz import EVALUATION, load_arrays, save_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Dense, RadialBasis
from lenet.training.recipes import RECIPES
from lenet.training.trainer import train
from tests.drawn_collection import collected, on_my_digits
from tests.evaluation_tasks import task
from tests.small_runs import trained
from tests.tolerances import assert_best


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the run below is."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    """A finished run on the bundled digits, two epochs."""
    trained = Run.create(RECIPES["digits-quick"].config.replace(epochs=2), folder)
    assert train(trained).state == "finished"
    return trained


def evaluated(spec: str, dataset: str, part: str, folder: Path) -> EvaluationResult:
    """As the worker does it."""
    return evaluator.evaluate(task(spec, dataset, part, folder))


def test_what_training_stored_is_read_without_a_worker(run: Run, folder: Path) -> None:
    asked = task(run.id, None, "test", folder)
    found, status = stored(asked), run.status()
    assert found.evaluation.accuracy == pytest.approx(status.test_accuracy)
    assert found.evaluation.loss == pytest.approx(status.test_loss, rel=1e-5)
    np.testing.assert_array_equal(found.labels, datasets.load("digits").y_test)
    assert asked.file == run.path / "evaluation.npz"


@pytest.mark.parametrize("part", ["train", "validation", "test"])
@pytest.mark.parametrize("epoch", ["", "@0", "@1"])
def test_every_split_of_every_epoch_is_what_the_network_says(
    run: Run, folder: Path, part: str, epoch: str
) -> None:
    data, config = datasets.load("digits"), run.config
    images, labels = np.concatenate([data.x_train, data.x_test]), np.concatenate([data.y_train, data.y_test])
    rows = getattr(split(config, len(data.y_train), len(data.y_test)), part)
    expected = predictor.predict(load_model(run.id + epoch, folder), images[rows])
    found = evaluated(run.id + epoch, "digits", part, folder)
    np.testing.assert_array_equal(found.labels, labels[rows])
    assert_best(found.predictions, expected)
    np.testing.assert_allclose(found.confidence, expected.max(axis=1), atol=1e-5)
    again = stored(task(run.id + epoch, "digits", part, folder))
    np.testing.assert_array_equal(again.predictions, found.predictions)


def test_the_images_of_a_cell_and_the_hardest(run: Run, folder: Path) -> None:
    found = evaluated(f"{run.id}@0", "digits", "test", folder)
    matrix = np.array(found.evaluation.confusion)
    true, predicted = divmod(int((matrix * (1 - np.eye(10, dtype=int))).argmax()), 10)
    cell = found.cell(true, predicted)
    assert len(cell) == matrix[true, predicted] > 1
    assert set(found.labels[cell]) == {true} and set(found.predictions[cell]) == {predicted}
    assert (np.diff(found.confidence[cell]) <= 0).all()
    hardest = found.hardest()
    assert len(hardest) == found.evaluation.errors and not found.correct[hardest].any()
    assert found.confidence[hardest[0]] == found.confidence[~found.correct].max()
    assert found.margins[found.least_confident()[0]] == found.margins.min()


def test_a_network_of_penalties_is_evaluated_by_their_difference(folder: Path) -> None:
    layers = (Dense(units=84, activation="scaled_tanh"), RadialBasis())
    run = Run.create(RunConfig(dataset="digits", layers=layers), folder)
    model = build(layers, (8, 8, 1), 0)
    save_arrays(run.snapshot_path(0), weights_of(model))
    found = evaluated(f"{run.id}@0", "digits", "test", folder)
    inputs = prepare(datasets.load("digits").x_test, run.config)
    penalties = np.sort(-logits_model(model)(inputs).numpy(), axis=1)
    np.testing.assert_allclose(found.margins, penalties[:, 1] - penalties[:, 0], rtol=1e-3, atol=1e-4)
    assert found.evaluation.score == "penalties" and found.margins.max() > 1
    assert stored(task(f"{run.id}@0", "digits", "test", folder)).evaluation.score == "penalties"


def test_a_long_evaluation_is_done_in_turns(
    require_mnist, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "SECONDS", 0.0)  # a batch a turn
    asked = task("cnn-16-32", "mnist", "test", folder)
    call = (tasks.call, "lenet.evaluation.evaluator.evaluate", asked)
    taken = [turns.take("evaluating", call if turn == 0 else None) for turn in range(81)]
    assert [state for state, _ in taken] == 80 * ["progress"] + ["value"]
    assert [each.done for _, each in taken[:-1]] == list(range(125, 10_125, 125))
    assert all(each.total == 10_000 for _, each in taken[:-1])
    found = taken[-1][1]
    data = datasets.load("mnist")
    assert_best(found.predictions, predictor.predict(load_model("cnn-16-32"), data.x_test))
    np.testing.assert_array_equal(stored(asked).predictions, found.predictions)
    assert asked.file == folder / ".evaluations" / "cnn-16-32-mnist-test.npz"


def test_other_weights_make_what_is_stored_out_of_date(run: Run, folder: Path, tmp_path: Path) -> None:
    other = Run(tmp_path / run.id)
    shutil.copytree(run.path, other.path)
    before = evaluated(f"{run.id}@1", "digits", "test", tmp_path)
    shutil.copy(run.snapshot_path(0), other.snapshot_path(1))
    assert stored(task(f"{run.id}@1", "digits", "test", tmp_path)) is None
    after = evaluated(f"{run.id}@1", "digits", "test", tmp_path)
    assert after.evaluation.accuracy != before.evaluation.accuracy
    untrained = evaluated(f"{run.id}@0", "digits", "test", folder)
    np.testing.assert_array_equal(after.predictions, untrained.predictions)


def test_a_damaged_file_is_made_again(run: Run, tmp_path: Path) -> None:
    other = Run(tmp_path / run.id)
    shutil.copytree(run.path, other.path)
    found = evaluated(run.id, "digits", "train", tmp_path)
    file = task(run.id, "digits", "train", tmp_path).file
    file.write_bytes(file.read_bytes()[:500])
    (other.path / "evaluation.npz").write_bytes(b"half a file")
    assert stored(task(run.id, "digits", "train", tmp_path)) is None
    np.testing.assert_array_equal(
        evaluated(run.id, "digits", "train", tmp_path).predictions, found.predictions
    )
    expected = load_arrays(run.path / "evaluation.npz", EVALUATION)["probabilities"]
    assert_best(evaluated(run.id, "digits", "test", tmp_path).predictions, expected)


ODD = {
    "nothing": {},
    "text": {"labels": np.full(297, "x"), "probabilities": np.full((297, 10), "y")},
    "no characters": {"labels": np.zeros(297, np.int32), "state": np.full(1, 0x110000, np.uint32).view("U1")},
    "single numbers": {"labels": np.array(1), "probabilities": np.array(0.1)},
    "other classes": {"labels": np.zeros(297, np.int32), "probabilities": np.full((297, 3), 1 / 3)},
    "labels beyond": {"labels": np.full(297, 99), "probabilities": np.full((297, 10), 0.1)},
    "no probabilities": {"labels": np.zeros(297, np.int32), "probabilities": np.full((297, 10), np.nan)},
    "complex ones": {"labels": np.zeros(297, np.int32), "probabilities": np.full((297, 10), 0.1j)},
    "three axes": {"labels": np.zeros((297, 2), np.int32), "probabilities": np.full((297, 10, 2), 0.1)},
}


@pytest.mark.parametrize("name", ODD)
def test_answers_that_somebody_made_up_are_none(run: Run, tmp_path: Path, name: str) -> None:
    other = Run(tmp_path / run.id)
    shutil.copytree(run.path, other.path)
    save_arrays(other.path / "evaluation.npz", ODD[name])
    assert stored(task(run.id, "digits", "test", tmp_path)) is None


def test_a_full_disk_is_no_reason_not_to_answer(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(evaluator, "store", full)
    shutil.rmtree(run.path / "evaluations", ignore_errors=True)
    assert evaluated(run.id, "digits", "train", folder).evaluation.count == 1_350
    assert stored(task(run.id, "digits", "train", folder)) is None


def test_a_task_is_plain_data(run: Run, folder: Path) -> None:
    """Two people who ask the same have equal tasks; that of a large data set is small on its way."""
    for name, data, part in ((run.id, "digits", "validation"), ("lenet5-linear", "mnist", "train")):
        first, second = (task(name, data, part, folder) for _ in range(2))
        assert len(first.rows) and first == second and hash(first) == hash(second)
        assert repr(first) == repr(second) != repr(task(name, data, "test", folder))
        sent = pickle.dumps(first)
        assert len(sent) < 8_000
        received = pickle.loads(sent)
        assert received == first
        np.testing.assert_array_equal(received.rows, first.rows)


def test_images_that_came_after_the_question(folder: Path, bare_machine: Path) -> None:
    collected(30)
    asked = task("cnn-16-32", "my-digits", "train", folder)  # of twenty, one for the test may be missing
    collected(20, first=30)
    with pytest.raises(
        DatasetError, match=r"expected the \d+ that there were when this was asked. Ask again"
    ):
        evaluator.evaluate(asked)
    assert not asked.file.exists()


def test_other_data_that_fit(folder: Path) -> None:
    asked = task("cnn-16-32", "pens", "train", folder)
    assert asked.part == "train" and len(asked.rows) == 6_245 and not asked.is_own_data
    assert task("cnn-16-32", "mnist", "validation", folder).part == "test"


@pytest.mark.parametrize(
    ("spec", "dataset", "part", "words"),
    [
        (
            "cnn-16-32",
            "digits",
            "test",
            r"takes images of 28×28×1 .* has images of 8×8×1 .* Choose a data set like",
        ),
        ("cnn-16-32", "nothing", "test", "Data set: received 'nothing', expected one of mnist"),
        ("cnn-16-32", "mnist", "half", "Split: received 'half', expected train, validation, test"),
        ("cnn-16-32", "pens", "validation", "has no validation images in Pen digits"),
        ("lenet-9000", "mnist", "test", "There is no run 'lenet-9000' here"),
        ("../../etc", "mnist", "test", "expected an id such as"),
        ("cnn-16-32@0.keras", None, "test", "does not say what it was trained on"),
    ],
)
def test_what_cannot_be_evaluated_says_why(
    folder: Path, monkeypatch: pytest.MonkeyPatch, spec: str, dataset: str | None, part: str, words: str
) -> None:
    monkeypatch.chdir(folder)
    (folder / "cnn-16-32@0.keras").touch()
    with pytest.raises((ModelError, DatasetError), match=words):
        task(spec, dataset, part, folder)


@pytest.mark.parametrize("epoch", ["7", "x", "", "9" * 5_000])
def test_epochs_that_a_run_does_not_have(run: Run, folder: Path, epoch: str) -> None:
    with pytest.raises(ModelError, match=r"Epoch: received .*, expected one that run .* has: 0 to 2\."):
        task(f"{run.id}@{epoch}", "digits", "test", folder)


def test_a_run_that_has_not_begun(tmp_path: Path) -> None:
    waiting = Run.create(RECIPES["digits-quick"].config, tmp_path)
    with pytest.raises(ModelError, match="no final model yet.*: none yet, for it has not begun"):
        task(waiting.id, None, "test", tmp_path)


def test_a_run_that_is_deleted_while_it_is_evaluated(run: Run, tmp_path: Path) -> None:
    shutil.copytree(run.path, tmp_path / run.id)
    asked = task(run.id, "digits", "train", tmp_path)
    shutil.rmtree(tmp_path / run.id)
    with pytest.raises(OSError):
        result.store(asked, np.zeros(1), np.zeros((1, 10)))
    assert not list(tmp_path.iterdir()), "nothing of it comes back"
    for ask in (lambda: evaluated(run.id, "digits", "train", tmp_path), lambda: evaluator.evaluate(asked)):
        with pytest.raises(ModelError, match="It may have been deleted"):
            ask()


def collected_for_the_test(first: int) -> None:
    """Twenty more drawings, and again until one is to test on: chance decides that, for a fifth of them."""
    before = datasets.info("my-digits").num_test
    while datasets.info("my-digits").num_test == before:
        collected(20, first=first)


def test_a_run_keeps_the_drawings_that_it_was_tested_on(run: Run, tmp_path: Path, bare_machine: Path) -> None:
    collected(30)
    own, status = trained(on_my_digits(epochs=1), tmp_path)
    collected_for_the_test(30)
    asked = task(own.id, None, "test", tmp_path)
    assert asked.data.num_test == len(datasets.load_for(own.path, "my-digits").y_test)
    assert asked.data.num_test < datasets.info("my-digits").num_test
    assert stored(asked).evaluation.accuracy == pytest.approx(status.test_accuracy)
    other = task("cnn-16-32", "my-digits", "test", tmp_path)
    assert len(other.rows) == datasets.info("my-digits").num_test and other.data_run is None
    before = evaluated("cnn-16-32", "my-digits", "test", tmp_path)
    collected_for_the_test(50)
    after = evaluated("cnn-16-32", "my-digits", "test", tmp_path)
    data = datasets.load("my-digits")
    assert len(after.labels) == len(data.y_test) > len(before.labels)
    expected = predictor.predict(load_model("cnn-16-32"), data.x_test)
    assert_best(after.predictions, expected)
