"""Networks of every kind of layer with weights at random, and images for them."""

from pathlib import Path

import numpy as np

from lenet.networks.build import build
from lenet.npz import save_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run

RANDOM = np.random.default_rng(0)


def images(shape: tuple[int, ...], count: int) -> np.ndarray:
    """(count, *shape) uint8: strokes on background, noise, blank."""
    found = RANDOM.integers(0, 256, (count, *shape)).astype(np.uint8)
    found[: count // 2] *= RANDOM.random((count // 2, *shape)) < 0.2
    found[0] = 0
    return found


def random_run(config: RunConfig, shape: tuple[int, ...], folder: Path) -> str:
    """A run whose first epoch has weights at random: also biases, and what batch normalization has seen."""
    run = Run.create(config, folder)
    weights = {}
    for variable in build(config.layers, shape, seed=1).weights:
        if "seed" not in variable.path:
            values = np.asarray(variable) + 0.1 * RANDOM.normal(size=variable.shape)
            weights[variable.path] = np.abs(values) if "variance" in variable.path else values
    save_arrays(run.snapshot_path(0), {key: each.astype(np.float32) for key, each in weights.items()})
    return f"{run.id}@0"


def layer(kind: str, **settings: object) -> dict[str, object]:
    return {"kind": kind, **settings}


OUTPUT = layer("dense", units=10, activation="softmax")
OTHERS = {
    "strides, same": [layer("conv", filters=5, kernel_size=4, strides=3, padding="same", activation="gelu")],
    "strides, valid": [layer("conv", filters=5, kernel_size=3, strides=2, activation="elu")],
    "windows left over": [layer("conv", filters=3, kernel_size=3, activation="sigmoid"),
                          layer("max_pool", size=3), layer("average_pool", size=3)],
    "means of maps": [layer("conv", filters=12, kernel_size=3), layer("global_average_pool")],
    "units normalized": [layer("dense", units=30, activation="scaled_tanh"), layer("batch_norm"),
                         layer("dropout"), layer("activation", function="tanh")],
    "some maps": [layer("conv", filters=3, kernel_size=3), layer("subsampling"),
                  layer("partial_conv", table=[[0], [1, 2], [0, 1, 2]], kernel_size=3)],
}  # fmt: skip
