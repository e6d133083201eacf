"""The command for a sweep: hyperparameter search in this terminal, one trial after the other.

    python -m lenet sweep digits-quick --vary learning_rate=1e-4..1e-1:log --trials 20
    python -m lenet sweep --resume 2026-12-01-digits-quick-7f3a

Optuna and TensorFlow are imported when trials begin, not before. Must not import Streamlit.
"""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError

from lenet import terminal
from lenet.data import datasets
from lenet.engine import memory
from lenet.errors import DatasetError, RunError, SweepError
from lenet.local_training import config_for_here, train_here
from lenet.runs.config_errors import describe_errors
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from lenet.sweep import estimate
from lenet.sweep.config import SweepConfig, problems_of
from lenet.sweep.folder import Sweep
from lenet.sweep.space import parse
from lenet.sweep.state import SweepState, ranked
from lenet.terminal import print_json, refuse, refusing

_VARY = (
    "SETTING=VALUES: learning_rate=1e-4..1e-1:log, batch_size=32,64,128, layers.1.filters=4..32; any number."
)
Recipe = Annotated[str | None, typer.Argument(help="A name that `recipes` lists.")]
Varied = Annotated[list[str] | None, typer.Option("--vary", metavar="SETTING=VALUES", help=_VARY)]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a setting of all trials.")
]
Trials = Annotated[int | None, typer.Option(help="How many; with --resume, in all. Default: 20.")]
Minutes = Annotated[float | None, typer.Option(help="After which no further trial begins.")]
Sampler = Annotated[Literal["tpe", "random", "grid"], typer.Option(help="How settings are chosen.")]
Pruner = Annotated[
    Literal["none", "median", "successive_halving"], typer.Option(help="Which trials are ended early.")
]
Measure = Annotated[Literal["val_accuracy", "val_loss"], typer.Option(help="What makes a trial good.")]
Resumed = Annotated[str | None, typer.Option(metavar="SWEEP", help="Go on with a sweep.")]
RunsFolder = Annotated[
    Path | None,
    typer.Option("--runs", metavar="DIR", help="Where runs live; default: LENET_RUNS, else runs."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def sweep(
    recipe: Recipe = None,
    vary: Varied = None,
    settings: Settings = None,
    trials: Trials = None,
    minutes: Minutes = None,
    sampler: Sampler = "tpe",
    pruner: Pruner = "none",
    measure: Measure = "val_accuracy",
    seed: Annotated[int, typer.Option(help="Of the sampler.")] = 0,
    resume: Resumed = None,
    folder: RunsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Search hyperparameters, in this terminal. Ctrl+C stops it; `sweep --resume` goes on from there."""
    with refusing(SweepError, RunError, DatasetError):
        if resume:
            found = _resumed(resume, bool(recipe or vary or settings), trials, minutes, folder)
        else:
            how = {"sampler": sampler, "pruner": pruner, "measure": measure, "seed": seed, "minutes": minutes}
            how |= {} if trials is None else {"trials": trials}
            found = _new(recipe, vary, settings, how, folder)
        state = _driven(found)
    if as_json:
        print_json(document(found, state))
    else:
        terminal.print_sweep(found, state, folder)
    if state.state == "failed":
        sys.exit(1)


def _new(
    recipe: str | None,
    vary: list[str] | None,
    settings: list[str] | None,
    asked: dict[str, Any],
    folder: Path | None,
) -> Sweep:
    if recipe is None or not vary:
        refuse(
            "Received no recipe, or no --vary; expected both, or --resume SWEEP. For example: python -m "
            "lenet sweep digits-quick --vary learning_rate=1e-4..1e-1:log --vary batch_size=32,64,128"
        )
    space = [parse(line) for line in vary]
    base = config_for_here(recipe, settings or [], folder)
    try:
        config = SweepConfig(base=base, space=space, **asked)
    except ValidationError as error:
        refuse(*describe_errors(error))
    if problems := problems_of(config, datasets.info(base.dataset)):
        refuse(*problems)
    print(estimate.in_words(config, list_runs(folder), 1, folder), file=sys.stderr)
    return Sweep.create(config, folder)


def _resumed(
    sweep_id: str, has_settings: bool, trials: int | None, minutes: float | None, folder: Path | None
) -> Sweep:
    if has_settings:
        refuse(
            "--resume: received a recipe, --vary or --set as well, expected none: a sweep keeps its settings."
        )
    sweep = Sweep.open(sweep_id, folder)
    control = sweep.control()
    if trials is not None and trials > control.trials:
        sweep.add(trials - control.trials)
    elif trials is not None:
        refuse(
            f"--trials: received {trials:,}, expected more than the {control.trials:,} that it has. Leave "
            "it out."
        )
    sweep.write_control(command="run", **({} if minutes is None else {"minutes": minutes}))
    return sweep


def _driven(sweep: Sweep) -> SweepState:
    from lenet.sweep.driver import Driver

    def train(run: Run) -> None:
        train_here(run, driver.look, driver.interrupt)
        memory.give_back()

    driver = Driver(sweep, train, slots=1, server=None)
    print(f"Sweep {sweep.id}", file=sys.stderr)
    return driver.drive()


def document(sweep: Sweep, state: SweepState) -> dict[str, Any]:
    """What --json prints."""
    config = sweep.config
    best = state.best(config.is_maximized)
    return {
        "sweep": sweep.id, "path": str(sweep.path), "measure": config.measure,
        "space": [each.text() for each in config.space], "best": best and best.model_dump(),
        "leaderboard": [trial.number for trial in ranked(state.trials, config.is_maximized)],
    } | state.model_dump(exclude={"server", "heard"})  # fmt: skip
