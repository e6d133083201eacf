"""Runs that train, as far as their files say, with an epoch more whenever a test wants one."""

from pathlib import Path

from lenet.networks.build import build
from lenet.networks.weights import weights_of
from lenet.npz import save_arrays
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES

CONFIG = RECIPES["digits-quick"].config


def add_epoch(run: Run, epoch: int) -> None:
    """Weights of that epoch, none like another's."""
    save_arrays(run.snapshot_path(epoch), weights_of(build(run.config.layers, (8, 8, 1), epoch)))


def running_run(folder: Path) -> Run:
    """One that has its initial weights and trains."""
    run = Run.create(CONFIG, folder)
    add_epoch(run, 0)
    run.write_status(run.status().model_copy(update={"state": "running", "engine": None}))
    return run
