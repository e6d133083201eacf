"""The Train page as Streamlit runs it: with nothing, with bad input, with runs in every state."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lenet.cluster import Engine
from lenet.recipes import RECIPES
from lenet.runs import Run, Status

PAGE = Path(__file__).parent.parent / "pages" / "2_Train.py"
DIGITS = RECIPES["digits-quick"].config


@pytest.fixture
def page(runs_folder: Path, engine: Engine) -> AppTest:
    """The page on bundled digits, with an empty runs folder."""
    test = AppTest.from_file(PAGE, default_timeout=60)
    test.query_params["recipe"] = "digits-quick"
    return test


def button(test: AppTest, label: str):
    return next(each for each in test.button if each.label == label)


def number(test: AppTest, label: str):
    return next(each for each in test.number_input if each.label == label)


def selectbox(test: AppTest, label: str):
    return next(each for each in test.selectbox if each.label == label)


def errors(test: AppTest) -> str:
    return " ".join(each.value for each in test.error)


def finished_run(folder: Path, **changes: object) -> Run:
    run = Run.create(DIGITS.replace(**changes), folder)
    status = Status(state="finished", epoch=3, epochs=3, step=66, steps_per_epoch=22, test_accuracy=0.97,
                    created=time.time(), heartbeat=time.time(), loss=0.1, accuracy=0.98)  # fmt: skip
    run.write_status(status)
    return run


def test_the_first_visit(page: AppTest) -> None:
    page.run()
    assert not page.exception and not page.error
    assert any("No run yet" in each.value for each in page.info)
    assert not button(page, "Start").disabled


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_can_be_picked(page: AppTest, name: str) -> None:
    page.run()
    selectbox(page, "Recipe").set_value(name).run()
    assert not page.exception
    config = RECIPES[name].config
    assert number(page, "Epochs").value == config.epochs
    assert number(page, "Batch size").value == config.batch_size
    assert number(page, "Learning rate").value == pytest.approx(config.learning_rate)
    assert page.query_params["recipe"] in (name, [name])


@pytest.mark.parametrize(
    ("label", "value", "words"),
    [
        ("Learning rate", 0.0, ["0", "greater than 0", "nothing would be learned"]),
        ("Learning rate", -1.0, ["-1", "greater than 0"]),
        ("Epochs", 0, ["Epochs: received 0"]),
        ("Epochs", 20_000, ["Epochs: received 20000"]),
        ("Batch size", 0, ["Batch size: received 0"]),
        ("Batch size", 5000, ["5,000", "1,3"]),
    ],
)
def test_bad_numbers_get_a_sentence_and_start_is_off(
    page: AppTest, label: str, value: float, words: list[str]
) -> None:
    page.run()
    number(page, label).set_value(value).run()
    assert not page.exception
    assert button(page, "Start").disabled
    for word in words:
        assert word in errors(page)
    number(page, label).set_value(1).run()
    assert not button(page, "Start").disabled, "nothing else was lost"


def test_a_network_that_does_not_fit_names_its_layer(page: AppTest) -> None:
    page.run()
    architecture = selectbox(page, "Architecture")
    architecture.set_value("lenet5-relu").run()
    assert not page.exception
    assert button(page, "Start").disabled
    assert "Layer 3" in errors(page)


def test_an_unknown_recipe_in_the_link(page: AppTest) -> None:
    page.query_params["recipe"] = "lenet-9000"
    page.run()
    assert not page.exception
    assert any("received 'lenet-9000' in the link" in each.value for each in page.warning)


@pytest.mark.parametrize("run_id", ["no-such-run", "../../etc", "..", "a/b", "<script>"])
def test_an_unknown_run_in_the_link(page: AppTest, runs_folder: Path, run_id: str) -> None:
    finished_run(runs_folder)
    page.query_params["run"] = run_id
    page.run()
    assert not page.exception
    words = " ".join(each.value for each in page.warning)
    assert "no run" in words or "expected an id" in words
    assert any(metric.value == "97.00 %" for metric in page.metric), "another run is shown instead"


def test_damaged_run_folders_are_told_and_the_rest_is_shown(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    half = finished_run(runs_folder)
    (half.path / "status.json").write_text('{"state": "fin')
    missing = finished_run(runs_folder)
    (missing.path / "config.json").unlink()
    page.query_params["run"] = run.id
    page.run()
    assert not page.exception
    words = " ".join(each.value for each in page.warning)
    assert "status" in words and "config" in words
    page.query_params["run"] = half.id
    page.run()
    assert not page.exception and "damaged" in errors(page)


@pytest.mark.parametrize("state", ["queued", "running", "paused", "finished", "stopped", "failed"])
def test_a_run_in_every_state(page: AppTest, runs_folder: Path, state: str) -> None:
    run = finished_run(runs_folder)
    error = "The loss became NaN." if state == "failed" else None
    changes = {"state": state, "error": error, "heartbeat": time.time()}
    run.write_status(run.status().model_copy(update=changes))
    page.run()
    assert not page.exception
    labels = {each.label for each in page.button}
    if state == "running":
        assert {"Pause", "Stop"} <= labels
    if state == "paused":
        assert {"Resume", "Stop"} <= labels
    if state == "finished":
        assert {"Train 5 more"} <= labels
    if state == "failed":
        assert "The loss became NaN." in errors(page)


def test_pause_and_stop_write_what_the_person_wants(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    run.write_status(run.status().model_copy(update={"state": "running", "heartbeat": time.time()}))
    page.run()
    button(page, "Pause").click().run()
    assert run.control().command == "pause"
    button(page, "Stop").click().run()
    assert run.control().command == "stop"
    slider = page.select_slider[0]
    slider.set_value(0.005).run()
    assert run.control().learning_rate == pytest.approx(0.005)


def test_rename(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    page.run()
    name = next(each for each in page.text_input if each.key == f"name-{run.id}")
    name.set_value("with dropout").run()
    button(page, "Rename").click().run()
    assert run.control().name == "with dropout"
    assert any(each.value == "with dropout" for each in page.subheader)


def test_a_full_disk_is_told_when_a_run_is_started(
    page: AppTest, full_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (full_disk / "filler").write_bytes(bytes(60_000))
    monkeypatch.setenv("LENET_RUNS", str(full_disk / "runs"))
    page.run()
    button(page, "Start").click().run()
    assert not page.exception
    assert "cannot be written" in errors(page) and "Nothing was started" in errors(page)
