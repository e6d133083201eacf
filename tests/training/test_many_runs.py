"""A trainer that lives through a whole lesson: what a run compiles goes with it, or serves the next one."""

import gc
import statistics
from pathlib import Path

import psutil
import pytest
from tensorflow.python.framework.func_graph import FuncGraph  # no public name: what tf.function compiles

from lenet.engine import tasks
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import BatchNorm, Conv, Dense, Dropout, Layer, MaxPool
from lenet.training import compiled_steps

LAYERS: tuple[Layer, ...] = (
    Conv(filters=4, kernel_size=3, activation="gelu"),
    BatchNorm(),
    MaxPool(),
    Dropout(),
    Dense(units=10, activation="linear"),
)
SETTINGS: dict[str, dict] = {
    "sgd": {"optimizer": "sgd", "momentum": 0.9, "nesterov": True},
    "adam": {"optimizer": "adam", "rotation": 10, "elastic": 0.05, "cutout": 0.2},
    "adamw": {"optimizer": "adamw"},
    "rmsprop": {"optimizer": "rmsprop", "label_smoothing": 0.1, "l2": 0.001},
    "levenberg_marquardt": {"optimizer": "levenberg_marquardt", "layers": (Conv(filters=2), LAYERS[-1])},
}


def graphs() -> set[int]:
    """What `tf.function` has compiled and somebody still holds on to."""
    gc.collect()
    return {id(each) for each in gc.get_objects() if issubclass(type(each), FuncGraph)}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_no_compiled_graph_outlives_a_run_whose_step_is_let_go(
    settings: dict, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled_steps, "MOST_KEPT", 0)
    config = RunConfig.model_validate(
        {"dataset": "digits", "layers": LAYERS, "epochs": 1, "batch_size": 256} | settings
    )
    before = graphs()
    assert tasks.train_run(str(Run.create(config, runs_folder).path)) == "finished"
    assert graphs() <= before


@pytest.mark.parametrize("most_kept", [0, compiled_steps.MOST_KEPT])
def test_a_trainer_hardly_grows_by_a_run(
    most_kept: int, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What TensorFlow keeps outside of Python; the first two load what all need."""
    monkeypatch.setattr(compiled_steps, "MOST_KEPT", most_kept)
    config, sizes = RunConfig(dataset="digits", layers=LAYERS, epochs=1, batch_size=256), []
    for seed in range(12):
        run = Run.create(config.replace(seed=seed), runs_folder)
        assert tasks.train_run(str(run.path)) == "finished"
        sizes.append(psutil.Process().memory_info().rss / 1e6)
    early, late = statistics.median(sizes[1:5]), statistics.median(sizes[-4:])  # seven runs apart
    assert (late - early) / 7 < 0.6, sizes
