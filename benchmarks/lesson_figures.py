"""The figures that the lessons state, measured: `python benchmarks/lesson_figures.py`, some three minutes.

Small digits, seeds 0, 1 and 2; each network as the lesson's own link sets it up.
"""

import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import numpy as np

from lenet.evaluation.evaluator import evaluate
from lenet.evaluation.task import task_of
from lenet.inspection.ablation import all_drops
from lenet.lessons.lesson_file import parse
from lenet.lessons.shelf import text_of
from lenet.networks.model_reference import resolve
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES
from lenet.training.trainer import train
from pages.parts.shared.link_fields import SETTINGS, TRAIN

SEEDS = (0, 1, 2)


def linked(lesson: str, step: int, **changes: object) -> RunConfig:
    """What the link of a lesson's step sets up on Train; `changes` are a person's."""
    page = parse(text_of(lesson, Path()), lesson).steps[step - 1].page
    said = {name: TRAIN[name].parsed(text) for name, text in parse_qsl(urlsplit(page).query) if name in TRAIN}
    base = RECIPES[said["recipe"]].config
    if "layers" in said:
        changes = {"layers": said["layers"], "architecture": None} | changes
    return base.replace(**{name: value for name, value in said.items() if name in SETTINGS} | changes)


def measured(title: str, config: RunConfig, folder: Path) -> None:
    """One line: how each seed ended."""
    words = []
    for seed in SEEDS:
        run = Run.create(config.replace(seed=seed), folder)
        status = train(run)
        accuracy = run.epochs()["accuracy"]
        if status.error:
            words.append(status.error.partition(" (")[0])
        else:
            words.append(f"test {100 * status.test_accuracy:.2f} %, training {100 * accuracy[-1]:.2f} %")
    print(f"{title}: {'; '.join(words)}", flush=True)


def runs(folder: Path) -> None:
    """Of lessons 3 to 6 and 8."""
    measured("Features, 10 epochs", linked("from-pixels-to-features", 1), folder)
    for step, title in ((2, "dense"), (3, "convolutional"), (4, "dense, not moved")):
        measured(f"Why convolution, {title}", linked("why-convolution", step), folder)
    measured("Why convolution, convolutional, not moved", linked("why-convolution", 3, shift=0.0), folder)
    for rate in (0.0001, 0.001, 0.01, 0.03, 0.1, 0.3, 1.0):
        measured(f"Learning rate {rate:g}", linked("the-learning-rate", 4, learning_rate=rate), folder)
    relu = linked("overfitting", 1).layers
    measured("Learning rate 1, with relu", linked("the-learning-rate", 3, layers=relu), folder)
    for step, title in ((1, "as they are"), (4, "distorted"), (5, "1,350 pictures")):
        measured(f"Overfitting, {title}", linked("overfitting", step), folder)
    measured("What does it see, 3 epochs", linked("what-does-it-see", 5, epochs=3), folder)
    measured("What does it see, 10 epochs", linked("what-does-it-see", 5), folder)


def shipped(folder: Path) -> None:
    """Of digits-quick, in lessons 2, 8 and 10."""
    found = evaluate(task_of(resolve("digits-quick", folder), "digits", "test", folder))
    for index in found.hardest():
        said = f"a {found.labels[index]} read as {found.predictions[index]}"
        print(f"digits-quick, test image {index}: {said}, {100 * found.confidence[index]:.1f} %")
    surest = next(each for each in found.evaluation.calibration.bins if each.high == 1)
    print(f"Above 90 %: {surest.count}, right {surest.accuracy:.4f}, said {surest.confidence:.4f}")
    rejection = next(each for each in found.evaluation.rejection if each.share == 0.1)
    print(f"One tenth rejected: {rejection.rejected} images, {rejection.errors} errors left")
    accuracies = all_drops("digits-quick", ["1_conv"])["1_conv"]
    worst = np.argsort(accuracies)[:3]
    print("Without one filter of C1:", ", ".join(f"{each}: {100 * accuracies[each]:.2f} %" for each in worst))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        shipped(Path(made))
        runs(Path(made))
