"""A share of correct predictions in words that say how much so many images can tell.

Standard library only.
"""

import math

from lenet.formatting import percent

FEW = 100  # images of which one is more than a percent: how many are correct is said instead
ENOUGH = 1_000  # images from which on the interval is left out where there is little room

# Two-sided 95 % quantile of the normal distribution.
_Z = 1.959963984540054


def wilson_interval(successes: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a proportion (0–1) of which `successes` of `count` were seen.

    Source: E. B. Wilson, “Probable Inference, the Law of Succession, and Statistical Inference”, 1927.
    Unlike the normal approximation it stays within 0–1 and is not empty at 0 or all.
    """
    proportion, square = successes / count, _Z**2 / count
    centre = proportion + square / 2
    spread = _Z * math.sqrt(proportion * (1 - proportion) / count + square / (4 * count))
    return max(0.0, (centre - spread) / (1 + square)), min(1.0, (centre + spread) / (1 + square))


def accuracy(share: float | None, count: int | None) -> str:
    """As in `98.35 %`; of few images how many, `1 of 1`. `count`: None where nobody knows."""
    if share is None or not count or count >= FEW:
        return percent(share)
    return f"{round(share * count)} of {count}"


def interval(share: float | None, count: int | None) -> str:
    """As in `20.7 to 100.0 %`, Wilson's of 95 %; empty where there are enough images, or nobody knows."""
    if share is None or not count or count >= ENOUGH:
        return ""
    low, high = wilson_interval(round(share * count), count)
    return f"{100 * low:.1f} to {100 * high:.1f} %"


def accuracy_and_interval(share: float | None, count: int | None) -> str:
    """As in `1 of 1 (20.7 to 100.0 %)`."""
    words, bounds = accuracy(share, count), interval(share, count)
    return f"{words} ({bounds})" if bounds else words
