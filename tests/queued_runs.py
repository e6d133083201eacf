"""Queued runs for tests of the engine."""

from pathlib import Path

from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES

CONFIG = RECIPES["digits-quick"].config


def new_run(folder: Path) -> Run:
    """A queued run."""
    return Run.create(CONFIG, folder)
