"""The Evaluate page as Streamlit runs it: each view with no run, a running, a finished one; bad links."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lenet.data import datasets
from lenet.engine.base import Engine
from lenet.evaluation.result import stored
from lenet.evaluation.task import task_of
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.model_reference import resolve
from lenet.networks.pretrained import PRETRAINED
from lenet.npz import save_arrays
from lenet.proportion import wilson_interval
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES
from lenet.training.trainer import train
from pages.parts.evaluate.headline import what_lacks
from pages.parts.evaluate.report import report
from tests.evaluation_tasks import task
from tests.linked_page import opened
from tests.page_words import copied, plain
from tests.project import ROOT
from tests.running_runs import running_run
from tests.tolerances import approx_words

PAGE = ROOT / "pages" / "3_Evaluate.py"
VIEWS = ("confusion", "classes", "errors", "calibration", "compare", "history")
QUICK = RECIPES["digits-quick"].config


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run on the bundled digits."""
    run = Run.create(QUICK.replace(epochs=6), tmp_path_factory.mktemp("trained"))
    assert train(run).state == "finished"
    return run


@pytest.fixture
def finished(trained: Run, runs_folder: Path) -> Run:
    """The same, where this test's page finds it."""
    return copied(trained, runs_folder)


@pytest.fixture
def page(runs_folder: Path, engine: Engine) -> AppTest:
    return AppTest.from_file(PAGE, default_timeout=60)


def metrics(test: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in test.metric}


def of_card(name: str) -> object:
    """The accuracy of a pretrained model in words: one of 10,000 may be on the other side of a tie here."""
    return approx_words(f"{100 * PRETRAINED[name].test_accuracy:.2f} %")


def is_fine(test: AppTest) -> bool:
    return not test.exception and not test.error and not test.warning


def in_link(test: AppTest, name: str) -> str:
    """What the page put there; a list where the test did."""
    value = test.query_params[name]
    return value if isinstance(value, str) else value[-1]


def charts(test: AppTest) -> int:
    return len(test.get("plotly_chart"))


def test_the_figures_of_a_finished_run(page: AppTest, finished: Run) -> None:
    opened(page, model=finished.id)
    assert is_fine(page)
    found = stored(task(finished.id, None, "test")).evaluation
    shown = metrics(page)
    assert shown["Accuracy"] == f"{100 * finished.status().test_accuracy:.2f} %"
    assert shown["Errors in 297"] == str(found.errors)
    assert shown["Loss"] == approx_words(f"{finished.status().test_loss:.4f}")
    low, high = found.accuracy_interval
    assert shown["95 % interval"] == f"{100 * low:.2f} to {100 * high:.2f} %"
    assert "Published" not in shown, "the recipe is our own"
    assert charts(page) == 2, "the matrix, and the images of a cell"


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_a_finished_run(page: AppTest, finished: Run, view: str) -> None:
    opened(page, model=finished.id, view=view)
    assert is_fine(page)
    figures = {"confusion": 2, "classes": 1, "errors": 1, "calibration": 2, "compare": 1, "history": 2}
    assert charts(page) - figures[view] in ((0, 1) if view == "compare" else (0,))
    tables = {"classes": 1, "calibration": 1, "compare": 1, "history": 2}
    assert len(page.dataframe) == tables.get(view, 0)
    if view == "compare":
        assert page.selectbox[2].value == "digits-quick", "the pretrained model of these data"


def test_of_other_data_than_those_of_the_recipe_nothing_is_said_to_be_published(runs_folder: Path) -> None:
    on_mnist = task_of(resolve("lenet5-relu@0"), None, "test")
    assert what_lacks(on_mnist).endswith("published no accuracy of this epoch.")
    run = Run.create(RECIPES["lenet5-relu"].config.replace(dataset="digits"), runs_folder)
    run.snapshot_path(0).touch()
    assert what_lacks(task_of(resolve(f"{run.id}@0", runs_folder), None, "test", runs_folder)) == ""


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_with_no_run_at_all(require_mnist, page: AppTest, view: str) -> None:
    opened(page, model="lenet5-relu", view=view)
    assert is_fine(page)
    assert metrics(page)["Accuracy"] == of_card("lenet5-relu")
    assert metrics(page)["Published"] == "98.35 %"
    if view == "history":
        assert "comes without its history" in page.info[0].value


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_a_running_run(page: AppTest, runs_folder: Path, view: str) -> None:
    run = running_run(runs_folder)
    opened(page, view=view)
    assert not page.exception
    assert "This run is running: its epochs so far can be evaluated" in page.info[0].value
    assert metrics(page)["Errors in 297"]
    if view == "history":
        assert "No epoch is complete yet" in page.info[1].value
    assert run.status().state == "running"


def test_a_first_visit_without_data_shows_an_evaluation(page: AppTest, bare_machine: Path) -> None:
    opened(page)
    assert is_fine(page) and page.selectbox[0].value == "digits-quick" and charts(page) == 2
    assert metrics(page)["Accuracy"] == f"{100 * PRETRAINED['digits-quick'].test_accuracy:.2f} %"


