"""A sweep in a real browser: started from the page, its server killed, and gone on with by the next one."""

import os
import re
import signal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest
from playwright.sync_api import Page, expect

from lenet.runs.folder import Run
from lenet.sweep.folder import Sweep, all_sweeps
from tests.dashboard import dashboard
from tests.engine_fixtures import wait_until

pytestmark = pytest.mark.browser

_LINK = (
    "/train?recipe=digits-quick&mode=sweep&trials=6&epochs=12"
    "&vary=learning_rate%3D1e-3..1e-1%3Alog&vary=batch_size%3D32,64"
)


def test_six_trials_though_the_server_is_killed(page: Page, tmp_path: Path) -> None:
    with dashboard(tmp_path) as first:
        page.goto(f"{first.url}{_LINK}")
        expect(page.get_by_text("6 runs. How long one takes is not known yet")).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="Start sweep").click()
        wait_until(lambda: bool(all_sweeps(first.runs)))
        sweep = all_sweeps(first.runs)[0]
        wait_until(lambda: is_midway(sweep), 200)
        children = psutil.Process(first.pid).children()
        os.kill(first.pid, signal.SIGKILL)
        psutil.wait_procs(children, timeout=60)
    before = {trial.number: trial.settings for trial in sweep.state().trials}
    assert sweep.state().state == "running" and not sweep.is_driven()
    with dashboard(tmp_path) as second:
        page.goto(f"{second.url}/train?mode=sweep&sweep={sweep.id}")  # it goes on without, too
        wait_until(lambda: sweep.state().state == "finished", 200)
        expect(page.get_by_text("Finished")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("6 of 6")).to_be_visible()
        for chart in ("History", "Importance of settings", "Slices"):
            expect(page.get_by_text(chart, exact=True)).to_be_visible()
        page.get_by_test_id("stDataFrame").first.click(position={"x": 17, "y": 54})  # the box of the best
        best = sweep.state().best(True).run
        page.wait_for_url(re.compile(f"run={best}"))
        page.get_by_role("button", name="See its sweep").click()
        expect(page.get_by_text("6 of 6")).to_be_visible()
        page.get_by_role("button", name="Compare these").click()
        expect(page.get_by_role("radio", name="Parallel coordinates")).to_be_checked()
        assert len(parse_qs(urlsplit(page.url).query)["runs"]) == 6
    state = sweep.state()
    assert [trial.number for trial in state.trials] == list(range(6))
    assert {trial.state for trial in state.trials} == {"complete"}
    assert before.items() <= {trial.number: trial.settings for trial in state.trials}.items()
    assert [trial.run for trial in state.trials] == sweep.run_ids()
    for run_id in sweep.run_ids():  # each epoch once
        run = Run.open(run_id, second.runs)
        assert run.epochs()["epoch"] == list(range(1, run.config.epochs + 1))


def is_midway(sweep: Sweep) -> bool:
    """Whether a trial is at its end, and the epochs of another one are under way."""
    running = [trial for trial in sweep.state().trials if trial.state == "running"]
    assert not sweep.state().error
    return sweep.state().done >= 1 and any(0 < trial.epoch < 11 for trial in running)
