"""What a run needs before its first update: its data, its network, the compiled train step, initial weights.

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

from collections.abc import Callable
from pathlib import Path

from lenet.data import datasets
from lenet.data.splits import epoch_order, split
from lenet.errors import RunError
from lenet.networks.build import build, logits_model
from lenet.networks.loading import load_model
from lenet.networks.validation import check
from lenet.networks.weights import set_weights
from lenet.runs.config import RunConfig
from lenet.training.forward_pass import num_shards
from lenet.training.schedules import Cycles
from lenet.training.state import TrainingState, batch_sizes
from lenet.training.train_step import TrainStep, resident

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
    train_step = TrainStep(config, logits_model(model), images, labels, shards)
    return TrainingState(config, cycles, model, train_step, parts, labels.numpy())


def initialize(state: TrainingState, runs: Path) -> None:
    """Give it the weights of another model, or scale its own by the images, where the config asks for that.

    Args:
        runs: the folder of the run that the weights may be of.

    Raises:
        ModelError, WeightsError: that model is not there, or is of another network.
    """
    config = state.config
    if config.initial_weights:
        arrays = load_model(config.initial_weights, runs).arrays()
        set_weights(state.model, arrays, config.initial_weights)
    elif config.initializer == "lsuv":
        first = epoch_order(state.split.train, config.seed, 0)[:_VARIANCE_IMAGES]
        state.train_step.give_unit_variance(first)
