"""What those who watch a run are given: every row once, and the truth after a file was replaced."""

import time
from pathlib import Path

import numpy as np
import pytest

from lenet import live
from lenet.live import Curve, LiveRun, figures, shown, signature
from lenet.npz import save_arrays
from lenet.runs.curves import STEP_COLUMNS, Rows
from lenet.runs.folder import Run
from lenet.runs.lease import take
from lenet.runs.listing import summarize
from lenet.runs.run_index import list_runs
from lenet.runs.status import Status
from lenet.training.recipes import RECIPES
from pages.parts.train.live_feed import Feed
from tests.curve_rows import append_rows

DIGITS = RECIPES["digits-quick"].config


def rows(first: int, last: int) -> list[tuple[float, ...]]:
    return [(step, 1 / step, 0.5, 0.01) for step in range(first, last + 1)]


class Browser:
    """What `live.js` does with the answers about a curve."""

    def __init__(self, curve: Curve) -> None:
        self.curve, self.known, self.steps = curve, "", []

    def ask(self) -> list[float]:
        """The steps that are drawn after one more answer."""
        self.curve.refresh()
        answer = self.curve.since(self.known)
        self.known = answer["known"]
        self.steps = self.steps[: answer["from"]] + answer["step"]
        return self.steps


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(Curve(tmp_path / "steps.csv", STEP_COLUMNS))


def test_rows_come_as_they_are_written(browser: Browser, tmp_path: Path) -> None:
    assert browser.ask() == []
    append_rows(tmp_path / "steps.csv", STEP_COLUMNS, rows(1, 3))
    assert browser.ask() == [1, 2, 3]
    append_rows(tmp_path / "steps.csv", STEP_COLUMNS, rows(4, 4))
    browser.curve.refresh()
    assert browser.curve.since(browser.known)["step"] == [4], "what the browser has is not sent again"
    assert browser.ask() == [1, 2, 3, 4]


def test_a_row_that_is_half_written_waits(browser: Browser, tmp_path: Path) -> None:
    append_rows(tmp_path / "steps.csv", STEP_COLUMNS, rows(1, 2))
    with open(tmp_path / "steps.csv", "a") as file:
        file.write("3,0.3")
    assert browser.ask() == [1, 2]
    with open(tmp_path / "steps.csv", "a") as file:
        file.write("33,0.5,0.01\n4,nonsense\n")
    assert browser.ask() == [1, 2, 3]


def test_a_resumed_run_takes_rows_back(browser: Browser, tmp_path: Path) -> None:
    append_rows(tmp_path / "steps.csv", STEP_COLUMNS, rows(1, 5))
    browser.ask()
    trainer = Rows(tmp_path / "steps.csv", STEP_COLUMNS, take(tmp_path))
    trainer.keep_until(3)
    trainer.append(rows(4, 6))
    trainer.close()
    assert browser.ask() == [1, 2, 3, 4, 5, 6]
    assert browser.curve.rows == curve_of(tmp_path).rows


def curve_of(folder: Path) -> Curve:
    fresh = Curve(folder / "steps.csv", STEP_COLUMNS)
    fresh.refresh()
    return fresh


