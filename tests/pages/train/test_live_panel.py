"""The live panel and the table of runs: runs in every state, damaged ones, what can be done with them."""

import json
import shutil
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lenet.engine.base import Engine
from lenet.npz import save_arrays
from lenet.people.person import TEACHER
from lenet.runs.curves import STEP_COLUMNS
from lenet.runs.folder import Run
from lenet.runs.listing import RunSummary, summarize
from lenet.runs.run_index import RunIndex, index_of, list_runs
from lenet.runs.status import Status
from lenet.training.recipes import RECIPES
from pages.parts.shared.orders import _with_run
from pages.parts.train.curves import line_names
from pages.parts.train.live_feed import Feed
from tests.acting import Lesson
from tests.curve_rows import append_rows
from tests.damaged_runs import EVERY_WAY, LISTED
from tests.train_page import button, errors, finished_run, opened, selectbox


@pytest.fixture
def page(runs_folder: Path, engine: Engine) -> AppTest:
    """The page on bundled digits, with an empty runs folder."""
    return opened()


def watched(run: Run) -> dict:
    """What the browser is given that watches the run, from files as they are now."""
    list_runs(engine="another that asks")  # the feed's own list may be a quarter of a second old
    return Feed().answer({"run": run.id, "wanted": "1", "tab": "a"})


def shown_run(test: AppTest) -> str:
    """The run that the panel asks about."""
    found = (json.loads(each.proto.json) for each in test.get("bidi_component"))
    return next(each["run"] for each in found if "run" in each)


@pytest.mark.parametrize("run_id", ["no-such-run", "../../etc", "..", "a/b", "<script>"])
def test_an_unknown_run_in_the_link(page: AppTest, runs_folder: Path, run_id: str) -> None:
    run = finished_run(runs_folder)
    page.query_params["run"] = run_id
    page.run()
    assert not page.exception
    words = " ".join(each.value for each in page.warning)
    assert "no run" in words or "expected an id" in words
    assert shown_run(page) == run.id, "another run is shown instead"


def test_in_a_class_everybody_sees_a_run_of_their_own(
    page: AppTest, runs_folder: Path, lesson: Lesson
) -> None:
    ada, ben, cem = (lesson.joined(name) for name in ("Ada", "Ben", "Cem"))
    before, runs = finished_run(runs_folder), {}
    for who in (ada, ben):
        lesson.sits(who)
        runs[who.name] = finished_run(runs_folder)
    for who, run in ((ada, runs["Ada"]), (ben, runs["Ben"]), (TEACHER, before)):
        lesson.sits(who)
        assert shown_run(opened().run()) == run.id
        assert _with_run(who, "train?recipe=lenet5") == f"train?recipe=lenet5&run={run.id}"
    assert _with_run(ada, "train?run=x") == "train?run=x" and _with_run(ada, "draw") == "draw"
    lesson.sits(cem)
    test = opened().run()
    assert "No run yet" in test.info[-1].value and _with_run(cem, "train") == "train"
    assert shown_run(opened(run=before.id).run()) == before.id, "a link shows any"


@pytest.mark.parametrize(
    ("state", "has_learned", "step"),
    [("queued", False, None), ("running", False, "Look at its kernels"), ("failed", True, None),
     ("finished", True, "See its confusion matrix"), ("stopped", False, None)],
)  # fmt: skip
def test_a_run_leads_on_to_what_can_be_seen_of_it(
    page: AppTest, runs_folder: Path, state: str, has_learned: bool, step: str | None
) -> None:
    run = finished_run(runs_folder)
    run.write_status(run.status().model_copy(update={"state": state, "engine": None}))
    if has_learned:
        save_arrays(run.snapshot_path(1), {})
    page.run()
    steps = [each.label for each in page.button if (each.key or "").startswith("next-")]
    assert not page.exception and steps == ([step] if step else [])


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
    others = " ".join(each.value for each in page.warning)
    assert "config" in others and "status" not in others, "the panel above says it"


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
    assert not [each.label for each in page.button if each.proto.type == "primary"], "that is Start alone"
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


def test_the_accuracy_of_few_images_says_how_many_they_are(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    changes = {"test_accuracy": 1.0, "test_images": 1}
    run.write_status(run.status().model_copy(update=changes))
    figures = watched(run)["figures"]
    assert figures["metrics"][-1] == ("Test accuracy", "1 of 1")
    assert "test accuracy of 1 image, 95 % interval: 20.7 to 100.0 %" in figures["progress_text"]
    (run.path / "model.keras").write_bytes(b"")
    page.session_state["train-tab"] = "Runs"
    page.run()
    assert page.dataframe[0].value["95 % interval"].tolist() == ["20.7 to 100.0 %"]
    assert any("· 1 of 1" in option for option in selectbox(page, "Start from").options)


def test_validation_on_few_images_says_how_many_they_are(runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    changes = {"val_accuracy": 0.5, "val_images": 144, "test_accuracy": 0.9, "test_images": 10_000}
    run.write_status(run.status().model_copy(update=changes))
    told = watched(run)["figures"]["progress_text"]
    assert "validation accuracy of 144 images, 95 % interval: 41.9 to 58.1 %" in told
    assert "test accuracy of" not in told, "they are enough"
    run.write_status(run.status().model_copy(update={"val_images": 10}))
    assert ("Validation", "5 of 10") in watched(run)["figures"]["metrics"]


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
    assert "received 1e+300" in errors(page)


def test_lines_of_the_same_name_are_told_apart(runs_folder: Path) -> None:
    runs = [finished_run(runs_folder, name=name) for name in ("twin", "twin", "training", "other")]
    summaries = [summarize(run.path) for run in runs]
    names = line_names(summaries)
    assert list(names) == [run.id for run in runs]
    end = runs[0].id[-4:], runs[2].id[-4:]
    assert list(names.values()) == [f"twin {end[0]}", "twin", f"training {end[1]}", "other"]


def test_compared_are_runs_that_have_a_curve(page: AppTest, runs_folder: Path) -> None:
    with_curve, without, shown = (finished_run(runs_folder, name=name) for name in ("with", "none", "shown"))
    page.query_params["run"] = shown.id
    for run, count in ((with_curve, 2), (without, 0)):
        append_rows(run.path / "steps.csv", STEP_COLUMNS, [(step, 1.0, 0.5, 0.1) for step in range(count)])
    page.run()
    (past,) = page.multiselect
    assert (past.options, past.value, past.disabled) == (["with"], [with_curve.id], False)
    (with_curve.path / "steps.csv").unlink()
    page.run()
    assert page.multiselect[0].options == [] and page.multiselect[0].disabled


def test_an_interrupted_run_can_always_be_resumed(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)  # every epoch is done, but its trainer went while it tested
    changes = {"state": "running", "engine": "another", "heartbeat": time.time() - 60}
    run.write_status(run.status().model_copy(update=changes))
    page.run()
    assert any("Nobody trains this run any more" in each.value for each in page.warning)
    assert not button(page, "Resume").disabled
