"""The sweeps that a server sees to: a real child drives each, and the server's engine trains its runs."""

from pathlib import Path

from lenet.engine.base import Engine
from lenet.engine.sweeps import Sweeps, left
from lenet.runs.folder import Run
from lenet.runs.presence import Presence
from lenet.runs.trial import Trial
from lenet.sweep.config import SweepConfig
from lenet.sweep.folder import Sweep
from lenet.sweep.space import parse
from tests.engine_fixtures import wait_until
from tests.small_runs import small_config

DEAD = "0" * 16


def sweep_of(folder: Path, server: str, *lines: str, **how: object) -> Sweep:
    config = SweepConfig(base=small_config(), space=[parse(line) for line in lines], sampler="grid", **how)
    return Sweep.create(config, folder, server)


def test_a_sweep_that_a_server_left_goes_on_with_the_next(engine: Engine, runs_folder: Path) -> None:
    """Its first trial was taken up before; trials that are asked for while it ends are not missed."""
    here = Presence(runs_folder)
    sweep, other = (
        sweep_of(runs_folder, DEAD, "seed=1,2,3", trials=2),
        sweep_of(runs_folder, here.id, "seed=1,2"),
    )
    assert [each.id for each in left(runs_folder)] == [sweep.id]
    sweeps = Sweeps(lambda: engine, here.id)
    sweeps.take_up(runs_folder)
    assert sweeps.is_driving(sweep) and not sweeps.is_driving(other) and left(runs_folder) == []
    sweeps.go_on(sweep)  # it does already
    wait_until(lambda: sweep.state().done == 1, 200)
    sweep.add(1)
    wait_until(lambda: not sweeps.is_driving(sweep), 200)
    state = sweep.state()
    assert state.state == "finished" and [trial.state for trial in state.trials] == ["complete"] * 3
    assert [Run.open(run, runs_folder).config.seed for run in sweep.run_ids()] == [1, 2, 3]
    assert not sweeps.problem(sweep) and sweep.shown_state() == "finished"


def test_why_a_sweep_cannot_go_on_is_told(engine: Engine, runs_folder: Path) -> None:
    here = Presence(runs_folder)
    sweep, sweeps = sweep_of(runs_folder, here.id, "seed=1,2"), Sweeps(lambda: engine, here.id)
    (sweep.path / "journal.log").write_text("{]\n{}\n")
    sweeps.go_on(sweep)
    wait_until(lambda: not sweeps.is_driving(sweep), 60)
    wait_until(lambda: sweep.state().state == "failed")
    assert "journal.log is damaged" in sweep.state().error


def test_a_persons_run_goes_before_trials(engine: Engine, runs_folder: Path) -> None:
    """Both wait while another one trains; the trial was queued first."""
    first = Run.create(small_config(epochs=60), runs_folder)
    trial = Run.create(small_config(), runs_folder, trial=Trial(sweep="2026-12-01-own-7f3a", number=0))
    person = Run.create(small_config(), runs_folder)
    for run in (first, trial, person):
        engine.submit_training(run.path, ticket=run.queue())
        if run is first:
            wait_until(lambda: first.status().state == "running", 60)
    wait_until(lambda: trial.status().state == "finished", 120)
    began = [(run.path / "snapshots" / "0000.npz").stat().st_mtime_ns for run in (first, person, trial)]
    assert began == sorted(began)
