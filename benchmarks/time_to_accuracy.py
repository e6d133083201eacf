"""Seconds until 99.0 % of MNIST's test set are right: `mnist-fast` beside `cnn-16-32` as it was published.

    python benchmarks/time_to_accuracy.py [--seeds 3]

The published way is `keras.Model.fit` with the settings of `cnn-16-32`, until the end of its first epoch with
99.0 %; where none of its ten epochs has that, all ten count. Ours is a whole run of `mnist-fast`, with its
curves, checkpoints and snapshots, until its row with 99.0 %. Both take turns, in a process each, for
TensorFlow's threads are set once a process. Both clocks begin with the data in memory and the model built;
compiling counts.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parent.parent))

import keras  # noqa: E402

from benchmarks.published_way import PublishedWay  # noqa: E402
from lenet.runs.config import RunConfig  # noqa: E402
from lenet.runs.folder import Run
from lenet.runs.status import Status  # noqa: E402
from lenet.training.forward_pass import use_one_thread_an_operation  # noqa: E402
from lenet.training.recipes import RECIPES  # noqa: E402
from lenet.training.trainer import train  # noqa: E402

WANTED = 0.99


class Clock:
    """Starts at once; stops, for good, at the first epoch that is accurate enough."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.accuracies: list[float] = []
        self.seconds: float | None = None

    def end_epoch(self, accuracy: float) -> None:
        """The test accuracy after another epoch."""
        self.accuracies.append(accuracy)
        if accuracy >= WANTED and self.seconds is None:
            self.seconds = time.perf_counter() - self.started

    def report(self) -> None:
        """One line of JSON."""
        whole = time.perf_counter() - self.started
        reached = self.seconds is not None
        print(json.dumps({"seconds": self.seconds or whole, "reached": reached, "by_epoch": self.accuracies}))


def published_way(config: RunConfig) -> None:
    """`fit` as the published system calls it, ended when it is accurate enough."""

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            clock.end_epoch(logs["val_accuracy"])
            self.model.stop_training = clock.seconds is not None

    contestant = PublishedWay(config)
    clock = Clock()
    contestant.fit(Stop())
    clock.report()


def our_way(config: RunConfig) -> None:
    """A run, with everything that a person sees of one."""
    use_one_thread_an_operation()
    clocks: list[Clock] = []

    def follow(status: Status) -> None:
        if status.message == "Compiling":  # the data are resident and the model is built
            clocks.append(Clock())
        elif clocks and status.epoch > len(clocks[0].accuracies):
            clocks[0].end_epoch(status.val_accuracy)

    with tempfile.TemporaryDirectory() as folder:
        status = train(Run.create(config, Path(folder)), follow)
    if status.state != "finished":
        sys.exit(f"The run did not finish: {status.error}")
    clocks[0].report()


CONTESTANTS = {"cnn-16-32": published_way, "mnist-fast": our_way}


def compare(seeds: int) -> None:
    """Print each seed's times and their ratio, and the medians'."""
    seconds: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    for seed in range(seeds):
        for name in CONTESTANTS:
            result = _result(name, seed)
            seconds[name].append(result["seconds"])
            accuracies = " ".join(f"{each:.2%}" for each in result["by_epoch"])
            missed = "" if result["reached"] else f", never {WANTED:.1%}"
            print(f"seed {seed}, {name}: {result['seconds']:.2f} s ({accuracies}{missed})", flush=True)
    ratios = [fit / ours for fit, ours in zip(*seconds.values(), strict=True)]
    medians = [statistics.median(each) for each in seconds.values()]
    print(
        f"Ratios: {' '.join(f'{each:.2f}' for each in ratios)}; of the medians {medians[0] / medians[1]:.2f}"
    )


def _result(name: str, seed: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--contestant", name, "--seed", str(seed)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--contestant", choices=list(CONTESTANTS), help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.contestant:
        settings = RECIPES[arguments.contestant].config.replace(seed=arguments.seed)
        CONTESTANTS[arguments.contestant](settings)
    else:
        compare(arguments.seeds)