@pytest.mark.parametrize("model", ["lenet5-draw", "cnn-16-32"])
def test_a_machine_without_data_and_runs(page: AppTest, bare_machine: Path, model: str) -> None:
    page.query_params["model"] = model
    page.run()
    assert not page.exception and not page.error
    assert "not on this machine, so nothing can be evaluated on it. " in plain(page.info)
    assert str(bare_machine) in plain(page.info), "where to put it"
    assert ".." not in plain(page.info)
    if model == "lenet5-draw":  # its strokes cannot be downloaded, but it can be evaluated on others
        assert "Get MNIST digits (11.5 MB) on the Data page" in [each.label for each in page.button]
    else:
        assert [each.label for each in page.button] == ["Get MNIST digits (11.5 MB) on the Data page"]


def test_a_run_that_has_no_weights_yet(page: AppTest, runs_folder: Path) -> None:
    run = Run.create(QUICK, runs_folder)
    page.query_params["model"] = run.id
    page.run()
    assert not page.exception and "has no weights yet" in page.info[0].value
    assert page.selectbox[0].options[1:], "the others can be chosen"


def test_a_run_that_ended_before_it_began(page: AppTest, runs_folder: Path) -> None:
    run = Run.create(QUICK, runs_folder)
    run.write_status(run.status().model_copy(update={"state": "stopped"}))
    assert page.run().selectbox[0].value in PRETRAINED, "another one is shown first"
    assert "it ended before" not in plain(page.info)
    page.selectbox[0].set_value(run.id).run()
    assert not page.exception and "it ended before its first update" in page.info[0].value


def test_a_failed_run_is_evaluated_with_what_it_had_learned(page: AppTest, finished: Run) -> None:
    finished.write_status(
        finished.status().model_copy(update={"state": "failed", "error": "The disk is full."})
    )
    opened(page, model=finished.id)
    assert not page.exception and not page.error
    assert "what it had learned by then is evaluated. The disk is full." in plain(page.warning)
    assert metrics(page)["Accuracy"]


def test_every_epoch_and_split(page: AppTest, finished: Run) -> None:
    opened(page, model=f"{finished.id}@0", split="train")
    untrained = metrics(page)
    assert is_fine(page) and "Errors in 1,350" in untrained
    page.select_slider[0].set_value("6").run()
    opened(page)
    assert in_link(page, "model") == f"{finished.id}@6"
    better = float(metrics(page)["Accuracy"].removesuffix(" %"))
    assert better > float(untrained["Accuracy"].removesuffix(" %")) + 20
    another_tab = opened(AppTest.from_file(PAGE, default_timeout=60), model=finished.id, split="validation")
    assert "Errors in 150" in metrics(another_tab)
    assert "held out while it learned" in plain(another_tab.caption)


def test_what_the_worker_answers_is_drawn_without_reading_it_again(
    page: AppTest, finished: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(page, model=f"{finished.id}@2")
    expected = metrics(page)

    def read(task: object) -> None:
        raise AssertionError(f"read again: {task}")

    monkeypatch.setattr("pages.parts.shared.evaluation.stored", read)
    page.run()
    assert is_fine(page) and metrics(page) == expected and charts(page) == 2


def test_another_data_set(require_mnist, page: AppTest) -> None:
    opened(page, model="lenet5-tanh", dataset="mnist")
    assert is_fine(page)
    assert "other data than it learned from (Fashion-MNIST)" in plain(page.caption)
    assert "they are matched by number" in plain(page.caption)
    page.selectbox[0].set_value("lenet5-relu").run()
    opened(page)
    assert metrics(page)["Accuracy"] == of_card("lenet5-relu")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"model": "lenet-9000"}, "Model: received 'lenet-9000' in the link"),
        ({"dataset": "mnist"}, "takes images of 8×8×1 and tells 10 classes apart; MNIST digits has"),
        ({"dataset": "../../etc"}, "Data set: received '../../etc', expected one of mnist"),
        ({"split": "half"}, "Split: received 'half' in the link, expected one of test, train, validation"),
        ({"view": "cinema"}, "View: received 'cinema' in the link, expected one of confusion"),
        ({"by": "moon"}, "Numbers: received 'moon' in the link"),
        ({"cell": "4-10"}, "Cell: received '4-10' in the link, expected true and predicted class"),
        ({"cell": "x"}, "Cell: received 'x'"),
        ({"hide-correct": "perhaps"}, "received 'perhaps' in the link, expected one of no, yes"),
        ({"view": "errors", "order": "size"}, "Order: received 'size' in the link"),
        ({"view": "calibration", "reject": "0.77"}, "Rejected: received '0.77' in the link"),
        ({"view": "compare", "against": "nobody"}, "Model: received 'nobody' in the link"),
    ],
)  # fmt: skip
def test_a_link_that_is_wrong_says_so_and_shows_the_page(
    page: AppTest, finished: Run, query: dict[str, str], words: str
) -> None:
    opened(page, **({"model": finished.id} | query))
    assert not page.exception
    assert words in plain(page.warning)
    assert metrics(page)["Accuracy"]


