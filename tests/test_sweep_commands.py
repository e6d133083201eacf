"""`python -m lenet sweep …`: searched in this terminal, killed there, and gone on with."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from lenet.sweep.folder import Sweep, all_sweeps
from tests.command_line import answer, command, lenet_here
from tests.engine_fixtures import wait_until

RECIPE = ("digits-quick", "--set", "epochs=4", "--vary", "learning_rate=1e-3..1e-2:log")


def test_a_sweep_that_was_killed_goes_on(tmp_path: Path) -> None:
    started = command("sweep", *RECIPE, "--trials", "3", "--runs", tmp_path)
    with subprocess.Popen(started, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: _done(tmp_path) == 1, 120)
        os.kill(process.pid, signal.SIGKILL)
    (sweep,) = all_sweeps(tmp_path)
    before = [trial.settings for trial in sweep.state().trials]
    assert sweep.shown_state() == "interrupted"
    found = answer("sweep", "--resume", sweep.id, "--runs", tmp_path)
    assert found["sweep"] == sweep.id and found["state"] == "finished"
    assert [trial["state"] for trial in found["trials"]] == ["complete"] * 3
    assert [trial["settings"] for trial in found["trials"]][: len(before)] == before
    assert found["best"]["number"] == found["leaderboard"][0] and len(sweep.run_ids()) == 3
    table = lenet_here("sweep", "--resume", sweep.id, "--runs", tmp_path)
    assert table.returncode == 0 and "learning_rate" in table.stdout and "3 of 3 trials" in table.stdout


def _done(folder: Path) -> int:
    sweeps: list[Sweep] = all_sweeps(folder)
    return sweeps[0].state().done if sweeps else 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Received no recipe, or no --vary"),
        (("digits-quick",), "Received no recipe, or no --vary"),
        (("digit-quick", "--vary", "seed=1,2"), "Did you mean digits-quick"),
        (("digits-quick", "--vary", "learnig_rate=1..2"), "Did you mean learning_rate?"),
        (("digits-quick", "--vary", "seed=2..2"), "Nothing lies in that one."),
        (("digits-quick", "--vary", "seed=1,2", "--trials", "10000"), "expected at most 1,000"),
        (("digits-quick", "--vary", "pad_to=2,4"), "Padding: received 2"),
        (("--resume", "../etc"), "expected an id such as"),
        (("--resume", "2026-12-01-digits-quick-0000"), "There is no sweep"),
        (("digits-quick", "--resume", "2026-12-01-digits-quick-0000"), "a sweep keeps its settings"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    finished = lenet_here("sweep", *arguments, "--runs", tmp_path)
    assert finished.returncode == 2 and sentence in finished.stderr and not finished.stdout
    assert not all_sweeps(tmp_path)
