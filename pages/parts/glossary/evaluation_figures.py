"""Figures of the terms of how good a network is: the small network on the 297 test digits.

Must not import TensorFlow or Keras.
"""

import numpy as np
import streamlit as st

from lenet.comparison.pareto import front
from lenet.evaluation.mcnemar import in_words, mcnemar
from lenet.evaluation.metrics import Evaluation, evaluate, normalized, wilson_interval
from lenet.evaluation.rejection import margins_of
from lenet.evaluation.rejection import rejection as rejected_by
from lenet.figures.comparison_figures import Axis, parallel_figure, scatter_figure
from lenet.figures.confusion_matrix import confusion_figure
from lenet.figures.evaluation_figures import class_figure, rejection_figure, reliability_figure
from lenet.formatting import percent
from lenet.glossary import small_network
from lenet.glossary.small_network import Settings, trained
from lenet.networks.pretrained import PRETRAINED, Card
from pages.parts.glossary.drawn import chart, lines
from pages.parts.shared.markdown import escaped
from pages.parts.shared.tables import show_table
from pages.parts.shared.theme import colors

_NAMES = tuple("0123456789")
_SHORT = Settings(epochs=2)  # another network, for comparison


def _probabilities(settings: Settings = Settings()) -> np.ndarray:  # noqa: B008 (frozen)
    """(297, 10) of the test digits."""
    return small_network.probabilities(trained(settings).weights, small_network.digits().x_test)


def _correct(settings: Settings = Settings()) -> np.ndarray:  # noqa: B008 (frozen)
    return _probabilities(settings).argmax(axis=1) == small_network.digits().y_test


def _evaluation() -> Evaluation:
    return evaluate(small_network.digits().y_test, _probabilities(), _NAMES)


def _about() -> None:
    st.caption(
        "A network of one convolution that this page has trained, on the 297 test digits of 8×8 pixels."
    )


def confusion_matrix() -> None:
    """Its matrix."""
    counts = np.array(_evaluation().confusion)
    figure = confusion_figure(normalized(counts, "counts"), counts, (_NAMES, _NAMES), colors(), side=360)
    chart(figure, "Confusion matrix, counts", "content")
    _about()


def interval() -> None:
    """How the interval narrows as images are added, where 98 % are correct."""
    counts = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]
    ends = [wilson_interval(round(0.98 * count), count) for count in counts]
    found = {
        "upper end": (counts, [100 * high for _, high in ends]),
        "accuracy": (counts, [98.0] * len(counts)),
        "lower end": (counts, [100 * low for low, _ in ends]),
    }
    lines(found, "Test images", "Accuracy, %")
    result = _evaluation()
    low, high = result.accuracy_interval
    st.caption(
        f"A small network is correct on {percent(result.accuracy)} of {result.count} test digits: the "
        f"interval is {100 * low:.1f} to {100 * high:.1f} %."
    )


def by_class() -> None:
    """Precision, recall and F1 of every class, and one of them in numbers."""
    result = _evaluation()
    chart(class_figure(result.classes, False, colors()), "Precision, recall and F1 of each class")
    counts = np.array(result.confusion)
    hardest = min(range(10), key=lambda each: result.classes[each].f1)
    row = result.classes[hardest]
    found, said, there = counts[hardest, hardest], counts[:, hardest].sum(), counts[hardest].sum()
    st.caption(
        f"Class {hardest}: {said} images are predicted as {hardest}, {found} of them are: precision "
        f"{percent(row.precision)}. {there} are {hardest}, {found} of them are found: recall "
        f"{percent(row.recall)}. F1, 2 · precision · recall ÷ (precision + recall): {percent(row.f1)}."
    )
    _about()


def calibration() -> None:
    """The reliability diagram."""
    result = _evaluation()
    chart(reliability_figure(result.calibration, colors()), "Reliability diagram")
    found = result.calibration
    st.caption(
        f"Confidence {percent(found.confidence)} on average, accuracy {percent(result.accuracy)}; "
        f"expected calibration error {percent(found.error)}."
    )
    _about()


