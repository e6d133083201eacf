"""The Pareto front: the points that no other one is better than in both ways.

Numpy only. Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np


def front(x: np.ndarray, y: np.ndarray, x_is_lower: bool, y_is_lower: bool) -> np.ndarray:
    """The places, (k,) int, of the points of the front, from the best x to the best y.

    Args:
        x, y: (n,) float; a point that is not finite is on no front.
        x_is_lower, y_is_lower: whether less of it is better.
    """
    costs = np.stack([x if x_is_lower else -x, y if y_is_lower else -y])
    places = np.flatnonzero(np.isfinite(costs).all(axis=0))
    ordered = places[np.lexsort((costs[1, places], costs[0, places]))]
    best, found = np.inf, []
    for place in ordered:
        if costs[1, place] < best:
            best = costs[1, place]
            found.append(place)
    return np.array(found, int)
