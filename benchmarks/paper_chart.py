"""Figure 9 of the paper of 1998, measured again: its classifiers on MNIST, by scikit-learn and our networks.

    python benchmarks/paper_chart.py                                # all that is missing: some hours
    python benchmarks/paper_chart.py --classifiers linear lenet-1   # some
    python benchmarks/paper_chart.py --images 2000 --results /tmp/few.json  # a look, with few training digits

Each is measured with three seeds where there is chance in it, and written into the shipped file
(`lenet/evaluation/paper_chart.json`) and the table of `docs/results.md` as soon as it is. What is there is
not measured again, so the command goes on where it was ended; trained networks are kept in
`runs/paper_chart/`. It takes one thread, and gives way to whatever else runs.
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(_threads, "1")

from benchmarks.classifiers_1998.chart import measure  # noqa: E402
from benchmarks.classifiers_1998.table import write_table_of  # noqa: E402
from lenet.evaluation.paper_chart import CLASSIFIERS, FILE, TRAINING, measurements, store  # noqa: E402


def main() -> None:
    """Measure what is missing, the first seeds of all before the second ones."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--classifiers", nargs="+", choices=list(CLASSIFIERS), default=list(CLASSIFIERS))
    parser.add_argument("--seeds", type=int, default=3, help="at most, of those with chance in them")
    parser.add_argument("--images", type=int, default=TRAINING, help="training digits")
    parser.add_argument("--results", type=Path, default=FILE)
    arguments = parser.parse_args()
    if arguments.images < TRAINING and arguments.results == FILE:
        parser.error(f"--images: received {arguments.images}, expected {TRAINING}, of which all results in "
                     f"{FILE.name} are. Name another file by --results.")  # fmt: skip
    os.nice(19)
    for seed in range(arguments.seeds):
        for name in arguments.classifiers:
            if seed < CLASSIFIERS[name].seeds:
                add(name, seed, arguments.images, arguments.results)


def add(name: str, seed: int, images: int, file: Path) -> None:
    """One measurement, unless it is there."""
    if seed in seeds_of(name, file):
        return
    print(f"{name}, seed {seed}", flush=True)
    found = measure(name, seed, images)
    if seed in seeds_of(name, file):  # another process was sooner
        return
    known = measurements(file) if file.exists() else {}
    store(known | {name: (*known.get(name, ()), found)}, file)
    if file == FILE:
        write_table_of(measurements(file))
    seconds = "" if found.seconds is None else f", {found.seconds:,.0f} s"
    print(f"{name}, seed {seed}: {found.error:.2f} %, rejected {found.rejected}{seconds}", flush=True)


def seeds_of(name: str, file: Path) -> list[int]:
    """Those that are measured."""
    return [each.seed for each in measurements(file).get(name, ())] if file.exists() else []


if __name__ == "__main__":
    main()
