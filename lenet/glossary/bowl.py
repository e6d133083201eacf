"""A bowl of two weights, five times as steep along the second: how optimizers go down it, step by step.

Its loss is (x² + 25 y²) / 2. Numpy only: must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Callable

import numpy as np

CURVATURES = np.array([1.0, 25.0])  # the diagonal of its Hessian; all else is 0
START = np.array([-9.0, 2.0])
STEPS = 40

# From the gradient, the number of the step (from 1 on) and what the rule remembers, to the step.
Rule = Callable[[np.ndarray, int, dict[str, np.ndarray]], np.ndarray]


def loss(place: np.ndarray) -> float:
    """At (2,)."""
    return float((CURVATURES * place**2).sum() / 2)


def path(rule: Rule) -> np.ndarray:
    """(STEPS + 1, 2): where that rule leads."""
    places, memory = [START], {"speed": np.zeros(2), "squares": np.zeros(2)}
    for number in range(1, STEPS + 1):
        places.append(places[-1] + rule(CURVATURES * places[-1], number, memory))
    return np.array(places)


def sgd(gradient: np.ndarray, number: int, memory: dict[str, np.ndarray]) -> np.ndarray:
    """Against the gradient; with a larger rate it would leave the bowl."""
    return -0.07 * gradient


def momentum(gradient: np.ndarray, number: int, memory: dict[str, np.ndarray]) -> np.ndarray:
    """On with 0.7 of the step before."""
    memory["speed"] = 0.7 * memory["speed"] - 0.03 * gradient
    return memory["speed"]


def rmsprop(gradient: np.ndarray, number: int, memory: dict[str, np.ndarray]) -> np.ndarray:
    """Each weight's gradient divided by the root of its mean square."""
    memory["squares"] = 0.9 * memory["squares"] + 0.1 * gradient**2
    return -0.4 * gradient / (np.sqrt(memory["squares"]) + 1e-7)


def adam(gradient: np.ndarray, number: int, memory: dict[str, np.ndarray]) -> np.ndarray:
    """Momentum, divided likewise, both corrected for their start from 0."""
    memory["speed"] = 0.9 * memory["speed"] + 0.1 * gradient
    memory["squares"] = 0.999 * memory["squares"] + 0.001 * gradient**2
    speed, squares = memory["speed"] / (1 - 0.9**number), memory["squares"] / (1 - 0.999**number)
    return -0.6 * speed / (np.sqrt(squares) + 1e-7)


def levenberg_marquardt(gradient: np.ndarray, number: int, memory: dict[str, np.ndarray]) -> np.ndarray:
    """Each weight's gradient divided by its curvature plus a damping of 1."""
    return -0.3 * gradient / (CURVATURES + 1.0)


RULES: dict[str, Rule] = {"SGD": sgd, "Momentum": momentum, "RMSprop": rmsprop, "Adam": adam}
