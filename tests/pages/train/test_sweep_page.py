"""The form and the panel of a sweep as Streamlit runs them: what is said before Start, and of bad input."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lenet.engine.base import Engine
from lenet.sweep.config import SweepConfig
from lenet.sweep.folder import Sweep, all_sweeps
from lenet.sweep.space import parse
from lenet.sweep.state import SweepState, TrialState
from pages.parts.train.live_feed import Feed
from tests.train_page import DIGITS, button, errors, finished_run, number, opened, said, selectbox


@pytest.fixture
def page(runs_folder: Path, engine: Engine) -> AppTest:
    return opened(recipe="digits-quick", mode="sweep")


def captions(page: AppTest) -> str:
    return said(page.caption)


def values(page: AppTest, label: str):
    return next(each for each in page.text_input if each.label == label)


def test_how_many_runs_and_how_long_is_said_before(page: AppTest, runs_folder: Path) -> None:
    page.run()
    assert not page.exception and not page.error
    assert "20 runs. How long one takes is not known yet: no run has finished here." in captions(page)
    assert (
        any("No sweep yet" in each.value for each in page.info) and not button(page, "Start sweep").disabled
    )
    run = finished_run(runs_folder)
    run.write_status(run.status().model_copy(update={"seconds": 6.0}))  # of three epochs
    page.run()
    words = "20 runs, about 20 min 0 s of training (from 1 finished run of the same layers and data: 60.0 s"
    assert words in captions(page)
    values(page, "Batch size").set_value("32,64").run()
    selectbox(page, "Sampler").set_value("grid").run()
    assert "10 runs of the 10 combinations of the grid, about 10 min 0 s" in captions(page)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("5..1", "expected the lower end first"),
        ("-1..1", "expected a number greater than 0"),
        ("", "nothing"),
    ],
)
def test_a_range_that_is_none(page: AppTest, text: str, sentence: str) -> None:
    page.run()
    values(page, "Learning rate").set_value(text).run()
    assert sentence in errors(page) and button(page, "Start sweep").disabled and not page.exception
    values(page, "Learning rate").set_value("1e-3..1e-2").run()
    assert not page.error and page.query_params["vary"][0] == "learning_rate=1e-3..1e-2"


def test_ten_thousand_trials(page: AppTest) -> None:
    page.run()
    number(page, "Trials").set_value(10_000).run()
    assert "Trials: received 10000, expected at most 1,000." in errors(page)
    assert button(page, "Start sweep").disabled


@pytest.mark.parametrize(
    "link",
    [
        {"vary": "nothing=1..2"}, {"vary": "layers.99.filters=1..2"}, {"vary": "===="}, {"vary": "seed"},
        {"vary": "x" * 9_000}, {"sampler": "magic"}, {"trials": "-3"}, {"minutes": "soon"}, {"mode": "both"},
        {"sweep": "../../etc"}, {"sweep": "2026-12-01-digits-quick-0000"}, {"sweep": "\ud800"[:0] + "�"},
    ],
)  # fmt: skip
def test_nonsense_in_a_link_is_answered(runs_folder: Path, engine: Engine, link: dict[str, str]) -> None:
    page = opened(**({"recipe": "digits-quick", "mode": "sweep"} | link)).run()
    sentences = said([*page.error, *page.warning])
    assert not page.exception and re.search("received|[Tt]here is no", sentences), sentences


_TRIALS = [
    ("complete", 0.9, ""), ("complete", 0.95, ""), ("pruned", 0.3, "After epoch 3."), ("failed", None, "No."),
]  # fmt: skip


def left_sweep(folder: Path, **about: object) -> Sweep:
    space = [parse("learning_rate=1e-3..1e-1:log"), parse("layers.1.filters=4..32")]
    sweep = Sweep.create(SweepConfig(base=DIGITS, space=space, trials=6), folder)
    settings = {"learning_rate": 0.01, "layers.1.filters": 8}
    about_all = {"settings": settings, "epoch": 3, "epochs": 30, "seconds": 2.0}
    trials = [
        TrialState(number=number, state=state, value=value, why=why, **about_all)
        for number, (state, value, why) in enumerate(_TRIALS)
    ]
    shares = {"learning_rate": 0.75, "layers.1.filters": 0.25}
    sweep.write_state(SweepState(trials=trials, wanted=6, importances=shares, seconds=75, **about))
    return sweep


def test_the_panel_of_a_sweep(page: AppTest, runs_folder: Path) -> None:
    sweep = left_sweep(runs_folder, state="stopped")
    page.run()
    assert not page.exception and not page.error
    assert {each.label: each.value for each in page.metric} == {
        "Best": "95.00 %", "Trials": "4 of 6", "Pruned": "1", "Failed": "1",
        "Time": "1 min 15 s",
    }  # fmt: skip
    assert "Validation accuracy is best in trial 2: learning rate 0.01, layer 1 filters 8." in said(
        page.markdown
    )
    (board,) = [each.value for each in page.dataframe if "Trial" in each.value.columns]
    assert list(board["Trial"]) == ["2", "1", "4", "3"] and list(board["State"])[2:] == ["failed", "pruned"]
    assert button(page, "Resume") and not any(each.label == "Pause" for each in page.button)
    number(page, "More trials").set_value(5_000).run()
    button(page, "Add 5000 trials").click().run()
    assert "received 5,000 more, expected 1 to 994" in errors(page) and sweep.control().trials == 6


def test_a_sweep_that_nobody_goes_on_with(page: AppTest, runs_folder: Path) -> None:
    left_sweep(runs_folder, state="running")
    page.run()
    assert "Nobody goes on with this sweep any more" in said(page.warning) and button(page, "Resume")


def test_a_browser_is_told_when_a_trial_begins_or_ends(engine: Engine, runs_folder: Path) -> None:
    """And not of each epoch, nor of what no sweep is called."""
    sweep, feed = left_sweep(runs_folder, state="stopped"), Feed()

    def told(sweep_id: str) -> str:
        answer = feed.answer({"run": "", "tab": "1", "sweep": sweep_id})["sweep"]
        assert answer["id"] == sweep_id[:200]
        return answer["version"]

    first, state = told(sweep.id), sweep.state()
    assert first == sweep.version() == told(sweep.id)
    state.trials[0].epoch += 1
    sweep.write_state(state)
    assert told(sweep.id) == first
    state.trials[0].state = "pruned"
    sweep.write_state(state)
    second = told(sweep.id)
    sweep.write_control(command="pause")
    assert len({first, second, told(sweep.id)}) == 3
    assert told("2026-12-01-digits-quick-0000") == told("../" * 500) == ""


def test_damaged_files_of_a_sweep(page: AppTest, runs_folder: Path) -> None:
    sweep = left_sweep(runs_folder, state="stopped")
    for file in ("control.json", "state.json", "sweep.json"):
        (sweep.path / file).write_text("{")
        page.run()
        assert not page.exception and f"{file} is damaged" in errors(page), file
    assert [each.id for each in all_sweeps(runs_folder)] == [sweep.id]