def test_a_very_long_run_is_thinned_evenly(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_MOST_ROWS", 100)
    for first in range(1, 1000, 50):
        append_rows(tmp_path / "steps.csv", STEP_COLUMNS, rows(first, first + 49))
        steps = browser.ask()
        assert len(steps) < 100
        gaps = np.diff(steps)
        assert len(steps) < 2 or gaps.min() == gaps.max(), "one row of so many, all along"
    assert steps[-1] > 900


@pytest.mark.parametrize("known", ["", "x", "0:", ":", "1:99999999999999999999", "1:-4", "²:³", "9:1"])
def test_a_browser_that_talks_nonsense_gets_all(browser: Browser, tmp_path: Path, known: str) -> None:
    append_rows(tmp_path / "steps.csv", STEP_COLUMNS, rows(1, 3))
    browser.curve.refresh()
    assert browser.curve.since(known)["step"] == [1, 2, 3]


@pytest.fixture
def run(runs_folder: Path) -> Run:
    """One that trains, with rows and weights."""
    run = Run.create(DIGITS, runs_folder)
    run.write_status(Status(state="running", heartbeat=time.time(), created=time.time(), epochs=3))
    append_rows(run.path / "steps.csv", STEP_COLUMNS, rows(1, 3))
    save_arrays(run.path / "checkpoint.npz", {"1_conv/kernel": np.ones((3, 3, 1, 32), np.float32)})
    return run


def test_thirty_tabs_get_the_same_and_slower(run: Run) -> None:
    feed = Feed()
    first = feed.answer({"run": run.id, "tab": "0"})
    assert first["steps"]["step"] == [1, 2, 3] and first["wait"] == 0.5
    answers = [feed.answer({"run": run.id, "tab": str(tab)}) for tab in range(30)]
    assert all(each["steps"] == first["steps"] for each in answers)
    assert answers[-1]["wait"] == 1.5


def test_nothing_is_sent_that_did_not_change(run: Run) -> None:
    feed, asked = Feed(), {"run": run.id, "tab": "a", "image": "0"}
    first = feed.answer(asked)
    assert {"figures", "steps", "epochs", "kernels"} <= set(first)
    has = {name: first[name]["known"] for name in ("figures", "steps", "epochs", "kernels")}
    again = feed.answer(asked | has)
    assert not set(again) & set(has)
    append_rows(run.path / "steps.csv", STEP_COLUMNS, rows(4, 4))
    assert feed.answer(asked | has)["steps"]["step"] == [4]


@pytest.mark.parametrize("image", ["-1", "²", "x", "", "9" * 300])
def test_an_image_that_is_none(run: Run, image: str) -> None:
    assert "figures" in Feed().answer({"run": run.id, "image": image})


def test_a_run_that_is_gone(run: Run) -> None:
    feed = Feed()
    before = feed.answer({"run": run.id})["signature"]
    run.write_status(run.status().model_copy(update={"state": "stopped"}))
    list_runs()
    run.delete()
    list_runs()
    after = feed.answer({"run": run.id})
    assert "figures" not in after and after["signature"] != before


def test_what_the_widgets_depend_on_is_in_the_signature(run: Run) -> None:
    def now() -> str:
        return signature(summarize(run.path))

    seen = [now()]
    run.write_control(command="pause")
    seen.append(now())
    run.write_control(learning_rate=0.5)
    seen.append(now())
    run.rename("another name")
    seen.append(now())
    save_arrays(run.snapshot_path(0), {})
    seen.append(now())
    run.write_status(run.status().model_copy(update={"state": "paused"}))
    seen.append(now())
    assert len(set(seen)) == len(seen)
    run.write_status(run.status().model_copy(update={"step": 7, "loss": 0.5, "heartbeat": time.time()}))
    assert now() == seen[-1], "what ticks draws no widget anew"


def test_the_run_that_trains_is_shown_else_the_newest(run: Run, runs_folder: Path) -> None:
    newer = Run.create(DIGITS, runs_folder)
    newer.write_status(Status(state="finished", created=time.time() + 1))
    assert shown(list_runs(), None).id == run.id
    run.write_status(run.status().model_copy(update={"state": "finished"}))
    assert shown(list_runs(), None).id == newer.id
    assert shown([], None) is None


def test_a_place_in_the_queue(run: Run, runs_folder: Path) -> None:
    waiting = [Run.create(DIGITS, runs_folder) for _ in range(2)]
    for number, each in enumerate(waiting):
        status = Status(state="queued", queued_at=time.time() + number, heartbeat=time.time())
        each.write_status(status)
    runs = list_runs()
    messages = [figures(summarize(each.path), runs)["message"] for each in waiting]
    assert [message[:7] for message in messages] == ["Place 1", "Place 2"]
    assert f"after “{summarize(run.path).name}”" in messages[0]
    assert figures(summarize(waiting[0].path), runs)["progress_text"].startswith("Queued")


def test_kernels_of_weights_that_cannot_be_read(run: Run) -> None:
    watched = LiveRun(run)
    watched.refresh()
    assert watched.kernels()["src"].startswith("data:image/png;base64,")
    (run.path / "checkpoint.npz").write_bytes(b"no weights")
    watched.refresh()
    assert watched.kernels() is None
