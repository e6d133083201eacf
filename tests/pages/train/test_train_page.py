"""The Train page as Streamlit runs it: with nothing, with bad input, with runs in every state."""

import json
import re
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lenet.data.drawing_collection import Collection
from lenet.drawing.strokes import Drawing
from lenet.engine.base import Engine
from lenet.networks.pretrained import PRETRAINED
from lenet.npz import save_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.listing import RunSummary, summarize
from lenet.runs.run_index import RunIndex, index_of, list_runs
from lenet.runs.status import Status
from lenet.training.recipes import RECIPES
from pages.parts.train.curves import line_names
from pages.parts.train.live_feed import Feed
from tests.damaged_runs import EVERY_WAY, LISTED
from tests.project import ROOT
from tests.start_button import StartButton

PAGE = ROOT / "pages" / "2_Train.py"
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
    """All of them as a person reads them."""
    return said(test.error)


def said(elements) -> str:
    """Their words without what keeps Markdown from taking them as markup."""
    return re.sub(r"\\(.)", r"\1", " ".join(each.value for each in elements))


def watched(run: Run) -> dict:
    """What the browser is given that watches the run, from files as they are now."""
    list_runs(engine="another that asks")  # the feed's own list may be a quarter of a second old
    return Feed().answer({"run": run.id, "wanted": "1", "tab": "a"})


def shown_run(test: AppTest) -> str:
    """The run that the panel asks about."""
    found = (json.loads(each.proto.json) for each in test.get("bidi_component"))
    return next(each["run"] for each in found if "run" in each)


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
    assert not StartButton(page).disabled


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
    assert StartButton(page).disabled
    for word in words:
        assert word in errors(page)
    number(page, label).set_value(1).run()
    assert not StartButton(page).disabled, "nothing else was lost"


def test_a_network_that_does_not_fit_names_its_layer(page: AppTest) -> None:
    page.run()
    architecture = selectbox(page, "Architecture")
    architecture.set_value("lenet5-relu").run()
    assert not page.exception
    assert StartButton(page).disabled
    assert "Layer 3" in errors(page)


def test_an_unknown_recipe_in_the_link(page: AppTest) -> None:
    page.query_params["recipe"] = "lenet-9000"
    page.run()
    assert not page.exception
    assert any("received 'lenet-9000' in the link" in each.value for each in page.warning)


@pytest.mark.parametrize("run_id", ["no-such-run", "../../etc", "..", "a/b", "<script>"])
def test_an_unknown_run_in_the_link(page: AppTest, runs_folder: Path, run_id: str) -> None:
    run = finished_run(runs_folder)
    page.query_params["run"] = run_id
    page.run()
    assert not page.exception
    words = " ".join(each.value for each in page.warning)
    assert "no run" in words or "expected an id" in words
    assert shown_run(page) == run.id, "another run is shown instead"


