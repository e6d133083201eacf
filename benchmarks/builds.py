"""Checkouts of this project that a benchmark compares: each runs in a process of its own."""

import importlib
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_in_use = ROOT


def use(build: str) -> None:
    """Import `lenet` from that checkout, in this process; before anything of it is imported."""
    global _in_use
    _in_use = Path(build)
    sys.path.insert(0, build)


def module(name: str, former: str) -> Any:
    """That of the checkout in use, or what it was called before there were wings."""
    is_here = (_in_use / f"{name.replace('.', '/')}.py").is_file()
    return importlib.import_module(name if is_here else former)


def recipes() -> dict[str, Any]:
    """The recipes of the checkout in use."""
    return module("lenet.training.recipes", "lenet.recipes").RECIPES


def config(recipe: str, epochs: int) -> Any:
    """Of that recipe, for so many epochs. Ends the program where there is none of that name."""
    known = recipes()
    if recipe not in known:
        raise SystemExit(f"Recipe: received {recipe!r}, expected one of {', '.join(known)}.")
    return known[recipe].config.replace(epochs=epochs)


def new_run(config: Any, folder: Path) -> Any:
    """A run folder, made by the checkout in use."""
    return module("lenet.runs.folder", "lenet.runs").Run.create(config, folder)


def train(run: Any, report: Any = None) -> Any:
    """Train it here, on all threads; its last status. Ends the program where it does not finish."""
    module("lenet.training.forward_pass", "lenet.forward").use_one_thread_an_operation()
    status = module("lenet.training.trainer", "lenet.training").train(run, report)
    if status.state != "finished":
        raise SystemExit(f"The run did not finish: {status.error}")
    return status
