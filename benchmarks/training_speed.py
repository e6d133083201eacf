"""Seconds an epoch on MNIST: this project's loop beside the published systems' own way, or two builds of it.

    python benchmarks/training_speed.py [--recipes lenet5-relu cnn-16-32] [--epochs 3]
    python benchmarks/training_speed.py --build ../before --build .
    python benchmarks/training_speed.py --build ../before --build . --peers

The published way is `keras.Model.fit` on float32 arrays, same network, batch size, optimizer and validation,
with TensorFlow's own settings. Both take turns, an epoch each, while the other waits, in a process each, for
TensorFlow's threads are set once a process. The first epoch of each is a warm-up. Ours is a whole run, which
streams its curves, status, snapshots and checkpoints to a run folder. With `--build`, a checkout, twice,
these two builds take turns, without `fit`. With `--peers` PyTorch's eager loop takes its turns as well, where
PyTorch is installed. The last contestant is compared with each of the others. On a busy machine the seconds
of a core say more than those of a clock: both ratios are printed.
"""

import argparse
import importlib.util
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

from benchmarks import builds  # noqa: E402
from benchmarks.machine import processor  # noqa: E402

FIT, PYTORCH = "fit", "pytorch"


class Turns:
    """One contestant: it trains when a line comes in; then it says its seconds of a clock, and of a core."""

    def wait(self) -> None:
        """Until it is this one's turn; then the clock runs."""
        sys.stdin.readline()
        self._started = time.perf_counter(), time.process_time()

    def end_epoch(self) -> None:
        """Stop the clock and hand over."""
        wall, processor = self._started
        print(time.perf_counter() - wall, time.process_time() - processor, flush=True)


def published_way(recipe: str, epochs: int, turns: Turns) -> None:
    """`fit` as the published systems call it."""
    import keras

    from benchmarks.published_way import PublishedWay

    class EpochTurns(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
            turns.wait()

        def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
            turns.end_epoch()

    PublishedWay(builds.config(recipe, epochs)).fit(EpochTurns())


def pytorch_way(recipe: str, epochs: int, turns: Turns) -> None:
    """PyTorch's eager loop."""
    from benchmarks.pytorch_way import PyTorchWay

    PyTorchWay(builds.config(recipe, epochs)).fit(turns.wait, turns.end_epoch)


def our_way(build: str, recipe: str, epochs: int, turns: Turns) -> None:
    """A run, with everything that a person sees of one."""
    builds.use(build)
    config, ended = builds.config(recipe, epochs), 0

    def hand_over(status: Any) -> None:
        nonlocal ended
        if status.epoch > ended:
            ended = status.epoch
            turns.end_epoch()
            if ended < epochs:
                turns.wait()

    with tempfile.TemporaryDirectory() as folder:
        run = builds.new_run(config, Path(folder))
        turns.wait()
        builds.train(run, hand_over)


def compare(recipe: str, epochs: int, contestants: list[str]) -> None:
    """Print the epochs of each, and how the medians of the others stand to those of the last one."""
    command = [sys.executable, __file__, "--recipes", recipe, "--epochs", str(epochs), "--contestant"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen([*command, each], **pipes) for each in contestants]
    seconds: list[list[tuple[float, ...]]] = [[] for _ in contestants]
    for _ in range(epochs + 1):
        for process, epoch in zip(processes, seconds, strict=True):
            print(file=process.stdin, flush=True)
            epoch.append(tuple(map(float, process.stdout.readline().split())))
    for process in processes:
        process.communicate()
    (ours, ours_of_a_core), *others = reversed([tuple(zip(*each[1:], strict=True)) for each in seconds])
    names = ["ours" if each == str(builds.ROOT) else each for each in contestants]
    print(f"{recipe}: {names[-1]} {_list(ours)}", flush=True)
    for name, (wall, of_a_core) in zip(reversed(names[:-1]), others, strict=True):
        print(f"  {name} {_list(wall)}, ratio of the medians {_ratio(wall, ours):.2f}, "
              f"of a core {_ratio(of_a_core, ours_of_a_core):.2f}", flush=True)  # fmt: skip


def _list(seconds: tuple[float, ...]) -> str:
    return " ".join(f"{each:.2f}" for each in seconds) + " s"


def _ratio(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    return statistics.median(first) / statistics.median(second)


def _peers() -> list[str]:
    """PyTorch; nobody, and a sentence, where it is not installed."""
    if importlib.util.find_spec("torch"):
        return [PYTORCH]
    print("PyTorch is not installed: `python -m pip install -r requirements-torch.txt`.", file=sys.stderr)
    return []


def main() -> None:
    """All contestants for each recipe; or one of them, in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipes", nargs="+", default=["lenet5-relu", "cnn-16-32"])
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--build", action="append", help="a checkout; give it twice")
    parser.add_argument("--peers", action="store_true", help="PyTorch as well, where it is installed")
    parser.add_argument("--contestant", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    contestants = [str(Path(each).resolve()) for each in arguments.build or []] or [FIT, str(builds.ROOT)]
    if len(contestants) != 2:
        parser.error("--build: received one, expected two checkouts.")
    if arguments.peers:
        contestants = [*_peers(), *contestants]
    if not arguments.contestant:
        print(processor(), flush=True)
    for name in arguments.recipes:
        if arguments.contestant in (FIT, PYTORCH):
            peer = published_way if arguments.contestant == FIT else pytorch_way
            peer(name, arguments.epochs + 1, Turns())
        elif arguments.contestant:
            our_way(arguments.contestant, name, arguments.epochs + 1, Turns())
        else:
            compare(name, arguments.epochs, contestants)


if __name__ == "__main__":
    main()