def expected_calibration_error() -> None:
    """The bins that it is made of."""
    found = _evaluation().calibration
    bins = [each for each in found.bins if each.count]
    columns = {
        "Confidence from": [f"{each.low:.0%} to {each.high:.0%}".replace("%", " %") for each in bins],
        "Images": [each.count for each in bins],
        "Mean confidence %": [round(100 * each.confidence, 1) for each in bins],
        "Accuracy %": [round(100 * each.accuracy, 1) for each in bins],
        "Difference": [round(100 * abs(each.confidence - each.accuracy), 1) for each in bins],
    }
    show_table(columns)
    st.caption(f"The differences, averaged by images: {percent(found.error)}.")
    _about()


def rejection() -> None:
    """Accuracy on the rest against the share rejected."""
    correct, margins = _correct(), margins_of(_probabilities())
    shares = np.linspace(0, 0.5, 51)
    curve = rejected_by(correct, margins, shares.tolist())
    (chosen,) = rejected_by(correct, margins, [0.1])
    point = (chosen.rejected / len(correct), chosen.accuracy)
    rejected = np.array([each.rejected for each in curve]) / len(correct)
    figure = rejection_figure(rejected, np.array([each.accuracy for each in curve]), point, colors())
    chart(figure, "Accuracy against rejection")
    st.caption(f"Rejecting 10 % of the images leaves {chosen.errors} of {int((~correct).sum())} errors.")
    _about()


def mcnemars_test() -> None:
    """Two networks on the same test digits."""
    first, second = f"Network of {Settings().epochs} epochs", f"Network of {_SHORT.epochs} epochs"
    result = mcnemar(_correct(), _correct(_SHORT))
    show_table({
        "": [f"{first} correct", f"{first} wrong"],
        f"{second} correct": [result.both, result.only_second],
        f"{second} wrong": [result.only_first, result.neither],
    })  # fmt: skip
    st.markdown(escaped(in_words(result, first, second)))
    _about()


def pareto_front() -> None:
    """The pretrained networks of MNIST: parameters against error."""
    cards = _of_mnist()
    x, y = _axes(cards)
    best = front(x.numbers, y.numbers, x_is_lower=True, y_is_lower=True)
    shades = [colors().correct if place in best else None for place in range(len(cards))]
    figure = scatter_figure(x, y, [card.name for card in cards], shades, best, colors())
    chart(figure, "Parameters against error")
    st.caption(f"The {len(cards)} pretrained networks that learned MNIST; {len(best)} are on the front.")


def parallel_coordinates() -> None:
    """The same networks."""
    cards = _of_mnist()
    axes = [Axis("Epochs", [float(card.config.epochs) for card in cards]), *_axes(cards)]
    optimizers = Axis("Optimizer", [card.config.optimizer.replace("_", " ") for card in cards])
    shades = [each for each, _ in zip(colors().series, cards, strict=False)]
    chart(parallel_figure([optimizers, *axes], shades, colors(), 360), "Four axes, a line a network")
    st.caption(f"The {len(cards)} pretrained networks that learned MNIST.")


def _of_mnist() -> list[Card]:
    return [card for card in PRETRAINED.values() if card.dataset == "mnist"]


def _axes(cards: list[Card]) -> tuple[Axis, Axis]:
    parameters = Axis("Parameters", [float(card.parameters) for card in cards])
    return parameters, Axis("Test error, %", [100 * (1 - card.test_accuracy) for card in cards])


FIGURES = {
    "confusion matrix": confusion_matrix,
    "Wilson interval": interval,
    "precision": by_class,
    "recall": by_class,
    "F1": by_class,
    "calibration": calibration,
    "expected calibration error": expected_calibration_error,
    "rejection": rejection,
    "McNemar's test": mcnemars_test,
    "Pareto front": pareto_front,
    "parallel coordinates": parallel_coordinates,
}
