"""How well a network learns symbols of one's own from ten drawings of each, and in how many seconds.

    python benchmarks/own_symbols.py                            # the table: five seeds
    python benchmarks/own_symbols.py --set learning_rate=1e-3   # other settings
    python benchmarks/own_symbols.py --from none                # from random weights

Each symbol is drawn ten times for the set, and `HELD_OUT` times more to test, each time by another hand
(`tests/made_symbols.py`). The set is trained on as the button on Draw › Collect sets it up: a real set on
disk, and a real run in this process. As everywhere, a fifth of the set is its own test part, so about eight
drawings of each are learned from. Seconds are those of all epochs, and of the whole run, from reading the
data to the stored model; compiling is included. The table in `docs/results.md` is written where nothing is
changed.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np  # noqa: E402

from benchmarks.results import write_table  # noqa: E402
from lenet.data import datasets  # noqa: E402
from lenet.data.drawing_sets import DrawingSet  # noqa: E402
from lenet.drawing.rasterization import render  # noqa: E402
from lenet.overrides import with_overrides  # noqa: E402
from lenet.runs.config import RunConfig  # noqa: E402
from lenet.runs.folder import Run  # noqa: E402
from lenet.training.fine_tuning import find, fine_tuned  # noqa: E402
from tests.drawn_collection import symbols_collected  # noqa: E402
from tests.made_symbols import ALIKE, SIMPLE, drawn_each  # noqa: E402

DRAWINGS, HELD_OUT = 10, 100  # of each symbol
SETS = {"☺ ♥ ★ house ↯": SIMPLE, "○ □ △ × ⬠": ALIKE, "all ten": (*SIMPLE, *ALIKE)}
HEAD = (
    "| symbols | mean | lowest to highest | seconds of all epochs | of the run |",
    "|---|---|---|---|---|",
)
BEGIN, END = "<!-- symbols: begin -->", "<!-- symbols: end -->"


class Result(NamedTuple):
    """Of one run: share of held-out drawings that are read right; seconds of its epochs, and of all of it."""

    accuracy: float
    epochs: float
    whole: float


def collected(names: Sequence[str], seed: int) -> DrawingSet:
    """A new set with ten drawings of each symbol."""
    title = f"Set of {len(names)}, seed {seed}, {time.time_ns()}"[:40]
    return symbols_collected(DRAWINGS, names, title, (seed, 1))


def config_for(made: DrawingSet, start: str, settings: Sequence[str], seed: int) -> RunConfig:
    """As the button sets it up, but for these settings."""
    config = fine_tuned(find(start if start != "none" else "lenet5-draw"), datasets.info(made.name))
    config = with_overrides(config, [*settings, f"seed={seed}"])
    return config.replace(initial_weights=None) if start == "none" else config


def measured(names: Sequence[str], start: str, settings: Sequence[str], seed: int, runs: Path) -> Result:
    """One set, one run."""
    from lenet.evaluation import predictor
    from lenet.networks.loading import load_model
    from lenet.training.trainer import train

    made = collected(names, seed)
    run, began = Run.create(config_for(made, start, settings, seed), runs), time.perf_counter()
    status = train(run)
    whole = time.perf_counter() - began
    if status.state != "finished":
        raise SystemExit(status.error)
    held_out = drawn_each(names, HELD_OUT, np.random.default_rng((seed, 2)))
    images = render([drawing for drawing, _ in held_out])
    places = predictor.predict(load_model(run.id, runs), images[..., None]).argmax(axis=1)
    right = [names[place] == name for place, (_, name) in zip(places, held_out, strict=True)]
    return Result(float(np.mean(right)), sum(run.epochs()["seconds"]), whole)


def row(title: str, results: Sequence[Result]) -> str:
    """A line of the table."""
    found = [100 * each.accuracy for each in results]
    epochs, whole = (statistics.mean(times) for times in list(zip(*results, strict=True))[1:])
    bounds = f"{min(found):.1f} to {max(found):.1f} %"
    return f"| {title} | **{statistics.mean(found):.1f} %** | {bounds} | {epochs:.1f} | {whole:.1f} |"


def main() -> None:
    """Measure; write the table of the button's own settings."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--from", dest="start", default="lenet5-draw", help="a model, or none")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE")
    parser.add_argument("--only", nargs="*", choices=list(SETS), default=list(SETS))
    parser.add_argument("--no-table", action="store_true", help="print alone")
    arguments = parser.parse_args()
    from lenet.training import forward_pass

    forward_pass.use_one_thread_an_operation()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LENET_DATA"], runs = folder, Path(folder) / "runs"
        seeds = range(arguments.first_seed, arguments.first_seed + arguments.seeds)
        for title in arguments.only:
            given = SETS[title], arguments.start, arguments.set
            rows.append(row(title, [measured(*given, seed, runs) for seed in seeds]))
            print(rows[-1], flush=True)
    if not arguments.no_table and arguments.start == "lenet5-draw" and not arguments.set:
        write_table(BEGIN, END, [*HEAD, *rows])


if __name__ == "__main__":
    main()
