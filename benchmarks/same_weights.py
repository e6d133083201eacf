"""Whether two builds train the same networks, bit for bit: each published recipe for an epoch.

    python benchmarks/same_weights.py --build ../before --build .
    python benchmarks/same_weights.py --build ../before --build . --recipes digits-quick --epochs 3

Compares the initial and the final weights, the stored probabilities of the test images, and the rows of the
curves but for their seconds. The recipes need MNIST and Fashion-MNIST (LENET_DATA).
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from benchmarks import builds  # noqa: E402

# Those of the five posts, of which one has two networks, and of the paper.
PUBLISHED = [
    "lenet5-linear", "lenet-20-50", "lenet5-relu", "cnn-16-32", "lenet5-tanh", "lenet5-relu-avg",
    "lenet5-1998",
]  # fmt: skip


def train(build: str, recipe: str, epochs: int, folder: Path) -> None:
    """One build's side: a run of the recipe, in that folder."""
    builds.use(build)
    builds.train(builds.new_run(builds.config(recipe, epochs), folder))


def train_apart(build: str, recipe: str, epochs: int, folder: Path) -> Path:
    """The same in a process of its own; the run folder."""
    command = [sys.executable, __file__, "--recipes", recipe, "--epochs", str(epochs), "--build", build]
    command += ["--into", str(folder)]
    finished = subprocess.run(command, cwd=build, stderr=subprocess.PIPE, text=True)  # TensorFlow talks
    if finished.returncode:
        raise SystemExit(f"{build}, {recipe}: {finished.stderr}")
    return next(folder.iterdir())


def differences(first: Path, second: Path) -> list[str]:
    """What is not the same in two run folders, in words."""
    names = [
        "evaluation.npz",
        *(f"snapshots/{path.name}" for path in sorted((first / "snapshots").iterdir())),
    ]
    found = [words for name in names for words in different_arrays(first / name, second / name)]
    curves = ("steps.csv", "epochs.csv")
    return found + [f"rows of {name}" for name in curves if rows(first / name) != rows(second / name)]


def different_arrays(first: Path, second: Path) -> list[str]:
    """A sentence for each array that has not the same bits in both files."""
    with np.load(first) as ours, np.load(second) as theirs:
        if sorted(ours) != sorted(theirs):
            return [f"{first.stem} holds {sorted(ours)} and {sorted(theirs)}"]
        pairs = [(name, ours[name], theirs[name]) for name in sorted(ours)]
    return [f"{first.stem} {name}{distance(*both)}" for name, *both in pairs if not is_same(*both)]


def is_same(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether they have the same bits: 0 and -0 are two numbers, and NaN is as good as any other."""
    return (first.dtype, first.shape, first.tobytes()) == (second.dtype, second.shape, second.tobytes())


def distance(first: np.ndarray, second: np.ndarray) -> str:
    """The largest difference of two arrays, in words."""
    if first.shape != second.shape:
        return f": {first.shape} and {second.shape}"
    return f": by {np.abs(first.astype(np.float64) - second).max():.3g}"


def rows(path: Path) -> list[list[str]]:
    """Those of a file of curves as they are written, without the seconds."""
    with path.open(newline="") as file:
        table = list(csv.DictReader(file))
    return [[value for name, value in row.items() if name != "seconds"] for row in table]


def compare(first: str, second: str, recipe: str, epochs: int) -> bool:
    """Print the recipe's row of the table; whether all is the same."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        ours, theirs = (
            train_apart(build, recipe, epochs, Path(folder))
            for build, folder in ((first, one), (second, two))
        )
        found = differences(ours, theirs)
        with np.load(ours / "snapshots" / f"{epochs:04d}.npz") as weights:
            numbers = sum(weights[name].size for name in weights)
        steps = rows(ours / "steps.csv")
    same = "the same" if not found else "; ".join(found)
    print(f"| `{recipe}` | {numbers:,} | {int(steps[-1][0]):,} | {len(steps)} | {same} |", flush=True)
    return not found


def main() -> None:
    """Print the table; end with an error where something differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--build", action="append", required=True, help="a checkout; give it twice")
    parser.add_argument("--recipes", nargs="+", default=PUBLISHED)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    chosen = [str(Path(build).resolve()) for build in arguments.build]
    if arguments.into:
        return train(chosen[0], arguments.recipes[0], arguments.epochs, arguments.into)
    if len(chosen) != 2:
        parser.error(f"--build: received {len(chosen)}, expected two checkouts.")
    print("| recipe | numbers in its weights | updates | rows of the curves | both builds |")
    print("|---|---|---|---|---|")
    alike = [compare(*chosen, recipe, arguments.epochs) for recipe in arguments.recipes]
    if not all(alike):
        raise SystemExit("The builds do not train alike.")


if __name__ == "__main__":
    main()
