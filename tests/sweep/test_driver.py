"""A sweep that is driven: real runs, trained here; what a kill at any place leaves is gone on with, once."""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from lenet.errors import SweepError
from lenet.runs.folder import Run
from lenet.sweep import driver as drivers
from lenet.sweep.folder import runs_of
from lenet.sweep.state import SweepState
from lenet.training.trainer import train
from tests.small_sweeps import driver_of, sweep_of


def states(state: SweepState) -> list[str]:
    return [trial.state for trial in state.trials]


def trained_times(run: Run) -> int:
    """How often it was taken: once to be queued, and once to be trained, each time."""
    (owner,) = (run.path / "lease").iterdir()
    return int(owner.name.partition("-")[0]) // 2


def test_a_grid_is_tried_whole(tmp_path: Path) -> None:
    sweep = sweep_of(tmp_path, "learning_rate=1e-4,1e-2", "layers.1.filters=2,4", sampler="grid")
    state = driver_of(sweep).drive()
    assert state.state == "finished" and states(state) == ["complete"] * 4
    expected = [(rate, filters) for rate in (1e-4, 1e-2) for filters in (2, 4)]
    for trial, (rate, filters) in zip(state.trials, expected, strict=True):
        run = Run.open(trial.run, tmp_path)
        assert (run.config.learning_rate, run.config.layers[0].filters) == (rate, filters)
        assert trial.value == run.epochs()["val_accuracy"][-1] and trial.epoch == 2
        assert run.trial().number == trial.number and run.trial().sweep == sweep.id
        assert trained_times(run) == 1
    assert state.best(True).settings["learning_rate"] == 1e-2
    assert state.importances.keys() == state.best(True).settings.keys()
    assert sum(state.importances.values()) == pytest.approx(1)
    assert runs_of(sweep.id, tmp_path) == [trial.run for trial in state.trials]
    with pytest.raises(SweepError, match="expected none: all are there"):
        sweep.add(10)


def test_a_kill_at_any_place(tmp_path: Path) -> None:
    """Asked for and no run made; run made and not begun; run over and not told; half a line; a lock left."""
    sweep = sweep_of(tmp_path, "learning_rate=1e-3..1e-2:log", trials=3)
    killed = driver_of(sweep)
    asked = killed._study.ask().params
    killed.close()

    begun = driver_of(sweep, start=lambda run: None)
    assert begun.step() and runs_of(sweep.id, tmp_path) == [f"{sweep.id}-0000"]
    begun.close()

    over = driver_of(sweep)
    over._begin()  # trains it; the run is over, and nobody has looked
    over.close()
    journal = sweep.path / "journal.log"
    with journal.open("ab") as file:
        file.write(b'{"op_code":5,"worker_id":')
    journal.with_name("journal.log.lock").touch()

    state = driver_of(sweep).drive()
    assert states(state) == ["complete"] * 3 and state.state == "finished"
    assert state.trials[0].settings == asked
    assert len({trial.settings["learning_rate"] for trial in state.trials}) == 3
    assert [trained_times(Run.open(trial.run, tmp_path)) for trial in state.trials] == [1, 1, 1]

    sweep.add(1)
    assert states(driver_of(sweep).drive()) == ["complete"] * 4


def test_a_hopeless_trial_is_pruned(tmp_path: Path) -> None:
    sweep = sweep_of(
        tmp_path, "learning_rate=1e-2,1e-7", epochs=40, sampler="grid", pruner="successive_halving",
        measure="val_loss",
    )  # fmt: skip
    state = driver_of(sweep).drive()
    good, hopeless = state.trials
    assert (good.state, hopeless.state) == ("complete", "pruned")
    assert 5 <= hopeless.epoch < 40, "not before an eighth of the epochs"
    assert hopeless.why.startswith("Pruned after epoch ") and state.best(False).number == 0
    assert Run.open(hopeless.run, tmp_path).status().state == "stopped"