def test_damaged_run_folders_are_told_and_the_rest_is_shown(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    half = finished_run(runs_folder)
    (half.path / "status.json").write_text('{"state": "fin')
    missing = finished_run(runs_folder)
    (missing.path / "config.json").unlink()
    page.query_params["run"] = run.id
    page.session_state["train-tab"] = "Runs"
    page.run()
    assert not page.exception
    words = " ".join(each.value for each in page.warning)
    assert "status" in words and "config" in words
    page.query_params["run"] = half.id
    page.run()
    assert not page.exception and "damaged" in errors(page)


def test_runs_damaged_in_every_way_break_no_page(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    for number, damage in enumerate(EVERY_WAY.values()):
        damaged = finished_run(runs_folder)
        damaged.path = damaged.path.rename(runs_folder / f"damaged-{number}")
        damage(damaged.path)
    page.query_params["run"] = run.id
    page.run()
    assert not page.exception
    assert len(page.warning) <= 4 and sum(len(each.value) for each in page.warning) < 5_000
    for name in LISTED:
        page.query_params["run"] = f"damaged-{list(EVERY_WAY).index(name)}"
        page.run()
        assert not page.exception, name
    feed = Feed()
    for number, name in enumerate(EVERY_WAY):
        answer = feed.answer({"run": f"damaged-{number}", "wanted": "1", "tab": "a", "image": "0"})
        assert len(json.dumps(answer, allow_nan=False)) < 3_000_000, name


@pytest.mark.alone
def test_sixty_damaged_runs_of_a_thousand_cost_the_page_no_second(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    for number in range(999):
        shutil.copytree(run.path, runs_folder / f"run-{number}")
    page.query_params["run"] = run.id

    def seconds() -> float:
        started = time.perf_counter()
        page.run()
        assert not page.exception
        return time.perf_counter() - started

    seconds()  # packages
    index_of.cache_clear()
    without = seconds()
    for number, damage in enumerate(list(EVERY_WAY.values())[:60]):
        damage(runs_folder / f"run-{number}")
    index_of.cache_clear()
    assert seconds() < without + 1
    assert len(list_runs()) == 1000


def test_a_draw_of_the_page_lists_the_runs_once(
    page: AppTest, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the weights to start from, the live panel, the curves to compare with and the open table."""
    finished_run(runs_folder)
    counted, runs = [], RunIndex.runs

    def counting(index: RunIndex, *asked: object, **more: object) -> list[RunSummary]:
        counted.append(index.folder)
        return runs(index, *asked, **more)

    monkeypatch.setattr(RunIndex, "runs", counting)
    page.session_state["train-tab"] = "Runs"
    page.run()
    assert not page.exception and len(page.dataframe[0].value) == 1
    assert counted == [runs_folder]


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


def test_a_run_that_trains_on_shows_the_time_left_not_its_former_test(runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    assert watched(run)["figures"]["metrics"][-1] == ("Test accuracy", "97.00 %")
    changes = {"state": "running", "heartbeat": time.time(), "eta_seconds": 75.0}
    run.write_status(run.status().model_copy(update=changes))
    assert watched(run)["figures"]["metrics"][-1] == ("Time left", "1 min 15 s")


def test_a_published_figure_stands_beside_the_same_data_only(runs_folder: Path) -> None:
    for dataset, is_shown in (("mnist", True), ("my-digits", False)):
        config = RECIPES["lenet5-relu"].config.replace(dataset=dataset)
        run = Run.create(config, runs_folder)
        run.write_status(Status(state="finished", created=time.time(), heartbeat=time.time()))
        told = watched(run)["figures"]["progress_text"]
        assert ("published test accuracy 98.35 %" in told) == is_shown


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


NAME = "my *best* run_a_b $x$ :red[hot]"
SHOWN = r"my \*best\* run\_a\_b \$x\$ \:red\[hot\]"


def test_a_name_is_never_markup(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder, name=NAME)
    page.run()
    assert [each.value for each in page.subheader] == [SHOWN]
    button(page, "Delete this run").click().run()
    assert any(each.value.startswith(f"**{SHOWN}** with its curves") for each in page.markdown)
    assert run.path.exists(), "a question comes first"


def test_an_error_is_never_markup(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    run.write_status(run.status().model_copy(update={"state": "failed", "error": "No `a_b` *here*."}))
    page.run()
    assert page.error[0].value == r"No \`a\_b\` \*here\*."


def test_a_run_of_an_impossible_date_is_told(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    status = json.loads((run.path / "status.json").read_text())
    (run.path / "status.json").write_text(json.dumps(status | {"created": 1e300}))
    page.session_state["train-tab"] = "Runs"
    page.run()
    assert not page.exception
    assert any("received 1e+300" in each.value for each in page.warning)


def test_lines_of_the_same_name_are_told_apart(runs_folder: Path) -> None:
    runs = [finished_run(runs_folder, name=name) for name in ("twin", "twin", "training", "other")]
    summaries = [summarize(run.path) for run in runs]
    names = line_names(summaries)
    assert list(names) == [run.id for run in runs]
    end = runs[0].id[-4:], runs[2].id[-4:]
    assert list(names.values()) == [f"twin {end[0]}", "twin", f"training {end[1]}", "other"]


def test_an_interrupted_run_can_always_be_resumed(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)  # every epoch is done, but its trainer went while it tested
    changes = {"state": "running", "engine": "another", "heartbeat": time.time() - 60}
    run.write_status(run.status().model_copy(update=changes))
    page.run()
    assert any("Nobody trains this run any more" in each.value for each in page.warning)
    assert not button(page, "Resume").disabled


def test_the_same_initial_weights_are_told_and_can_be_given_up(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder, name="the first", epochs=3)
    save_arrays(run.snapshot_path(0), {})
    page.run()
    button(page, "Same initial weights").click().run()
    start_from = selectbox(page, "Start from")
    assert start_from.value == f"{run.id}@0" and "Initial weights of the first" in start_from.options
    number(page, "Epochs").set_value(7).run()
    assert page.session_state["draft"].base.initial_weights == f"{run.id}@0" and not page.error
    selectbox(page, "Pixel values").set_value("raw").run()
    assert not page.error, "untrained weights fit any pixels"
    selectbox(page, "Start from").set_value("").run()
    assert not page.exception and page.session_state["draft"].base.initial_weights is None
    assert number(page, "Epochs").value == 7, "every other setting stays"
    assert "from" not in page.query_params


def test_initial_weights_that_are_gone_are_told(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    save_arrays(run.snapshot_path(0), {})
    page.run()
    button(page, "Same initial weights").click().run()
    run.delete()
    later = AppTest.from_file(PAGE, default_timeout=60)
    later.session_state["draft"] = page.session_state["draft"]
    page = later.run()
    assert not page.exception and StartButton(page).disabled
    assert f"Start from: There is no run '{run.id}' here" in errors(page)
    selectbox(page, "Start from").set_value("").run()
    assert not page.error and not StartButton(page).disabled


# Fine-tuning


def collected(count: int) -> None:
    for number in range(count):
        random = np.random.default_rng(number)
        drawing = Drawing((random.uniform(0, 280, (9, 2)),), 280.0, 20.0)
        Collection().add(drawing, number % 10, np.zeros((28, 28), np.uint8))


@pytest.fixture
def fine_tuning(bare_machine: Path, page: AppTest) -> AppTest:
    """The page as the gallery's link opens it, with 40 drawings."""
    collected(40)
    del page.query_params["recipe"]
    page.query_params["from"] = "lenet5-relu"
    page.query_params["dataset"] = "my-digits"
    return page.run()


def test_a_link_sets_up_fine_tuning(fine_tuning: AppTest) -> None:
    page, source = fine_tuning, PRETRAINED["lenet5-relu"].config
    assert not page.exception and not page.error and not page.warning
    assert selectbox(page, "Start from").value == "lenet5-relu"
    assert selectbox(page, "Data set").value == "my-digits"
    assert selectbox(page, "Recipe").value is None
    assert selectbox(page, "Architecture").value == source.architecture
    assert selectbox(page, "Pixel values").value == source.scaling
    assert number(page, "Learning rate").value == pytest.approx(3e-4)
    assert not StartButton(page).disabled
    StartButton(page).click()
    (summary,) = list_runs()
    config = Run.open(summary.id).config
    assert (config.initial_weights, config.dataset) == ("lenet5-relu", "my-digits")
    assert config.layers == source.layers and config.name == "lenet5-relu on my-digits"


def test_the_fewest_drawings_can_be_trained_on(bare_machine: Path, page: AppTest) -> None:
    collected(10)
    page.query_params["from"], page.query_params["dataset"] = "lenet5-relu", "my-digits"
    del page.query_params["recipe"]
    page.run()
    assert not page.error and not StartButton(page).disabled


def test_too_few_drawings_are_told_and_no_download_is_offered(bare_machine: Path, page: AppTest) -> None:
    collected(3)
    page.query_params["from"], page.query_params["dataset"] = "lenet5-relu", "my-digits"
    del page.query_params["recipe"]
    page.run()
    assert not page.exception and StartButton(page).disabled
    assert "3 drawings so far, expected at least 10" in said(page.info)
    assert not any(each.label == "Download" for each in page.button)
    collected(10)
    page.run()
    assert not StartButton(page).disabled


def test_a_model_to_start_from_brings_its_layers_and_preprocessing(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder, name="the first", scaling="raw", learning_rate=0.5)
    (run.path / "model.keras").write_bytes(b"")
    page.run()
    selectbox(page, "Architecture").set_value("lenet5-relu").run()
    number(page, "Epochs").set_value(7).run()
    twin = finished_run(runs_folder, name="the first")
    (twin.path / "model.keras").write_bytes(b"")
    page.run()
    expected = {f"the first ({each.id[-4:]}) · 97.00 %" for each in (run, twin)}
    assert expected <= set(selectbox(page, "Start from").options)
    selectbox(page, "Start from").set_value(run.id).run()
    assert not page.exception and not page.error
    assert selectbox(page, "Architecture").value == DIGITS.architecture
    assert selectbox(page, "Pixel values").value == "raw"
    assert number(page, "Epochs").value == 7 and number(page, "Learning rate").value != 0.5
    assert page.query_params["from"] in (run.id, [run.id])


def test_what_does_not_fit_is_told_before_the_start_and_mended(fine_tuning: AppTest) -> None:
    page = fine_tuning
    selectbox(page, "Pixel values").set_value("unit").run()
    assert "lenet5-relu has learned from pixels of 0 to 255, received 0 to 1" in errors(page)
    assert StartButton(page).disabled
    button(page, "Take over its layers and preprocessing").click().run()
    assert not page.error and selectbox(page, "Pixel values").value == "raw"
    selectbox(page, "Architecture").set_value("cnn-16-32").run()
    assert "layer 1 is conv 16@3×3 of 160 weights here and conv 6@5×5 of 156 weights" in errors(page)
    button(page, "Take over its layers and preprocessing").click().run()
    assert not page.error and selectbox(page, "Architecture").value == "lenet5-relu"
    assert selectbox(page, "Data set").value == "my-digits", "every other choice stays"
    selectbox(page, "Data set").set_value("digits").run()
    assert "takes images of 28×28×1, received 8×8×1. Pad the images to 28" in errors(page)


@pytest.mark.parametrize("spec", ["lenet-9000", "../../etc", "lenet5-relu@7", "<script>"])
def test_an_unknown_model_in_the_link(page: AppTest, spec: str) -> None:
    page.query_params["from"] = spec
    page.run()
    assert not page.exception and not StartButton(page).disabled
    assert "Start from: " in said(page.warning)
    assert selectbox(page, "Start from").value == ""


def test_another_link_in_the_same_session_is_another_set_up(fine_tuning: AppTest) -> None:
    page = fine_tuning
    selectbox(page, "Recipe").set_value("digits-quick").run()
    assert selectbox(page, "Start from").value == "" and "from" not in page.query_params
    page.query_params["from"], page.query_params["dataset"] = "cnn-16-32", "my-digits"
    page.run()
    assert selectbox(page, "Start from").value == "cnn-16-32"
    assert selectbox(page, "Data set").value == "my-digits"
    assert selectbox(page, "Architecture").value == "cnn-16-32"


def test_another_architecture_keeps_the_data_set(page: AppTest) -> None:
    page.run()
    selectbox(page, "Data set").set_value("fashion_mnist").run()
    selectbox(page, "Architecture").set_value("lenet5-tanh").run()
    assert selectbox(page, "Data set").value == "fashion_mnist"


def test_a_full_disk_is_told_when_a_run_is_started(
    page: AppTest, full_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (full_disk / "filler").write_bytes(bytes(60_000))
    monkeypatch.setenv("LENET_RUNS", str(full_disk / "runs"))
    page.run()
    StartButton(page).click()
    assert not page.exception
    assert "cannot be written" in errors(page) and "Nothing was started" in errors(page)


def test_layers_are_edited_and_a_run_starts_from_them(page: AppTest) -> None:
    page.run()
    next(each for each in page.toggle if each.label == "Edit layers").set_value(True).run()
    assert not page.exception
    filters = next(each for each in page.number_input if each.label == "Filters of layer 1")
    filters.set_value(5).run()
    assert selectbox(page, "Architecture").value is not None and not StartButton(page).disabled
    assert any("| **C1** conv 5@3×3" in each.value for each in page.markdown)


# Start starts what is shown


def configs() -> list[RunConfig]:
    return [Run.open(run.id).config for run in list_runs()]


def test_widgets_that_have_gone_change_nothing(page: AppTest) -> None:
    """A tick that is sent before the page is drawn anew brings their values along."""
    page.run()
    gone = page._tree.get_widget_states().widgets
    selectbox(page, "Recipe").set_value("dense-2").run()
    states = page._tree.get_widget_states()
    there = {state.id for state in states.widgets}
    states.widgets.extend(state for state in gone if state.id not in there)
    page._run(states)
    StartButton(page).click()
    assert configs() == [RECIPES["dense-2"].config]


def test_what_was_typed_arrives_with_the_click(page: AppTest) -> None:
    page.run()
    number(page, "Epochs").set_value(5)
    StartButton(page).click()
    assert configs() == [DIGITS.replace(epochs=5)]
    assert page.query_params["run"] == list_runs()[0].id


@pytest.mark.parametrize("label", ["Recipe", "Start from", "Architecture"])
def test_a_pick_that_arrives_with_the_click_is_shown_first(page: AppTest, label: str) -> None:
    page.run()
    selectbox(page, label).set_value("dense-2")
    StartButton(page).click()
    assert not configs() and "dense-2 (2 layers)" in said(page.warning)
    selectbox(page, "Data set").set_value("mnist").run()
    StartButton(page).click()
    (config,) = configs()
    assert config.layers == RECIPES["dense-2"].config.layers and not page.warning


def test_a_click_on_what_is_not_there_any_more_starts_nothing_and_says_what_is(page: AppTest) -> None:
    page.run()
    before = StartButton(page).shown
    selectbox(page, "Recipe").set_value("dense-2").run()
    button = StartButton(page)
    drawn, button.shown = button.shown, before
    button.click()
    assert not configs() and drawn != before
    assert "Set up now: recipe dense-2, architecture dense-2 (2 layers), data set mnist" in said(page.warning)
    StartButton(page).click()
    assert configs() == [RECIPES["dense-2"].config] and not page.warning


def test_a_second_click_on_the_same_drawing_starts_nothing(page: AppTest) -> None:
    page.run()
    button = StartButton(page)
    button.click()
    button.click()
    assert len(configs()) == 1 and "pressed twice" in said(page.warning)
    StartButton(page).click()
    assert configs() == [DIGITS, DIGITS] and not page.warning


def test_a_click_that_brings_a_bad_number_along_starts_nothing(page: AppTest) -> None:
    page.run()
    number(page, "Epochs").set_value(0)
    StartButton(page).click()
    assert (
        not configs() and "Nothing was started" in said(page.warning) and "Epochs: received 0" in errors(page)
    )


def test_layers_that_were_added_are_shown_before_they_start(page: AppTest) -> None:
    page.run()
    next(each for each in page.toggle if each.label == "Edit layers").set_value(True).run()
    old = StartButton(page)
    menu = page.menu_button[0]
    menu.click_index(menu.options.index("Dense")).run()
    new = StartButton(page)
    new.shown = old.shown
    new.click()
    assert not configs() and f"of your own ({len(DIGITS.layers) + 1} layers)" in said(page.warning)
    StartButton(page).click()
    assert len(configs()[0].layers) == len(DIGITS.layers) + 1


def test_a_value_that_was_typed_just_before_its_row_was_folded_away_stays(page: AppTest) -> None:
    page.run()
    edit = next(each for each in page.toggle if each.label == "Edit layers")
    edit.set_value(True).run()
    next(each for each in page.number_input if each.label == "Filters of layer 1").set_value(5)
    next(each for each in page.toggle if each.label == "Edit layers").set_value(False).run()
    assert any("| **C1** conv 5@3×3" in each.value for each in page.markdown)


@pytest.mark.parametrize(
    ("label", "value", "changes"),
    [
        ("Optimizer", "sgd", {"optimizer": "sgd"}),
        ("Learning rate schedule", "step", {"schedule": "step"}),
        ("Validate on", "test", {"validation": "test"}),
        ("Pixel values", "raw", {"scaling": "raw"}),
    ],
)
def test_choices_that_bring_other_boxes_arrive_with_the_click(
    page: AppTest, label: str, value: str, changes: dict
) -> None:
    page.run()
    selectbox(page, label).set_value(value)
    StartButton(page).click()
    assert configs() == [DIGITS.replace(**changes)]


def test_switches_that_bring_a_box_arrive_with_the_click(page: AppTest) -> None:
    page.run()
    for label in ("Pad with background", "Early stopping"):
        next(each for each in page.toggle if each.label == label).set_value(True)
    StartButton(page).click()
    assert configs() == [DIGITS.replace(pad_to=32, early_stopping=3)]
    assert number(page, "Height and width after padding").value == 32


def test_the_box_of_recipes_says_whose_settings_these_are(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    save_arrays(run.snapshot_path(0), {})
    page.run()
    selectbox(page, "Recipe").set_value("dense-2").run()
    button(page, "Same initial weights").click().run()
    assert selectbox(page, "Recipe").value == "digits-quick"
    StartButton(page).click()
    assert configs()[0] == DIGITS.replace(initial_weights=f"{run.id}@0")
