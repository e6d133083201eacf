"""Seconds an epoch on MNIST: this project's loop beside the published systems' own way.

    python benchmarks/training_speed.py [--recipes lenet5-relu cnn-16-32] [--epochs 3]

The published way is `keras.Model.fit` on float32 arrays, same network, batch size, optimizer and validation.
Both train in one process and take turns, an epoch each, while the other waits; the first epoch of each is a
warm-up. Ours is a whole run: streaming its curves, status, snapshots and checkpoints to a run folder.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parent.parent))

import keras  # noqa: E402

from lenet import datasets, network  # noqa: E402
from lenet.config import RunConfig  # noqa: E402
from lenet.loop import make_optimizer  # noqa: E402
from lenet.preprocessing import pad, prepare  # noqa: E402
from lenet.recipes import RECIPES  # noqa: E402
from lenet.runs import Run, Status  # noqa: E402
from lenet.training import train  # noqa: E402


class Turns:
    """Two contestants take turns; each hands over when its epoch ends. Collects the seconds of each epoch."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {"ours": [], "fit": []}
        self._mine = {"ours": threading.Semaphore(0), "fit": threading.Semaphore(1)}
        self._started = 0.0

    def wait(self, who: str) -> None:
        """Until it is `who`'s turn; then its clock runs."""
        self._mine[who].acquire()
        self._started = time.perf_counter()

    def end_epoch(self, who: str) -> None:
        """Stop the clock and hand over."""
        self.seconds[who].append(time.perf_counter() - self._started)
        self._mine["fit" if who == "ours" else "ours"].release()


def published_way(config: RunConfig, turns: Turns) -> None:
    """`fit` as the published systems call it."""

    class EpochTurns(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
            turns.wait("fit")

        def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
            turns.end_epoch("fit")

    data = datasets.load(config.dataset)
    size = config.pad_to or data.x_train.shape[1]
    x_train, x_test = (prepare(images, config) for images in (data.x_train, data.x_test))
    model = network.build(config.layers, pad(data.x_train[:1], size).shape[1:], config.seed)
    logits = network.logits_model(model) is model
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=logits)
    model.compile(make_optimizer(config), loss, metrics=["accuracy"])
    is_test = config.validation == "test"
    validation = {"validation_data": (x_test, data.y_test)} if is_test else {
        "validation_split": config.validation_fraction}  # fmt: skip
    settings = {"epochs": config.epochs, "verbose": 0, "callbacks": [EpochTurns()]} | validation
    model.fit(x_train, data.y_train, config.batch_size, **settings)


def our_way(config: RunConfig, turns: Turns, folder: Path) -> None:
    """A run, with everything that a person sees of one."""
    run, ended = Run.create(config, folder), [0]

    def hand_over(status: Status) -> None:
        if status.epoch > ended[0]:
            ended[0] = status.epoch
            turns.end_epoch("ours")
            if status.epoch < config.epochs:
                turns.wait("ours")

    turns.wait("ours")
    status = train(run, hand_over)
    if status.state != "finished":
        raise SystemExit(f"The run did not finish: {status.error}")


def compare(name: str, epochs: int) -> None:
    """Print both medians and their ratio."""
    config, turns = RECIPES[name].config.replace(epochs=epochs + 1), Turns()
    with tempfile.TemporaryDirectory() as folder:
        other = threading.Thread(target=published_way, args=(config, turns))
        other.start()
        our_way(config, turns, Path(folder))
        other.join()
    ours, fit = (turns.seconds[who][1:] for who in ("ours", "fit"))
    ratio = statistics.median(fit) / statistics.median(ours)
    print(f"{name}: fit {_list(fit)}, ours {_list(ours)}, ratio of the medians {ratio:.2f}", flush=True)


def _list(seconds: list[float]) -> str:
    return " ".join(f"{each:.2f}" for each in seconds) + " s"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipes", nargs="+", default=["lenet5-relu", "cnn-16-32"], choices=list(RECIPES))
    parser.add_argument("--epochs", type=int, default=3)
    arguments = parser.parse_args()
    for recipe in arguments.recipes:
        compare(recipe, arguments.epochs)
