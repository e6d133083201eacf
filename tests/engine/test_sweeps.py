"""The sweeps that a server sees to: a real child drives each, and the server's engine trains its runs."""

from pathlib import Path

from lenet.engine.base import Engine
from lenet.engine.sweeps import Sweeps, left
from lenet.people.owner import owner_of
from lenet.people.person import Person, set_acting
from lenet.runs.folder import Run
from lenet.runs.presence import Presence
from lenet.runs.trial import Trial
from tests.engine_fixtures import wait_until
from tests.small_runs import small_config
from tests.small_sweeps import sweep_of

DEAD = "0" * 16


def test_a_sweep_that_a_server_left_goes_on_with_the_next(engine: Engine, runs_folder: Path) -> None:
    """Its runs are its maker's; trials that are asked for while it ends are not missed."""
    here = Presence(runs_folder)
    ada = Person("a", "Ada")
    set_acting(lambda: ada)
    sweep = sweep_of(runs_folder, "seed=1,2,3", server=DEAD, sampler="grid", trials=2)
    set_acting(None)
    other = sweep_of(runs_folder, "seed=1,2", server=here.id, sampler="grid")
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
    assert [owner_of(runs_folder / run) for run in sweep.run_ids()] == [ada] * 3
    assert not sweeps.problem(sweep) and sweep.shown_state() == "finished"


def test_a_person_stops_a_sweep_and_resumes_it(engine: Engine, runs_folder: Path) -> None:
    """The run under way stops with it, and goes on from where it was."""
    here = Presence(runs_folder)
    sweep = sweep_of(runs_folder, "seed=1,2", server=here.id, sampler="grid", epochs=200)
    sweeps = Sweeps(lambda: engine, here.id)
    sweeps.go_on(sweep)
    run = Run(runs_folder / f"{sweep.id}-0000")
    wait_until(lambda: run.path.is_dir() and run.status().epoch > 1, 60)
    sweep.write_control(command="stop")
    wait_until(lambda: not sweeps.is_driving(sweep), 60)
    epoch = run.status().epoch
    assert sweep.state().state == "stopped" and run.status().state == "stopped" and epoch < 200
    sweep.write_control(command="run", trials=1)
    sweeps.go_on(sweep)
    wait_until(lambda: not sweeps.is_driving(sweep), 120)
    assert run.epochs()["epoch"] == list(range(1, 201)) and sweep.state().trials[0].state == "complete"


def test_why_a_sweep_cannot_go_on_is_told(engine: Engine, runs_folder: Path) -> None:
    here = Presence(runs_folder)
    sweep, sweeps = (
        sweep_of(runs_folder, "seed=1,2", server=here.id, sampler="grid"),
        Sweeps(lambda: engine, here.id),
    )
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
