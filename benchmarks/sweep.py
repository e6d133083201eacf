"""What a sweep costs beside its training: the process that drives it, and the trainer's rest between trials.

    python benchmarks/sweep.py [--trials 12]

Trials of `digits-quick` by the embedded engine, as the Train page starts them. Needs no data and no browser.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lenet.engine.connect import connect  # noqa: E402
from lenet.engine.sweeps import Sweeps  # noqa: E402
from lenet.runs.folder import Run  # noqa: E402
from lenet.runs.presence import Presence  # noqa: E402
from lenet.sweep.config import SweepConfig  # noqa: E402
from lenet.sweep.folder import Sweep  # noqa: E402
from lenet.sweep.space import parse  # noqa: E402
from lenet.training.recipes import RECIPES  # noqa: E402


def cost_of_child() -> tuple[float, float]:
    """Megabytes, and seconds of a core, of the process that drives the sweep; 0 where there is none."""
    for child in psutil.Process().children():
        try:
            if any("sweep_child" in word for word in child.cmdline()):
                return child.memory_info().rss / 1e6, sum(child.cpu_times()[:2])
        except psutil.Error:  # it ended this moment
            continue
    return 0.0, 0.0


def rests(runs: list[Run]) -> list[float]:
    """Seconds from the end of each run to the initial weights of the next."""
    ends = [(run.path / "status.json").stat().st_mtime for run in runs]
    begins = [run.snapshot_path(0).stat().st_mtime for run in runs]
    return [begin - end for end, begin in zip(ends, begins[1:], strict=False)]


def main(trials: int, folder: Path) -> None:
    """A sweep over the seed, from Start to its end."""
    engine, here = connect(), Presence(folder)
    while engine.state().trainer != "ready":
        time.sleep(0.2)
    base, space = RECIPES["digits-quick"].config, [parse("seed=0..1000000")]
    sweep = Sweep.create(SweepConfig(base=base, space=space, trials=trials), folder, here.id)
    sweeps, costs = Sweeps(lambda: engine, here.id), []
    sweeps.go_on(sweep)
    while sweeps.is_driving(sweep):
        costs.append(cost_of_child())
        time.sleep(0.2)
    runs = [Run(folder / name) for name in sweep.run_ids()]
    state, between = sweep.state(), rests(runs)
    trained = sum(run.status().seconds for run in runs)
    most = [max(numbers) for numbers in zip(*costs, strict=True)]
    print(f"{state.done} trials in {state.seconds:.0f} s, {trained:.0f} s of training")
    print(f"its process: {most[0]:.0f} MB, {most[1]:.1f} s of a core")
    print(f"between trials: {statistics.median(between):.2f} s (median), {max(between):.2f} s at most")
    engine.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=12)
    with tempfile.TemporaryDirectory() as temporary:
        main(parser.parse_args().trials, Path(temporary))
