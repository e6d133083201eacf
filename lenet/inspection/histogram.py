"""Values to a histogram. Numpy only."""

import numpy as np


def histogram(values: np.ndarray, bins: int = 41) -> dict[str, list[float]]:
    """How often weights have which size, over a range that is the same on both sides of zero.

    Args:
        values: any shape, float; what is not finite is left out.

    Returns:
        Columns from, to and count of each bin.
    """
    finite = values[np.isfinite(values)].astype(np.float64).ravel()
    limit = float(np.abs(finite).max(initial=0)) or 1.0
    counts, edges = np.histogram(finite, bins, (-limit, limit))
    return {"from": edges[:-1].tolist(), "to": edges[1:].tolist(), "count": counts.tolist()}
