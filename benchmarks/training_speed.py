"""Seconds an epoch on MNIST: this project's loop beside the published systems' own way.

    python benchmarks/training_speed.py [--recipes lenet5-relu cnn-16-32] [--epochs 3]

The published way is `keras.Model.fit` on float32 arrays, same network, batch size, optimizer and validation,
with TensorFlow's own settings. Both take turns, an epoch each, while the other waits, in a process each, for
TensorFlow's threads are set once a process. The first epoch of each is a warm-up. Ours is a whole run, which
streams its curves, status, snapshots and checkpoints to a run folder.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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


class Turns:
    """One contestant's side: it trains when a line comes in, and answers with the seconds of its epoch."""

    def wait(self) -> None:
        """Until it is this one's turn; then the clock runs."""
        sys.stdin.readline()
        self._started = time.perf_counter()

    def end_epoch(self) -> None:
        """Stop the clock and hand over."""
        print(time.perf_counter() - self._started, flush=True)


def published_way(config: RunConfig, turns: Turns) -> None:
    """`fit` as the published systems call it."""

    class EpochTurns(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
            turns.wait()

        def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
            turns.end_epoch()

    PublishedWay(config).fit(EpochTurns())


def our_way(config: RunConfig, turns: Turns) -> None:
    """A run, with everything that a person sees of one."""
    use_one_thread_an_operation()
    with tempfile.TemporaryDirectory() as folder:
        _train(Run.create(config, Path(folder)), config, turns)


def _train(run: Run, config: RunConfig, turns: Turns) -> None:
    ended = [0]

    def hand_over(status: Status) -> None:
        if status.epoch > ended[0]:
            ended[0] = status.epoch
            turns.end_epoch()
            if status.epoch < config.epochs:
                turns.wait()

    turns.wait()
    status = train(run, hand_over)
    if status.state != "finished":
        raise SystemExit(f"The run did not finish: {status.error}")


def compare(recipe: str, epochs: int) -> None:
    """Print the epochs of both, their medians' ratio."""
    command = [sys.executable, __file__, "--recipes", recipe, "--epochs", str(epochs), "--contestant"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    both = {who: subprocess.Popen([*command, who], **pipes) for who in CONTESTANTS}
    seconds = {who: [] for who in both}
    for _ in range(epochs + 1):
        for who, process in both.items():
            print(file=process.stdin, flush=True)
            seconds[who].append(float(process.stdout.readline()))
    for process in both.values():
        process.communicate()
    fit, ours = (each[1:] for each in seconds.values())
    ratio = statistics.median(fit) / statistics.median(ours)
    print(f"{recipe}: fit {_list(fit)}, ours {_list(ours)}, ratio of the medians {ratio:.2f}", flush=True)


def _list(seconds: list[float]) -> str:
    return " ".join(f"{each:.2f}" for each in seconds) + " s"


CONTESTANTS = {"fit": published_way, "ours": our_way}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipes", nargs="+", default=["lenet5-relu", "cnn-16-32"], choices=list(RECIPES))
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--contestant", choices=list(CONTESTANTS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    for name in arguments.recipes:
        if arguments.contestant:
            settings = RECIPES[name].config.replace(epochs=arguments.epochs + 1)
            CONTESTANTS[arguments.contestant](settings, Turns())
        else:
            compare(name, arguments.epochs)
