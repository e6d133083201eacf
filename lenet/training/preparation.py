"""What a run needs before its first update: its data, its network, the compiled train step, initial weights.

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from lenet.data import datasets
from lenet.data.splits import epoch_order, split
from lenet.errors import RunError
from lenet.networks.build import build, logits_model
from lenet.networks.loading import load
from lenet.networks.model_reference import resolve
from lenet.networks.output_classes import output_name
from lenet.networks.validation import check
from lenet.networks.weights import set_weights, weights_of
from lenet.runs.config import RunConfig
from lenet.training import compiled_steps
from lenet.training.fine_tuning import goes_on_whole
from lenet.training.forward_pass import num_shards
from lenet.training.schedules import Cycles
from lenet.training.state import TrainingState, batch_sizes
from lenet.training.train_step import resident

_VARIANCE_IMAGES = 500


def prepare(
    config: RunConfig,
    cycles: Cycles,
    run_path: Path,
    aside: Path,
    report_download: Callable[[int, int | None], None],
) -> TrainingState:
    """The state of a run before its first update.

    Args:
        run_path: its folder, in which a data set that grows is kept as it is now.
        aside: as `lenet.files.written_aside` takes it.
        report_download: called with the bytes received and their total.

    Raises:
        DatasetError: the data cannot be had. RunError: the network does not fit them.
    """
    dataset = datasets.load_for(run_path, config.dataset, progress=report_download, folder=aside)
    if problems := check(config, dataset.info):
        raise RunError(problems[0])
    images, labels = resident(dataset, config.pad_to)
    parts = split(config, len(dataset.y_train), len(dataset.y_test))
    model = build(config.layers, images.shape[1:], config.seed, config.initializer)
    shards = num_shards(config.batch_size, int(batch_sizes(len(parts.train), config.batch_size).min()))
    train_step = compiled_steps.take(config, logits_model(model), images, labels, shards)
    return TrainingState(config, cycles, model, train_step, parts, labels.numpy())


def initialize(state: TrainingState, run_path: Path) -> None:
    """Give it the weights of another model, or scale its own by the images, where the config asks for that.

    Args:
        run_path: its folder; beside it lies the run that the weights may be of.

    Raises:
        ModelError, WeightsError: that model is not there, or is of another network.
    """
    config = state.config
    if config.initial_weights:
        set_weights(state.train_step.model, _starting_weights(state, run_path), config.initial_weights)
    elif config.initializer == "lsuv":
        first = epoch_order(state.split.train, config.seed, 0)[:_VARIANCE_IMAGES]
        state.train_step.give_unit_variance(first)


def _starting_weights(state: TrainingState, run_path: Path) -> dict[str, np.ndarray]:
    """Those of the other model; an output for other classes has the ones that were drawn for it."""
    config = state.config
    source = resolve(config.initial_weights, run_path.parent)
    arrays = load(source).arrays()
    if goes_on_whole(source, datasets.info(config.dataset, run_path)):
        return arrays
    output = f"{output_name(config.layers)}/"
    drawn = {path: array for path, array in weights_of(state.model).items() if path.startswith(output)}
    return arrays | drawn
