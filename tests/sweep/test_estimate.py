"""How long a sweep takes is said before it begins, from what runs here have taken."""

import time
from pathlib import Path

from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from lenet.runs.status import Status
from lenet.sweep.config import SweepConfig
from lenet.sweep.estimate import in_words, seconds_a_trial
from lenet.sweep.space import parse
from tests.small_runs import small_config


def finished(folder: Path, config: RunConfig, seconds: float) -> None:
    run, now = Run.create(config, folder), time.time()
    epochs = config.epochs
    about = {"state": "finished", "epoch": epochs, "epochs": epochs, "seconds": seconds, "created": now}
    run.write_status(Status(**about, heartbeat=now))


def sweep(*lines: str, **how: object) -> SweepConfig:
    return SweepConfig(base=small_config(epochs=10), space=[parse(line) for line in lines], **how)


def test_from_runs_of_the_same_layers_else_of_others_else_of_none(tmp_path: Path) -> None:
    config = sweep("learning_rate=1e-3..1e-1", trials=6)

    def words(trainers: int = 1) -> str:
        return in_words(config, list_runs(tmp_path), trainers, tmp_path)

    assert words() == "6 runs. How long one takes is not known yet: no run has finished here."
    larger = (small_config().layers[0].model_copy(update={"filters": 8}), *small_config().layers[1:])
    finished(tmp_path, small_config(layers=larger, epochs=10), 8.0)
    found = seconds_a_trial(config, list_runs(tmp_path), tmp_path)
    assert not found.is_alike and found.seconds == 4.0, "half of the multiply-adds"
    finished(tmp_path, small_config(epochs=4), 2.0)
    assert words() == (
        "6 runs, about 30 s of training (from 1 finished run of the same layers and data: 5.0 s each)."
    )
    assert "about 10 s of training" in words(trainers=3)


def test_what_makes_it_shorter_is_said(tmp_path: Path) -> None:
    finished(tmp_path, small_config(epochs=4), 2.0)
    config = sweep("epochs=2,6", sampler="grid", pruner="median", minutes=3)
    words = in_words(config, list_runs(tmp_path), 1, tmp_path)
    assert words.startswith("2 runs of the 2 combinations of the grid, at most about 4 s of training, and no")
    assert "no trial begins after 3 min" in words
