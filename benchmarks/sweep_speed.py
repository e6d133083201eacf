"""Seconds of a sweep, two builds in turns: runs of one recipe that differ in learning rate and seed.

    python benchmarks/sweep_speed.py --build ../before --build .
    python benchmarks/sweep_speed.py --build ../before --build . --runs 4 --epochs 1 --times 2

All runs of a sweep are queued at once; each build's embedded engine trains them in its trainer, as it does
for the dashboard. The builds take turns, a whole sweep each, and each trains one run before, so that both
trainers have loaded the data. Printed are the seconds of every sweep, the ratio of the medians, and by how
much the final weights of the two builds differ. With `--alone` the second build's runs are compared with the
same runs, trained in a process of their own each: what a sweep gives is what a run alone gives.
The recipe needs MNIST (LENET_DATA).
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

import numpy as np
import psutil

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import builds  # noqa: E402
from benchmarks.machine import processor  # noqa: E402

RATES = (3e-4, 6e-4, 1e-3, 2e-3)


def trial(recipe: str, epochs: int, number: int) -> Any:
    """The config of a run of the sweep: every learning rate with every seed, in turn."""
    changes = {"learning_rate": RATES[number % len(RATES)], "seed": number // len(RATES)}
    return builds.config(recipe, epochs).replace(**changes)


# One build's side


def take_turns(build: str, recipe: str, epochs: int, runs: int) -> None:
    """For each folder that comes in, a sweep there; out goes its cost, a line of JSON: see `sweep`."""
    builds.use(build)
    engine = builds.module("lenet.engine.connect", "lenet.cluster").connect()
    with tempfile.TemporaryDirectory() as folder:  # data, compilers and files are warm on both sides
        sweep(engine, [builds.config(recipe, 1)], Path(folder))
    for line in sys.stdin:
        configs = [trial(recipe, epochs, number) for number in range(runs)]
        print(json.dumps(sweep(engine, configs, Path(line.strip()))), flush=True)
    engine.close()


def sweep(engine: Any, configs: list[Any], folder: Path) -> tuple[float, float, list[str]]:
    """Its seconds, from the first queueing to the last end; those of a core of all workers; the runs."""
    started, before = time.monotonic(), _of_a_core()
    runs = [builds.new_run(config, folder) for config in configs]
    for run in runs:
        engine.submit_training(run.path)
    while left := [run for run in runs if run.status().state in ("queued", "running")]:
        time.sleep(0.02 if len(left) == 1 else 0.1)
    seconds = time.monotonic() - started
    for run in runs:
        if run.status().state != "finished":
            raise SystemExit(f"A run did not finish: {run.status().error}")
    return seconds, _of_a_core() - before, [str(run.path) for run in runs]


def _of_a_core() -> float:
    """Seconds of a core that all workers of this process have taken until now."""
    times = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return sum(each.user + each.system for each in times)


def train_alone(build: str, recipe: str, epochs: int, number: int, folder: str) -> None:
    """One run of the sweep, in this process."""
    builds.use(build)
    builds.train(builds.new_run(trial(recipe, epochs, number), Path(folder)))


# Both of them


def compare(arguments: argparse.Namespace, compared: list[str]) -> None:
    """Print a line for each sweep, then the ratio, and how far apart the weights are."""
    print(f"{processor()}; load {' '.join(f'{load:.1f}' for load in os.getloadavg())}", flush=True)
    command = [sys.executable, __file__, *_settings(arguments), "--turns"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with tempfile.TemporaryDirectory() as folder:
        sides = [subprocess.Popen([*command, build], cwd=build, **pipes) for build in compared]
        costs: list[list[tuple[float, float]]] = [[] for _ in compared]
        for _ in range(arguments.times):
            found = [_turn(*each, folder) for each in zip(sides, compared, costs, strict=True)]
        for side in sides:
            side.communicate()
        print(f"the first build's weights and the second's: {distance(*found)}")
        if arguments.alone:
            alone = [_apart(arguments, compared[1], number, folder) for number in range(arguments.runs)]
            print(f"the second build's weights and those of runs alone: {distance(found[1], alone)}")
    print(f"{arguments.runs} runs of {arguments.recipe}, {arguments.epochs} epochs each, medians:")
    for words, *both in zip(
        ("of a clock", "of a core"), *(zip(*each, strict=True) for each in costs), strict=True
    ):
        before, now = map(statistics.median, both)
        print(f"  seconds {words}: {before:.1f} and {now:.1f}, ratio {now / before:.2f}")


def _turn(side: subprocess.Popen, build: str, costs: list[tuple[float, float]], folder: str) -> list[str]:
    """One sweep of one build; its run folders."""
    print(tempfile.mkdtemp(dir=folder), file=side.stdin, flush=True)
    seconds, of_a_core, paths = json.loads(side.stdout.readline())
    costs.append((seconds, of_a_core))
    print(f"{build}: {seconds:.1f} s, {of_a_core:.1f} s of a core", flush=True)
    return paths


def _apart(arguments: argparse.Namespace, build: str, number: int, folder: str) -> str:
    """A run of the sweep, trained in a process of its own; its folder."""
    place = tempfile.mkdtemp(dir=folder)
    command = [sys.executable, __file__, *_settings(arguments), "--build", build]
    command += ["--number", str(number), "--into", place]
    finished = subprocess.run(command, cwd=build, stderr=subprocess.PIPE, text=True)  # TensorFlow talks
    if finished.returncode:
        raise SystemExit(finished.stderr)
    return str(next(Path(place).iterdir()))


def _settings(arguments: argparse.Namespace) -> list[str]:
    numbers = ["--epochs", str(arguments.epochs), "--runs", str(arguments.runs)]
    return ["--recipe", arguments.recipe, *numbers]


def distance(first: list[str], second: list[str]) -> str:
    """How far apart the final weights of the same runs in two places are, in words."""
    largest = 0.0
    for one, other in zip(first, second, strict=True):
        with np.load(_last_snapshot(one)) as ours, np.load(_last_snapshot(other)) as theirs:
            pairs = [(ours[name].astype(np.float64), theirs[name]) for name in ours]
        largest = max(largest, *(float(np.abs(a - b).max()) for a, b in pairs))
    return f"{largest:.2g} apart at most" if largest else "the same, bit for bit"


def _last_snapshot(run: str) -> Path:
    return max((Path(run) / "snapshots").iterdir())


def main() -> None:
    """Both builds, or one of them in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--build", action="append", help="a checkout; give it twice")
    parser.add_argument("--recipe", default="lenet5-relu")
    parser.add_argument("--runs", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--times", type=int, default=3, help="sweeps of each build")
    parser.add_argument("--alone", action="store_true", help="compare with runs alone as well")
    parser.add_argument("--turns", help=argparse.SUPPRESS)
    parser.add_argument("--number", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--into", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    compared = [str(Path(build).resolve()) for build in arguments.build or []]
    if arguments.turns:
        return take_turns(arguments.turns, arguments.recipe, arguments.epochs, arguments.runs)
    if arguments.into:
        build, settings = compared[0], (arguments.recipe, arguments.epochs, arguments.number)
        return train_alone(build, *settings, arguments.into)
    if len(compared) != 2:
        parser.error(f"--build: received {len(compared)}, expected two checkouts.")
    compare(arguments, compared)


if __name__ == "__main__":
    main()