def test_an_epoch_that_is_not_there(page: AppTest, finished: Run) -> None:
    opened(page, model=f"{finished.id}@77")
    assert "Epoch: received '77' in the link" in plain(page.warning) and metrics(page)["Accuracy"]


@pytest.mark.usefixtures("require_mnist")  # a pretrained model is shown instead
def test_a_run_that_is_deleted_under_the_page(page: AppTest, finished: Run) -> None:
    opened(page, model=finished.id)
    shutil.rmtree(finished.path)
    opened(page)
    assert not page.exception and f"received '{finished.id}' in the link" in plain(page.warning)
    assert metrics(page)["Accuracy"], "another one is shown"


def test_a_damaged_epoch_is_a_sentence(page: AppTest, finished: Run) -> None:
    finished.snapshot_path(1).write_bytes(b"half a file")
    opened(page, model=f"{finished.id}@1")
    assert not page.exception and "is damaged" in plain(page.error) and not page.metric


def test_two_epochs_of_a_run(page: AppTest, finished: Run) -> None:
    opened(page, model=finished.id, view="compare", against=f"{finished.id}@0")
    assert is_fine(page)
    words = plain(page.markdown)
    right, other = (
        stored(task(spec, "digits", "test")).correct for spec in (finished.id, f"{finished.id}@0")
    )
    assert f"only digits-quick {finished.id[-4:]} on **{(right & ~other).sum()}**" in words
    assert f"neither on **{(~right & ~other).sum()}**" in words
    assert "is better than" in words and "McNemar's test" in words
    assert charts(page) == 1 + bool((other & ~right).any())
    table = page.dataframe[0].value
    assert table.iloc[0, 1] == pytest.approx(100 * right.mean())


def test_two_that_learned_from_other_images_share_none(require_mnist, page: AppTest) -> None:
    opened(page, model="lenet5-linear", view="compare", against="cnn-16-32", split="validation")
    assert not page.exception and "have no images in common in validation" in plain(page.warning)


def test_the_report_is_the_one_of_the_evaluation(page: AppTest, finished: Run) -> None:
    opened(page, model=finished.id, view="classes")
    result = stored(task(finished.id, None, "test")).evaluation
    table = page.dataframe[0].value
    np.testing.assert_allclose(table["Recall"][:10], [100 * row.recall for row in result.classes])
    np.testing.assert_allclose(table["F1"][10:], [100 * row.f1 for row in result.averages])
    assert list(table["Images"][:10]) == np.bincount(datasets.load("digits").y_test).tolist()
    low, high = wilson_interval(result.confusion[3][3], sum(result.confusion[3]))
    assert table["Recall, 95 % interval"][3] == f"{100 * low:.1f} to {100 * high:.1f} %"
    low, high = wilson_interval(result.confusion[3][3], sum(row[3] for row in result.confusion))
    assert table["Precision, 95 % interval"][3] == f"{100 * low:.1f} to {100 * high:.1f} %"
    assert list(table["Recall, 95 % interval"][10:]) == ["", ""]


def test_rejecting_some(page: AppTest, finished: Run) -> None:
    opened(page, model=f"{finished.id}@1", view="calibration")
    page.select_slider[1].set_value(0.1).run()
    found = stored(task(f"{finished.id}@1", "digits", "test"))
    kept = found.least_confident()[30:]
    words = plain(page.markdown)
    accuracy = f"{100 * found.correct[kept].mean():.2f} %"
    assert f"Reject **10 %** (30 images), and the accuracy on the rest is **{accuracy}**" in words
    assert in_link(page, "reject") == "0.1"


def test_the_history_is_described(page: AppTest, finished: Run) -> None:
    opened(page, model=finished.id, view="history")
    described, by_epoch = (each.value for each in page.dataframe)
    epochs = finished.epochs()
    assert list(described.iloc[:, 0]) == ["count", "mean", "std", "min", "25 %", "50 %", "75 %", "max"]
    assert described["validation loss"][3] == min(epochs["val_loss"])
    assert list(by_epoch["training accuracy"]) == epochs["accuracy"]
    assert f"Best epoch: **{finished.status().best_epoch}**" in plain(page.markdown)


def test_the_download_is_the_whole_evaluation(page: AppTest, finished: Run) -> None:
    opened(page, model=finished.id)
    (button,) = page.get("download_button")
    assert button.proto.label == "Download as a page"
    asked = task(finished.id, None, "test")
    found = stored(asked)
    text = report("digits", asked, found)
    assert f"<td>{100 * found.evaluation.accuracy:.2f} %</td>" in text
    sections = ("Confusion matrix, counts", "Classification report", "Hardest errors", "Reliability")
    assert all(f"<h2>{title}</h2>" in text for title in (*sections, "History: loss, accuracy"))
    assert "images that were never used for learning" in text


def test_a_network_that_was_trained_on_data_that_are_gone(page: AppTest, runs_folder: Path) -> None:
    layers = ARCHITECTURES["dense-2"].layers
    run = Run.create(QUICK.replace(dataset="leaves", layers=layers), runs_folder)
    save_arrays(run.snapshot_path(0), {})
    opened(page, model=run.id)
    assert not page.exception and "Data set: received 'leaves'" in plain(page.error)
