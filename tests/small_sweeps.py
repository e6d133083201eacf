"""Sweeps of runs that are over in a second, and what drives them in this process."""

from collections.abc import Callable
from pathlib import Path

from lenet.runs.folder import Run
from lenet.sweep.config import SweepConfig
from lenet.sweep.driver import Driver
from lenet.sweep.folder import Sweep
from lenet.sweep.space import parse
from lenet.training.trainer import train
from tests.small_runs import small_config


def sweep_of(folder: Path, *lines: str, epochs: int = 2, server: str | None = None, **how: object) -> Sweep:
    """A sweep that varies what these lines say."""
    space = [parse(line) for line in lines]
    return Sweep.create(SweepConfig(base=small_config(epochs=epochs), space=space, **how), folder, server)


def driver_of(sweep: Sweep, start: Callable[[Run], object] | None = None, slots: int = 1) -> Driver:
    """A driver whose runs are trained here, unless `start` does something else with them."""

    def train_here(run: Run) -> None:
        ticket = run.queue()
        train(run, lambda status: driver.look(), ticket)

    driver = Driver(sweep, start or train_here, slots, server=None)
    return driver
