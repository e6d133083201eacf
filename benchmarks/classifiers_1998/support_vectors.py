"""Support vector machines with polynomial kernels, by scikit-learn (LIBSVM)."""

from itertools import combinations

import numpy as np
from sklearn.svm import SVC

from benchmarks.classifiers_1998.outcome import Clock, Digits, Outcome

CLASSES = 10
C = 2.0
MOVES = ((0, 1), (0, -1), (1, 0), (-1, 0))  # rows down, columns to the right


def polynomial(digits: Digits, seed: int, degree: int = 4) -> Outcome:
    """One machine for each pair of classes."""
    clock, (train, test) = Clock(), digits.rows()
    with clock.running():
        machine = _machine(degree).fit(_unit(train), digits.y_train)
    return clock.on(_outcome(machine, test))


def virtual(digits: Digits, seed: int, degree: int = 9) -> Outcome:
    """Trained once more on the support vectors of a first machine and these moved by a pixel, four ways."""
    clock, (train, test) = Clock(), digits.rows()
    with clock.running():
        first = _machine(degree).fit(_unit(train), digits.y_train).support_
        images = digits.x_train[first]
        moved = [moved_by(images, *move) for move in MOVES]
        rows = np.concatenate([images, *moved]).reshape(-1, train.shape[1]).astype(np.float32) / 255
        machine = _machine(degree).fit(_unit(rows), np.tile(digits.y_train[first], 1 + len(MOVES)))
    return clock.on(_outcome(machine, test))


def moved_by(images: np.ndarray, down: int, right: int) -> np.ndarray:
    """(N, H, W) → same: every pixel so much farther; background comes in."""
    height, width = images.shape[1:]
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    return framed[:, 1 - down : 1 - down + height, 1 - right : 1 - right + width]


def _machine(degree: int) -> SVC:
    """With the kernel ((x·y + 1) / 2)^degree of images of length 1 (DeCoste and Schölkopf 2002)."""
    return SVC(C=C, kernel="poly", degree=degree, gamma=0.5, coef0=0.5, cache_size=2_000,
               decision_function_shape="ovo")  # fmt: skip


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def _outcome(machine: SVC, test: np.ndarray) -> Outcome:
    """The class with most votes; rejected by the narrowest of its nine decisions."""
    decisions = machine.decision_function(_unit(test))
    predicted = votes_and_strength(decisions).argmax(axis=1)
    vectors, pixels = machine.support_vectors_.shape
    kept = vectors * (pixels + CLASSES - 1) + decisions.shape[1]
    multiply_adds = vectors * (pixels + CLASSES - 1)
    return Outcome(predicted, narrowest(decisions, predicted), multiply_adds, kept)


def votes_and_strength(decisions: np.ndarray) -> np.ndarray:
    """Votes of the 45 pairs, with what is below 1 to tell equal ones apart, (n, 45) → (n, 10)."""
    outputs = np.zeros((len(decisions), CLASSES))
    for column, (one, other) in enumerate(combinations(range(CLASSES), 2)):
        found = decisions[:, column]
        small = found / (1 + np.abs(found)) / (2 * CLASSES)
        outputs[:, one] += (found > 0) + small
        outputs[:, other] += (found <= 0) - small
    return outputs


def narrowest(decisions: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """The smallest decision of a pair in favour of the predicted class, (n, 45), (n,) → (n,)."""
    smallest = np.full(len(decisions), np.inf)
    for column, (one, other) in enumerate(combinations(range(CLASSES), 2)):
        for label, sign in ((one, 1), (other, -1)):
            theirs = predicted == label
            smallest[theirs] = np.minimum(smallest[theirs], sign * decisions[theirs, column])
    return smallest
