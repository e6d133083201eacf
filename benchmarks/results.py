"""The table of `docs/results.md`: every recipe trained with three seeds, beside what was published.

    python benchmarks/results.py                                  # all: about two hours on two cores
    python benchmarks/results.py --recipes lenet5-relu cnn-16-32  # some, the other rows stay

Each is trained as `python -m lenet train RECIPE --set seed=…` does it, with the recipe's own seed and the
next ones; the figures are those of the last epoch on the whole test set, the seconds those of the fastest
epoch. The runs stay in a folder, so that the command goes on where it was ended: what is finished is read,
what is half done is continued.
"""

import argparse
import os
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from lenet import progress  # noqa: E402
from lenet.data.datasets import info  # noqa: E402
from lenet.data.preprocessing import network_input_shape  # noqa: E402
from lenet.errors import RunError  # noqa: E402
from lenet.files import written_aside  # noqa: E402
from lenet.networks.summary import summarize  # noqa: E402
from lenet.runs.config import RunConfig  # noqa: E402
from lenet.runs.folder import Run  # noqa: E402
from lenet.training.recipes import RECIPES  # noqa: E402

PAGE = ROOT / "docs" / "results.md"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
COLUMNS = (
    "recipe", "data", "parameters", "epochs", "published", "mean", "lowest to highest", "test loss",
    "seconds an epoch",
)  # fmt: skip


def main() -> None:
    """Train what is missing; write each recipe's row when its seeds are finished."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--recipes", nargs="+", choices=list(RECIPES), default=list(RECIPES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "results", help="where they are kept")
    arguments = parser.parse_args()
    with progress.loading("Loading TensorFlow"):
        from lenet.training import forward_pass
    forward_pass.use_one_thread_an_operation()
    for name in arguments.recipes:
        config = RECIPES[name].config
        seeds = range(config.seed, config.seed + arguments.seeds)
        write_row(name, [finished(config.replace(seed=seed), arguments.runs) for seed in seeds])


def finished(config: RunConfig, folder: Path) -> Run:
    """The finished run of that config: there already, or trained now. Ends the program where that fails."""
    from lenet.training import trainer

    run = find(config, folder) or Run.create(config, folder)
    if run.status().state != "finished":
        what = f"{config.name or config.recipe}, {config.dataset}, seed {config.seed}"
        with progress.training_progress(what) as show:
            status = trainer.train(run, show)
        if status.state != "finished":
            sys.exit(f"{run.id}: {status.error or status.state}.")
    return run


def find(config: RunConfig, folder: Path) -> Run | None:
    """The run of exactly these settings in the folder, in whatever state."""
    for path in sorted(folder.glob("*/config.json")):
        run = Run(path.parent)
        try:
            if run.config == config:
                return run
        except RunError:
            continue
    return None


def write_row(name: str, runs: list[Run]) -> None:
    """Replace or add the recipe's row of the table; the rows are in the catalogue's order."""
    table = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = {line.split("`")[1]: line for line in table.splitlines() if line.startswith("| `")}
    rows[name] = row(name, runs)
    print(rows[name], flush=True)
    header = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    write_table(BEGIN, END, header + [rows[each] for each in RECIPES if each in rows])


def write_table(begin: str, end: str, lines: list[str]) -> None:
    """Put these lines between two marks of the page."""
    before, _, rest = PAGE.read_text("utf-8").partition(begin)
    after = rest.partition(end)[2]
    with written_aside(PAGE) as aside:
        aside.write_text("\n".join([before + begin, "", *lines, "", end + after]), "utf-8")


def row(name: str, runs: list[Run]) -> str:
    """One line of the table."""
    recipe, statuses = RECIPES[name], [run.status() for run in runs]
    config, data = recipe.config, info(recipe.config.dataset)
    parameters = summarize(config.layers, network_input_shape(config, data.image_shape)).parameters
    accuracies = [100 * status.test_accuracy for status in statuses]
    published = recipe.expected.test_accuracy
    cells = (
        f"`{name}`",
        data.title,
        f"{parameters:,}",
        str(config.epochs),
        f"{100 * published:.2f} %" if published else "–",
        f"{statistics.mean(accuracies):.2f} %",
        f"{min(accuracies):.2f} to {max(accuracies):.2f} %",
        f"{statistics.mean(status.test_loss for status in statuses):.4f}",
        f"{min(seconds for run in runs for seconds in run.epochs()['seconds']):.2g}",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
