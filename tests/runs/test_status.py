"""When a run is interrupted: nobody is left who trains it."""

import time
from pathlib import Path
from typing import Any

import pytest

from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from lenet.runs.status import Status, interrupted
from tests.run_lines import CONFIG, ENGINE, change


@pytest.mark.parametrize(
    ("state", "engine", "silence", "expected"),
    [
        ("running", ENGINE, 100, False),  # loading, compiling or testing takes a while
        ("running", ENGINE, 130, True),
        ("running", "another", 10, False),
        ("running", "another", 20, True),
        ("paused", "another", 20, True),
        ("paused", ENGINE, 20, False),
        ("queued", ENGINE, 10_000, False),  # it waits for its turn
        ("queued", "another", 10, False),
        ("queued", "another", 20, True),
        ("queued", None, 20, False),  # the command line loads TensorFlow
        ("queued", None, 130, True),
        ("running", None, 20, False),
        ("running", None, 130, True),
        ("finished", "another", 10_000, False),
        ("stopped", None, 10_000, False),
        ("failed", "another", 10_000, False),
    ],
)
def test_interrupted(state: Any, engine: str | None, silence: float, expected: bool) -> None:
    status = Status(state=state, engine=engine, heartbeat=time.time() - silence)
    assert interrupted(status, ENGINE) is expected


def test_without_an_engine_nobody_can_tell_that_a_run_waits_in_vain(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    change(run, engine="a dashboard's", heartbeat=time.time() - 10_000)
    assert [line.state for line in list_runs(tmp_path)] == ["queued"]
    assert [line.state for line in list_runs(tmp_path, ENGINE)] == ["interrupted"]


def test_a_run_that_nobody_trains_is_listed_as_interrupted(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    change(run, state="running", engine="another", heartbeat=time.time() - 60)
    assert [line.state for line in list_runs(tmp_path, ENGINE)] == ["interrupted"]
    assert [line.state for line in list_runs(tmp_path, "another")] == ["running"]
    assert run.status().state == "running"  # looking changes nothing
