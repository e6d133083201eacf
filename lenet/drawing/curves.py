"""Smooth curves through points. Numpy only. Must not import Streamlit, TensorFlow or Keras."""

import numpy as np


def smooth(points: np.ndarray, pieces: int = 12) -> np.ndarray:
    """(N, 2) → a curve through them (Catmull and Rom, 1974), so many points from each to the next."""
    padded, count = np.concatenate([points[:1], points, points[-1:]]), len(points) - 1
    before, first, second, after = (padded[start : start + count] for start in range(4))
    t = np.linspace(0, 1, pieces)[:, None, None]
    cubic = 3 * (first - second) + after - before
    square = 2 * before - 5 * first + 4 * second - after
    curve = first + t / 2 * (second - before + t * (square + t * cubic))  # (pieces, N - 1, 2)
    return curve.transpose(1, 0, 2).reshape(-1, 2)
