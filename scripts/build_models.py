"""Trains the models that come with the project and writes them, each with its card, into `lenet/models/`.

    make models                       # all of them
    make models MODELS="cnn-16-32"    # some

Each is a recipe of the catalogue, trained with the project's own training, exactly as `python -m lenet train`
does it. A model and its card are written aside and renamed when both are whole.
"""

import argparse
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from lenet import progress  # noqa: E402
from lenet.data.datasets import info  # noqa: E402
from lenet.data.preprocessing import network_input_shape  # noqa: E402
from lenet.evaluation import out_of_distribution  # noqa: E402
from lenet.files import write_json, written_aside  # noqa: E402
from lenet.networks import pretrained  # noqa: E402
from lenet.networks.summary import summarize  # noqa: E402
from lenet.runs.folder import Run  # noqa: E402
from lenet.runs.status import Status  # noqa: E402
from lenet.training.recipes import RECIPES  # noqa: E402

# Not built unless named: larger than `pretrained.LARGEST`; made to be timed.
LEFT_OUT = ("lenet-20-50", "mnist-fast")
NO_DIGIT = "no-digit"  # no recipe: see `lenet/evaluation/out_of_distribution.py`
ALL = [NO_DIGIT, *(name for name in RECIPES if name not in LEFT_OUT)]


def main() -> None:
    """Build the models that are named, else all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"default: {' '.join(ALL)}")
    parser.add_argument("--folder", type=Path, default=pretrained.FOLDER, help="where they go")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.models if name not in (NO_DIGIT, *RECIPES)]
    if unknown:
        parser.error(f"received {', '.join(unknown)}, expected some of: {', '.join(ALL)}")
    progress.load_tensorflow()
    for name in arguments.models or ALL:
        (build_no_digit if name == NO_DIGIT else build)(name, arguments.folder)


def build_no_digit(name: str, folder: Path) -> None:
    """Train what tells digits from other drawings, and store its weights."""
    from scripts import no_digit

    folder.mkdir(parents=True, exist_ok=True)
    out_of_distribution.store(no_digit.train(), folder / f"{name}.npz")


def build(name: str, folder: Path) -> None:
    """Train one recipe to its end and store model and card. Ends the program where that fails."""
    from lenet.training import forward_pass, trainer

    forward_pass.use_one_thread_an_operation()
    with tempfile.TemporaryDirectory() as runs:
        run = Run.create(RECIPES[name].config, Path(runs))
        with progress.training_progress(name) as show:
            status = trainer.train(run, show)
        if status.state != "finished":
            sys.exit(f"{name}: {status.error or status.state}. Nothing was written.")
        store(run, status, folder)
    size = (folder / f"{name}.keras").stat().st_size
    print(f"{name}: test accuracy {status.test_accuracy:.2%}, {size / 1000:,.0f} kB, {status.seconds:.0f} s")


def store(run: Run, status: Status, folder: Path) -> None:
    """Model and card of a finished run; the old ones stay unless both can be written."""
    model, card = (run.path / "model.keras").read_bytes(), card_of(run, status)
    if len(model) > pretrained.LARGEST:
        sys.exit(
            f"{card.name}: {len(model):,} bytes, expected at most {pretrained.LARGEST:,}. "
            "Nothing was written."
        )
    folder.mkdir(parents=True, exist_ok=True)
    with written_aside(folder / f"{card.name}.keras") as aside:
        aside.write_bytes(model)
        write_json(folder / f"{card.name}.json", card.model_dump(mode="json"))


def card_of(run: Run, status: Status) -> pretrained.Card:
    """What is worth knowing about a finished run."""
    config = run.config
    recipe, data = RECIPES[config.recipe], info(config.dataset)
    summary = summarize(config.layers, network_input_shape(config, data.image_shape))
    return pretrained.Card(
        name=recipe.name,
        title=recipe.title,
        recipe=recipe.name,
        command=f"python -m lenet train {recipe.name}",
        seed=config.seed,
        date=date.today(),
        dataset=config.dataset,
        test_accuracy=status.test_accuracy,
        test_loss=status.test_loss,
        parameters=summary.parameters,
        image_shape=data.image_shape,
        class_names=data.class_names,
        config=config,
    )


if __name__ == "__main__":
    main()
