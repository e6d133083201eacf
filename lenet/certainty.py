"""When a guess is called unsure. Numpy only; must not import Streamlit, TensorFlow or Keras."""

import numpy as np

CLOSE = 0.2  # difference of the two best probabilities


def variants(image: np.ndarray) -> np.ndarray:
    """(28, 28) uint8 → (N, 28, 28) uint8: the image itself, then the same a little distorted."""
    return image[None]


def judge(image: np.ndarray, probabilities: np.ndarray) -> tuple[bool, str]:
    """Whether to believe the answer, and why not.

    Args:
        image: (28, 28) uint8.
        probabilities: (N, 10) float: the answers to `variants(image)`.
    """
    if not image.any():
        return False, "Nothing is drawn."
    best, second = np.sort(probabilities[0])[::-1][:2]
    if best - second < CLOSE:
        return False, "Two answers are close."
    return True, ""