def test_a_person_stops_and_goes_on(tmp_path: Path) -> None:
    """The trial under way goes on from its checkpoint; Optuna hears of it in the end."""
    sweep = sweep_of(tmp_path, "seed=1,2", epochs=6, sampler="grid")

    def stopped_midway(run: Run) -> None:
        def look(status) -> None:
            first.look()
            if status.epoch == 3 and sweep.control().command == "run":
                sweep.write_control(command="stop")
                run.write_control(command="stop")

        train(run, look, run.queue())

    first = driver_of(sweep, stopped_midway)
    state = first.drive()
    assert state.state == "stopped" and states(state) == ["stopped"] and state.done == 0
    sweep.write_control(command="run")
    state = driver_of(sweep).drive()
    assert states(state) == ["complete"] * 2
    assert Run.open(state.trials[0].run, tmp_path).epochs()["epoch"] == [1, 2, 3, 4, 5, 6]


def test_no_trial_begins_in_a_pause_or_after_the_minutes(tmp_path: Path) -> None:
    sweep = sweep_of(tmp_path, "seed=1,2", trials=2)
    sweep.write_control(command="pause")
    assert driver_of(sweep).drive().state == "paused" and not runs_of(sweep.id, tmp_path)
    sweep.write_control(command="run", minutes=1e-9)
    state = driver_of(sweep).drive()
    assert state.state == "finished" and not state.trials and "minutes are over" in state.message


def test_every_trial_fails(tmp_path: Path) -> None:
    sweep = sweep_of(tmp_path, "pad_to=1,2,3,4,5,6,7", sampler="grid")
    state = driver_of(sweep).drive()
    assert state.state == "failed" and states(state) == ["failed"] * drivers.MOST_FAILURES
    assert "The last 5 trials failed" in state.error and "Padding: received 5" in state.error
    assert not runs_of(sweep.id, tmp_path)


def test_a_trial_that_diverges_fails_alone(tmp_path: Path) -> None:
    sweep = sweep_of(tmp_path, "learning_rate=1e30,1e-2", sampler="grid")
    state = driver_of(sweep).drive()
    assert state.state == "finished" and states(state) == ["failed", "complete"]
    assert state.trials[0].why == Run.open(state.trials[0].run, tmp_path).status().error


def test_a_run_that_was_deleted_is_not_waited_for(tmp_path: Path) -> None:
    sweep = sweep_of(tmp_path, "seed=1,2", trials=1)
    driver = driver_of(sweep, start=lambda run: None)
    assert driver.step()
    shutil.rmtree(tmp_path / f"{sweep.id}-0000")
    while driver.step():
        pass
    assert "is missing" in sweep.state().trials[0].why
    driver.close()


def test_of_two_drivers_one_drives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivers, "_PATIENCE", 0.2)
    sweep = sweep_of(tmp_path, "seed=1,2")
    driver = driver_of(sweep)
    with pytest.raises(SweepError, match="another process drives it, expected none"):
        driver_of(sweep)
    assert sweep.is_driven() and sweep.shown_state() == "waiting"
    driver.close()
    assert not sweep.is_driven() and sweep.shown_state() == "interrupted"


def test_a_full_disk_loses_nothing(full_disk: Path) -> None:
    sweep = sweep_of(full_disk, "seed=1..1000", trials=2)
    filler = full_disk / "filler"

    def fill(run: Run) -> None:
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass

    with pytest.raises(SweepError, match="No space left on device. Free some space"):
        driver_of(sweep, fill, slots=2).drive()
    filler.unlink()
    started: list[str] = []
    again = driver_of(sweep, lambda run: started.append(run.id), slots=2)
    assert again.step() and again.step()
    assert started == [f"{sweep.id}-0000", f"{sweep.id}-0001"] == runs_of(sweep.id, full_disk)
    assert len(again._study.trials()) == 2
    again.close()


def test_a_damaged_journal_is_said(tmp_path: Path) -> None:
    sweep = sweep_of(tmp_path, "seed=1,2")
    (sweep.path / "journal.log").write_text("{]\n{}\n")
    with pytest.raises(SweepError, match="journal.*is damaged.*the runs are all there"):
        driver_of(sweep)
