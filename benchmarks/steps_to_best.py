"""How `lenet5-best` came about: from LeNet-5 step by step, with what each step brought, on both data sets.

    python benchmarks/steps_to_best.py                       # all: about an hour on two cores
    python benchmarks/steps_to_best.py --datasets mnist      # one of them; another process may do the other
    python benchmarks/steps_to_best.py --seeds 3             # means of three seeds

Each step keeps all before it and changes one thing; the last one is the recipe itself but for its training
images: here the first 50,000, tested on the last 10,000. The test set decides nothing. The runs stay in a
folder, so that the command goes on where it was ended; the table in `docs/results.md` is written anew after
each run.
"""

import argparse
import os
import statistics
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from benchmarks.results import find, finished, write_table  # noqa: E402
from lenet import progress  # noqa: E402
from lenet.networks.architectures import ARCHITECTURES  # noqa: E402
from lenet.runs.config import RunConfig  # noqa: E402
from lenet.runs.folder import Run  # noqa: E402
from lenet.runs.layers import BatchNorm  # noqa: E402
from lenet.training.recipes import RECIPES  # noqa: E402

BEGIN, END = "<!-- steps: begin -->", "<!-- steps: end -->"
BEST = {"mnist": RECIPES["lenet5-best"].config, "fashion_mnist": RECIPES["lenet5-best-fashion"].config}
LAYERS = ARCHITECTURES["lenet5-best"].layers
MOVING = ("rotation", "shift", "zoom", "shear", "aspect", "flip")


class Step(NamedTuple):
    """What a step is called, the settings that it takes over from the recipe, and others that it changes."""

    words: str
    taken: tuple[str, ...] = ()
    changes: dict[str, Any] = {}


STEPS = (
    Step("`lenet5-relu`: LeNet-5 with relu and max pools; Adam at 0.001, batches of 128, as many epochs"),
    Step("its parameters in three convolutions, of 3×3, instead of dense layers", (), {
        "layers": tuple(layer for layer in LAYERS if not isinstance(layer, BatchNorm)),
    }),
    Step("every layer normalised", (), {"layers": LAYERS}),
    Step("AdamW, its rate in one cycle up to 0.004",
         ("optimizer", "weight_decay", "learning_rate", "schedule", "warmup")),
    Step("images distorted", MOVING),
    Step("labels smoothed", ("label_smoothing",)),
)  # fmt: skip


def config_of(step: int, dataset: str, seed: int) -> RunConfig:
    """The settings after that many steps: 0 is where it starts from."""
    best, changes = BEST[dataset], {}
    for each in STEPS[: step + 1]:
        changes |= {name: getattr(best, name) for name in each.taken} | each.changes
    return RunConfig(
        dataset=dataset,
        name=f"step {step}",
        seed=seed,
        epochs=best.epochs,
        batch_size=best.batch_size,
        validation="last_fraction",
        validation_fraction=1 / 6,
        **{"layers": ARCHITECTURES["lenet5-relu"].layers} | changes,
    )


def main() -> None:
    """Train what is missing; write the table after each run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--datasets", nargs="+", choices=list(BEST), default=list(BEST))
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "steps", help="where they are kept")
    arguments = parser.parse_args()
    with progress.loading("Loading TensorFlow"):
        from lenet.training import forward_pass
    forward_pass.use_one_thread_an_operation()
    for seed in range(arguments.seeds):
        for step in range(len(STEPS)):
            for dataset in arguments.datasets:
                finished(config_of(step, dataset, seed), arguments.runs)
                write_table(BEGIN, END, table(arguments.runs, arguments.seeds))


def table(folder: Path, seeds: int) -> list[str]:
    """The table's lines, from the runs that are finished."""
    lines = ["| step | MNIST | what it brought | Fashion-MNIST | what it brought |", "|---|---|---|---|---|"]
    before: list[float | None] = [None, None]
    for number, step in enumerate(STEPS):
        now = [_mean_accuracy(number, dataset, folder, seeds) for dataset in BEST]
        cells = [cell for pair in zip(now, before, strict=True) for cell in _cells(*pair)]
        lines.append(f"| {' | '.join([step.words, *cells])} |")
        before = now
    return lines


def _mean_accuracy(step: int, dataset: str, folder: Path, seeds: int) -> float | None:
    """Per cent right of the last 10,000 training images at the last epoch; None: no run is finished."""
    runs = [find(config_of(step, dataset, seed), folder) for seed in range(seeds)]
    accuracies = [_last_accuracy(run) for run in runs if run and run.status().state == "finished"]
    return statistics.mean(accuracies) if accuracies else None


def _last_accuracy(run: Run) -> float:
    return 100 * float(run.epochs()["val_accuracy"][-1])


def _cells(now: float | None, before: float | None) -> tuple[str, str]:
    gain = "" if now is None or before is None else f"{now - before:+.2f}".replace("-", "−")
    return "–" if now is None else f"{now:.2f} %", gain


if __name__ == "__main__":
    main()
