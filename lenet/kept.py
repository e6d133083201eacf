"""Results that take long, kept in memory while they fit.

Numpy only; must not import Streamlit, TensorFlow or Keras.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np


class Kept:
    """Arrays by owner and key; the ones that nobody asked for longest go first.

    Args:
        most_bytes: of all arrays together. A result that is larger alone is not kept.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._found: OrderedDict[Hashable, tuple[Any, tuple[np.ndarray, ...]]] = OrderedDict()

    def get(
        self, owner: object, key: Hashable, make: Callable[[], tuple[np.ndarray, ...]]
    ) -> tuple[np.ndarray, ...]:
        """What `make` gave the last time for this very `owner` (weights, say) and this key; else now."""
        place = (id(owner), key)
        if place not in self._found:
            self._found[place] = (owner, make())  # holding the owner: another one cannot get its id
        self._found.move_to_end(place)
        arrays = self._found[place][1]
        while self.num_bytes > self.most_bytes:
            self._found.popitem(last=False)
        return arrays

    @property
    def num_bytes(self) -> int:
        """Of all that is kept."""
        return sum(array.nbytes for _, arrays in self._found.values() for array in arrays)
