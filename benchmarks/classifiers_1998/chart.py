"""Every classifier of the chart by its name, and its measurement."""

from collections.abc import Callable
from functools import cache
from importlib import import_module

import numpy as np

from benchmarks.classifiers_1998.images import deslanted, small
from benchmarks.classifiers_1998.neighbours import local_linear, of_rows
from benchmarks.classifiers_1998.outcome import Digits, Outcome
from lenet.data import datasets
from lenet.evaluation.paper_chart import ERROR_RATE, Measurement
from lenet.evaluation.rejection import share_to_reject

Prepare = Callable[[np.ndarray], np.ndarray]
# Module and function, arguments besides digits and seed, what is done to the images before.
HOW: dict[str, tuple[str, dict[str, object], Prepare | None]] = {
    "linear": ("linear.linear", {}, None),
    "linear-deslanted": ("linear.linear", {}, deslanted),
    "pairwise-linear": ("linear.pairwise", {}, deslanted),
    "nearest-neighbours": ("neighbours.nearest", {}, None),
    "nearest-neighbours-deslanted": ("neighbours.nearest", {}, deslanted),
    "principal-components": ("linear.principal_components", {}, None),
    "radial-basis": ("linear.radial_basis", {}, None),
    "tangent-distance": ("neighbours.tangent_distance", {}, small),
    "support-vectors": ("support_vectors.polynomial", {"degree": 4}, deslanted),
    "virtual-support-vectors": ("support_vectors.virtual", {"degree": 9}, None),
    "400-300-10": ("networks.upright", {}, None),
    "lenet-1": ("networks.lenet_1", {}, None),
    "lenet-4": ("networks.lenet_4", {}, None),
    "lenet-4-neighbours": ("networks.lenet_4_features", {"classify": of_rows}, None),
    "lenet-4-local": ("networks.lenet_4_features", {"classify": local_linear}, None),
    "boosted-lenet-4": ("networks.boosted", {}, None),
    "lenet-5": ("networks.shipped", {"name": "lenet5-1998"}, None),
    "lenet-5-distorted": ("networks.shipped", {"name": "lenet5-1998-distorted"}, None),
} | {
    f"{'-'.join(map(str, (784, *units, 10)))}{'-distorted' if is_distorted else ''}": (
        "networks.fully_connected", {"units": units, "is_distorted": is_distorted}, None
    )
    for units in ((300,), (1000,), (300, 100), (500, 150))
    for is_distorted in (False, True)
}  # fmt: skip


def measure(name: str, seed: int, images: int) -> Measurement:
    """Train it on the first `images` training digits of MNIST, and test it on all test digits."""
    digits = _mnist(images)
    outcome = outcome_of(name, digits, seed)
    is_correct = outcome.predicted == digits.y_test
    rejected = share_to_reject(is_correct, outcome.margins, ERROR_RATE)
    wrong = np.flatnonzero(~is_correct)
    return Measurement(
        classifier=name,
        seed=seed,
        rejected=rejected,
        multiply_adds=outcome.multiply_adds,
        memory=outcome.memory,
        seconds=None if outcome.seconds is None else round(outcome.seconds, 1),
        wrong=" ".join(f"{image}={outcome.predicted[image]}" for image in wrong),
    )


def outcome_of(name: str, digits: Digits, seed: int) -> Outcome:
    """That classifier, trained on these digits."""
    where, arguments, prepare = HOW[name]
    module, _, function = where.partition(".")
    # TensorFlow is loaded where a network is asked for.
    run = getattr(import_module(f"benchmarks.classifiers_1998.{module}"), function)
    return run(digits.prepared(prepare) if prepare else digits, seed, **arguments)


@cache
def _mnist(images: int) -> Digits:
    data = datasets.load("mnist")
    train, labels = data.x_train[:images, ..., 0], data.y_train[:images]
    return Digits(train, labels, data.x_test[..., 0], data.y_test)
