"""Where an update of the training loop spends its time: operations, their share, the arithmetic limit.

    python benchmarks/training_profile.py [--recipes lenet5-relu cnn-16-32]

A hundred updates under TensorFlow's profiler. The time of an operation is that of all its calls on all
threads. The limit is what a large product of matrices reaches here, on the same threads; an update needs
three times the multiply-adds of a forward pass, less the gradient of the first layer's input.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow.tsl.profiler.protobuf import xplane_pb2  # noqa: E402

from lenet.data import datasets
from lenet.data.preprocessing import network_input_shape
from lenet.networks.build import build, logits_model  # noqa: E402
from lenet.networks.summary import summarize  # noqa: E402
from lenet.runs.config import RunConfig  # noqa: E402
from lenet.training.forward_pass import num_shards, use_one_thread_an_operation  # noqa: E402
from lenet.training.recipes import RECIPES  # noqa: E402
from lenet.training.train_step import TrainStep, resident  # noqa: E402

UPDATES, SHOWN = 100, 14
_NO_OPERATIONS = ("Process", "Run")  # the executor's own, around the operations


def main() -> None:
    """Print a table for each recipe."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--recipes", nargs="+", default=["lenet5-relu", "cnn-16-32"], choices=list(RECIPES))
    arguments = parser.parse_args()
    use_one_thread_an_operation()
    threads = tf.config.threading.get_inter_op_parallelism_threads()
    limit = threads * matrix_speed()
    print(f"{threads} threads; products of matrices: {limit / 1e9:.0f} billion multiply-adds a second\n")
    for name in arguments.recipes:
        profile(name, RECIPES[name].config, limit)


def matrix_speed() -> float:
    """Multiply-adds a second of one thread."""
    side = 1024
    matrix = tf.random.stateless_uniform((side, side), (0, 0))
    tf.matmul(matrix, matrix).numpy()
    fastest = min(_seconds(lambda: tf.matmul(matrix, matrix).numpy()) for _ in range(8))
    return side**3 / fastest


def profile(name: str, config: RunConfig, limit: float) -> None:
    """The table of one recipe."""
    data = datasets.load(config.dataset)
    images, labels = resident(data, config.pad_to)
    model = build(config.layers, images.shape[1:], config.seed, config.initializer)
    shards = num_shards(config.batch_size, config.batch_size)
    train_step = TrainStep(config, logits_model(model), images, labels, shards)
    order = np.arange(UPDATES * config.batch_size, dtype=np.int32)
    rates = np.full(UPDATES, config.learning_rate, np.float32)
    train_step.steps(order, rates, 0)
    seconds = min(_seconds(lambda: train_step.steps(order, rates, 0)) for _ in range(5)) / UPDATES
    needed = _multiply_adds(config, data.x_train.shape[1:]) * config.batch_size
    print(f"`{name}`: {1e3 * seconds:.2f} ms an update of {config.batch_size} images, {needed / 1e6:.0f} "
          f"million multiply-adds: {needed / seconds / limit:.0%} of the limit\n")  # fmt: skip
    _print_operations(_traced(lambda: train_step.steps(order, rates, 0)))


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _multiply_adds(config: RunConfig, image_shape: tuple[int, ...]) -> int:
    """Of one image: forward, and backward to the weights and to the inputs."""
    layers = summarize(config.layers, network_input_shape(config, image_shape)).layers
    counts = [layer.multiply_adds for layer in layers]
    first = next(count for count in counts if count)
    return 3 * sum(counts) - first


def _traced(call: Callable[[], object]) -> Counter[str]:
    """Type of operation → picoseconds of all its calls."""
    with tempfile.TemporaryDirectory() as folder:
        tf.profiler.experimental.start(folder)
        call()
        tf.profiler.experimental.stop()
        space = xplane_pb2.XSpace()
        space.ParseFromString(next(Path(folder).rglob("*.xplane.pb")).read_bytes())
    spent: Counter[str] = Counter()
    for plane in space.planes:
        for line in plane.lines:
            for event in line.events:
                name, colon, kind = plane.event_metadata[event.metadata_id].name.rpartition(":")
                if colon and name and kind.isidentifier() and kind not in _NO_OPERATIONS:
                    spent[kind] += event.duration_ps
    return spent


def _print_operations(spent: Counter[str]) -> None:
    every = sum(spent.values())
    print("| operation | µs an update | share |\n|---|---|---|")
    shown = spent.most_common(SHOWN)
    shown.append(("all others", every - sum(time for _, time in shown)))
    for kind, picoseconds in shown:
        print(f"| {kind} | {picoseconds / 1e6 / UPDATES:.0f} | {picoseconds / every:.0%} |")
    print(f"\nAll together {every / 1e6 / UPDATES:.0f} µs on all threads.\n", flush=True)


if __name__ == "__main__":
    main()
