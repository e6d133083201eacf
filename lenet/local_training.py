"""A run that is trained in this process, as `python -m lenet train` does it.

TensorFlow and Keras are imported when a run begins, not before. Must not import Streamlit.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lenet import progress
from lenet.errors import DatasetError
from lenet.networks.output_classes import with_classes
from lenet.networks.validation import check
from lenet.overrides import with_overrides
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.lease import current_ticket
from lenet.runs.listing import summarize
from lenet.runs.status import Status
from lenet.terminal import pick, refuse, refusing, stdout_for_results
from lenet.training.recipes import RECIPES
from lenet.training.run_name import run_name

if TYPE_CHECKING:
    from lenet.data.dataset import DatasetInfo


def started(recipe: str, settings: list[str], folder: Path | None) -> Run:
    """A new run of `recipe` with changed settings, if it can start on its data set."""
    config = config_for_here(recipe, settings, folder)
    return Run.create(config, folder, run_name(config))


def config_for_here(recipe: str, settings: list[str], folder: Path | None) -> RunConfig:
    """That of `recipe` with changed settings, if it can start on its data set, which is here then."""
    config = _for_its_data(with_overrides(pick(recipe, RECIPES, "Recipe").config, settings))
    if not any(each.startswith("batch_size=") for each in settings):
        config = _with_fitting_batch(config)
    _fetch(config, folder)
    return config


def _for_its_data(config: RunConfig) -> RunConfig:
    """With an output for the classes of its data set, where these are known already."""
    about = _known(config.dataset)
    return config.replace(layers=with_classes(config.layers, about.num_classes)) if about else config


def _with_fitting_batch(config: RunConfig) -> RunConfig:
    """With a batch that its data set fills; a sentence says so."""
    from lenet.training import fitting_batch

    about = _known(config.dataset)
    fitting = fitting_batch.fitted(config, about) if about else config
    if fitting != config:
        print(fitting_batch.in_words(config, fitting), file=sys.stderr)
    return fitting


def _known(dataset: str) -> "DatasetInfo | None":
    """What is known of a data set that has images; else `_fetch` says what is wrong."""
    from lenet.data import datasets

    try:
        about = datasets.info(dataset)
    except DatasetError:
        return None
    return about if about.num_train else None


def _fetch(config: RunConfig, folder: Path | None) -> None:
    """Refuse what cannot start on the data set; download the data set where it is not here."""
    from lenet.data import datasets
    from lenet.training import fine_tuning

    with refusing(DatasetError):
        if not datasets.can_download(config.dataset):
            datasets.fetch(config.dataset)  # says what is missing, which no download would bring
        info = datasets.info(config.dataset)
        problems = check(config, info) + fine_tuning.mismatches(config, info, folder)
        if problems:
            refuse(*problems)
        if not datasets.available(config.dataset):
            with progress.download_progress(config.dataset) as show:
                datasets.fetch(config.dataset, show)


def resumed(run_id: str, settings: list[str] | None, folder: Path | None) -> Run:
    """A run that was stopped, that failed, or whose trainer is gone, ready to go on."""
    if settings:
        refuse("--resume: received --set as well, expected none: a run keeps its settings. Train a new run.")
    run = Run.open(run_id, folder)
    state = summarize(run.path).state
    if state not in ("stopped", "failed", "interrupted"):
        refuse(f"--resume: run {run_id} is {state}, expected one that was stopped, failed or interrupted.")
    return run


def train_here(
    run: Run, beside: Callable[[], object] = lambda: None, on_stop: Callable[[], object] = lambda: None
) -> Status:
    """Train with a progress bar. Ctrl+C, or SIGTERM, stops the run as the Stop button does.

    Args:
        beside: called whenever there is news of the run.
        on_stop: called where a person stops it so.
    """
    ticket = run.queue()

    def stop() -> None:
        on_stop()
        if current_ticket(run.path) == ticket:  # else it is somebody else's now
            run.write_control(command="stop")

    with progress.interruptible(stop):
        progress.load_tensorflow()
        from lenet.training import forward_pass, trainer

        forward_pass.use_one_thread_an_operation()
        with progress.training_progress(run.id) as show, stdout_for_results():
            return trainer.train(run, lambda status: (show(status), beside()), ticket)
