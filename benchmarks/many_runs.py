"""What a trainer that lives through a whole lesson keeps of each run, and whether it becomes slower.

    python benchmarks/many_runs.py                          # 200 runs of digits-quick
    python benchmarks/many_runs.py --of networks            # every run another network
    python benchmarks/many_runs.py --of recipes --runs 60   # every recipe in turn, an epoch each
    python benchmarks/many_runs.py --build ../before --build .

Runs go through the embedded engine to its trainer, one after the other; the trainer's memory and the seconds
of processor time are read after each. Builds that are compared (`--build`, a checkout each; this one where
there is none) take turns, a run each, so they meet the same quiet and busy minutes.
The recipes need MNIST (LENET_DATA).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import builds  # noqa: E402

FEW = 20  # runs at the start and at the end whose median is compared
HEADINGS = (
    "build | runs | a run, s: first | last | ratio | of a core, s: first | last | ratio "
    "| MB after the first | the last | more a run"
)

if TYPE_CHECKING:
    from lenet.runs.config import RunConfig


# What is trained


def quick(number: int) -> "RunConfig":
    """The same each time."""
    return builds.recipes()["digits-quick"].config


def networks(number: int) -> "RunConfig":
    """Another network, optimizer and batch size each time, an epoch of the digits."""
    config = builds.module("lenet.runs.config", "lenet.config")
    layer = builds.module("lenet.runs.layers", "lenet.config")
    layers = (
        layer.Conv(filters=4 + number % 60, kernel_size=3),
        layer.MaxPool(),
        layer.Dense(units=20 + number),
        layer.Dense(units=10, activation="linear"),
    )
    optimizer = ("sgd", "adam", "adamw", "rmsprop", "levenberg_marquardt")[number % 5]
    batch_size = (1, 16, 32, 64)[number % 4]
    settings = {"optimizer": optimizer, "batch_size": batch_size, "learning_rate": 1e-4, "epochs": 1}
    return config.RunConfig(dataset="digits", layers=layers, **settings)


def recipes(number: int) -> "RunConfig":
    """Each recipe in turn, an epoch."""
    known = list(builds.recipes().values())
    return known[number % len(known)].config.replace(epochs=1)


KINDS: dict[str, Callable[[int], "RunConfig"]] = {"quick": quick, "networks": networks, "recipes": recipes}


# One build's side


def take_turns(build: str, kind: str) -> None:
    """For each number that comes in, a run; out goes what it cost, a line of JSON: see `_train`."""
    builds.use(build)
    engine = builds.module("lenet.engine.connect", "lenet.cluster").connect()
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            print(json.dumps(_train(engine, KINDS[kind](int(line)), Path(folder))), flush=True)
    engine.close()


def _train(engine, config: "RunConfig", folder: Path) -> tuple[float, float, float]:
    """Seconds, seconds of processor time, and the trainer's MB after the run."""
    run = builds.new_run(config, folder)
    trainer = _trainer(engine)
    started, before = time.monotonic(), _cpu(trainer)
    engine.submit_training(run.path)
    while run.status().state in ("queued", "running"):
        time.sleep(0.02)
    seconds = time.monotonic() - started
    if run.status().state != "finished":
        raise SystemExit(f"The run did not finish: {run.status().error}")
    after = _trainer(engine)  # waits until it is free
    return seconds, _cpu(after) - before, after.memory_info().rss / 1e6


def _trainer(engine):
    import psutil

    return psutil.Process(engine.client.submit(os.getpid, resources={"trainer": 1}, pure=False).result())


def _cpu(process) -> float:
    times = process.cpu_times()
    return times.user + times.system


# All of them


def compare(compared: list[str], kind: str, runs: int) -> None:
    """Print a line after each tenth of the runs, then the table."""
    command = [sys.executable, __file__, "--of", kind, "--turns"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    sides = {build: subprocess.Popen([*command, build], cwd=build, **pipes) for build in compared}
    costs: dict[str, list[list[float]]] = {build: [] for build in compared}
    for number in range(runs):
        for build, side in sides.items():
            print(number, file=side.stdin, flush=True)
            costs[build].append(json.loads(side.stdout.readline()))
            if (number + 1) % max(1, runs // 10) == 0:
                print(f"{build}, run {number + 1}: {_words(*costs[build][-1])}", flush=True)
    for side in sides.values():
        side.communicate()
    print(f"\n{HEADINGS}")
    for build, rows in costs.items():
        print(build, runs, *_summary(rows), sep=" | ")


def _words(seconds: float, cpu: float, megabytes: float) -> str:
    return f"{seconds:.2f} s, {cpu:.2f} s of a core, {megabytes:.0f} MB"


def _summary(rows: list[list[float]]) -> list[str]:
    """Medians of the first and last few runs; the memory after the first and after the last one."""
    cells = []
    for column in zip(*[row[:2] for row in rows], strict=True):
        first, last = statistics.median(column[:FEW]), statistics.median(column[-FEW:])
        cells += [f"{first:.2f}", f"{last:.2f}", f"{last / first:.2f}"]
    first, last = rows[0][2], rows[-1][2]
    return [*cells, f"{first:.0f}", f"{last:.0f}", f"{(last - first) / max(1, len(rows) - 1):.2f}"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--of", default="quick", choices=list(KINDS))
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--build", action="append", help="a checkout; may be repeated")
    parser.add_argument("--turns", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.turns:
        take_turns(arguments.turns, arguments.of)
    else:
        compared = [str(Path(each).resolve()) for each in arguments.build or [builds.ROOT]]
        compare(compared, arguments.of, arguments.runs)
