"""`lenet.evaluation.metrics` against values worked out by hand, scikit-learn, and a published table."""

import json
import math

import numpy as np
import pytest
from sklearn import metrics

from lenet.errors import EvaluationError
from lenet.evaluation.metrics import confusion_matrix, evaluate, normalized

NAMES = ("a", "b", "c")


def some_predictions(count: int = 500) -> tuple[np.ndarray, np.ndarray]:
    """Labels (N,) and probabilities (N, 3) that are right more often than not, of class 2 rarely."""
    generator = np.random.default_rng(3)
    labels = generator.integers(0, 3, count)
    scores = generator.normal(size=(count, 3)) + 1.5 * np.eye(3)[labels] * [1, 1, 0.2]
    exponentials = np.exp(scores)
    return labels, exponentials / exponentials.sum(axis=1, keepdims=True)


def test_four_images_by_hand():
    labels = np.array([0, 0, 1, 2])
    probabilities = np.array([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.1, 0.8, 0.1], [0.6, 0.2, 0.2]])
    result = evaluate(labels, probabilities, NAMES)
    assert (result.count, result.errors, result.accuracy) == (4, 2, 0.5)
    assert result.confusion == ((1, 1, 0), (0, 1, 0), (1, 0, 0))
    assert result.loss == pytest.approx(-math.log(0.5 * 0.25 * 0.8 * 0.2) / 4)
    assert result.classes[0].precision == pytest.approx(1 / 2)
    assert result.classes[0].recall == pytest.approx(1 / 2)
    assert result.classes[1].precision == pytest.approx(1 / 2)
    assert result.classes[1].recall == 1
    assert result.classes[1].f1 == pytest.approx(2 / 3)
    # Class c was never predicted: its precision is undefined and said to be 0, without a warning.
    assert (result.classes[2].precision, result.classes[2].recall, result.classes[2].support) == (0, 0, 1)


def test_agrees_with_scikit_learn():
    labels, probabilities = some_predictions()
    result = evaluate(labels, probabilities, NAMES)
    predictions = probabilities.argmax(axis=1)
    assert 0.4 < result.accuracy < 0.95  # the data are neither trivial nor noise
    assert result.accuracy == metrics.accuracy_score(labels, predictions)
    assert result.loss == pytest.approx(metrics.log_loss(labels, probabilities), rel=1e-9)
    np.testing.assert_array_equal(result.confusion, metrics.confusion_matrix(labels, predictions))
    report = metrics.classification_report(labels, predictions, target_names=NAMES, output_dict=True)
    for row in result.classes:
        expected = report[row.name]
        assert row.precision == pytest.approx(expected["precision"])
        assert row.recall == pytest.approx(expected["recall"])
        assert row.f1 == pytest.approx(expected["f1-score"])
        assert row.support == expected["support"]
    for row, name in zip(result.averages, ("macro avg", "weighted avg"), strict=True):
        expected = report[name]
        assert (row.precision, row.recall) == pytest.approx((expected["precision"], expected["recall"]))
        assert row.f1 == pytest.approx(expected["f1-score"])
        assert row.support == expected["support"]


@pytest.mark.parametrize(
    ("by", "of_scikit_learn"), [("true class", "true"), ("predicted class", "pred"), ("counts", None)]
)
def test_a_normalized_matrix_is_that_of_scikit_learn(by, of_scikit_learn):
    generator = np.random.default_rng(7)
    labels, predictions = generator.integers(0, 4, 200), generator.integers(0, 3, 200)  # nothing is called 3
    labels[labels == 2] = 1  # and no image is a 2
    matrix = normalized(confusion_matrix(labels, predictions, 4), by)
    expected = metrics.confusion_matrix(labels, predictions, labels=range(4), normalize=of_scikit_learn)
    np.testing.assert_allclose(matrix, expected)


def test_a_class_without_images_counts_in_no_average():
    probabilities = np.array([[0.9, 0.1, 0.0], [0.2, 0.1, 0.7], [0.1, 0.9, 0.0]])
    result = evaluate(np.array([0, 0, 1]), probabilities, NAMES)
    assert [row.measures for row in result.classes] == [
        (1, 0.5, pytest.approx(2 / 3)),
        (1, 1, 1),
        (None,) * 3,
    ]
    macro, weighted = result.averages
    assert (macro.precision, macro.recall, macro.f1) == pytest.approx((1, 3 / 4, 5 / 6))
    assert weighted.recall == pytest.approx(2 / 3)


def test_classes_that_do_not_occur_keep_their_row():
    result = evaluate(np.array([0, 0]), np.array([[0.9, 0.1, 0.0], [0.8, 0.1, 0.1]]), NAMES)
    assert result.confusion == ((2, 0, 0), (0, 0, 0), (0, 0, 0))
    assert [row.support for row in result.classes] == [2, 0, 0]


def test_certain_and_wrong_has_a_finite_loss():
    result = evaluate(np.array([1]), np.array([[1.0, 0.0, 0.0]], dtype=np.float32), NAMES)
    assert result.loss == pytest.approx(-math.log(np.finfo(np.float32).tiny))


def test_certain_and_right_has_no_loss_and_no_sign():
    assert f"{evaluate(np.array([0]), np.array([[1.0, 0, 0]]), NAMES).loss:.4f}" == "0.0000"


def test_the_loss_is_that_of_the_logits():
    """A network on pixels of 0 to 255 is often wrong by more than a probability of 1e-7 can say."""
    logits = np.array([[0.0, 60.0, -5.0]])
    probabilities = np.exp(logits - np.logaddexp.reduce(logits, axis=1)).astype(np.float32)
    assert evaluate(np.array([0]), probabilities, NAMES).loss == pytest.approx(60.0, abs=1e-4)


def test_json_there_and_back():
    labels, probabilities = some_predictions(30)
    result = evaluate(labels, probabilities.astype(np.float32), NAMES)
    document = json.loads(json.dumps(result.to_json(), allow_nan=False))
    assert document["accuracy"] == result.accuracy
    assert document["confusion"] == [list(row) for row in result.confusion]
    assert document["classes"][1]["name"] == "b"


@pytest.mark.parametrize(
    ("labels", "probabilities", "message"),
    [
        (np.array([], int), np.empty((0, 3)), "received no images"),
        (np.array([0, 1]), np.full((2, 4), 0.25), r"received probabilities of shape \(2, 4\)"),
        (
            np.array([0, 3]),
            np.full((2, 3), 1 / 3),
            "received labels from 0 to 3, expected integers from 0 to 2",
        ),
        (np.array([0.0, 1.0]), np.full((2, 3), 1 / 3), "expected integers"),
        (np.array([0]), np.array([[2.0, -1.0, 0.0]]), "are not probabilities"),
        (np.array([0]), np.array([[np.nan, 0.5, 0.5]]), "NaN means that the network diverged"),
    ],
)
def test_what_cannot_be_evaluated_says_why(labels, probabilities, message):
    with pytest.raises(EvaluationError, match=message):
        evaluate(labels, probabilities, NAMES)
