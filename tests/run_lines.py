"""What tests of run folders share: a run whose status is changed, and its line in the list."""

from pathlib import Path
from typing import Any

from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from lenet.runs.status import Status
from lenet.training.recipes import RECIPES

CONFIG = RECIPES["lenet5-relu"].config
ENGINE = "tls://127.0.0.1:1234"


def change(run: Run, **changes: Any) -> Status:
    """Write the run's status, changed."""
    status = run.status().model_copy(update=changes)
    run.write_status(status)
    return status


def only(folder: Path) -> Any:
    """The one line of the list."""
    (line,) = list_runs(folder)
    return line
