"""A cache in memory for results that take long, bounded by bytes: the least recently used go first.

Numpy only; must not import Streamlit, TensorFlow or Keras.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

import numpy as np

Result = TypeVar("Result")


def bytes_of_arrays(arrays: Iterable[np.ndarray]) -> int:
    """Of all of them together, of whatever shape and dtype."""
    return sum(array.nbytes for array in arrays)


class Cache:
    """Arrays by owner and key; the least recently used go first.

    Args:
        most_bytes: of all results together. A result that is larger alone is not cached.
        size: the bytes of one result, where it is not a tuple of arrays.
        most: results, where these are small: each holds its owner.
    """

    def __init__(
        self, most_bytes: int, size: Callable[[Any], int] = bytes_of_arrays, most: float = math.inf
    ) -> None:
        self.most_bytes, self.most = most_bytes, most
        self._size = size
        self._found: OrderedDict[Hashable, tuple[Any, Any]] = OrderedDict()

    def get(self, owner: object, key: Hashable, make: Callable[[], Result]) -> Result:
        """What `make` gave the last time for this very `owner` (weights, say) and this key; else now."""
        place = (id(owner), key)
        if place not in self._found:
            self._found[place] = (owner, make())  # holding the owner: another one cannot get its id
        self._found.move_to_end(place)
        found = self._found[place][1]
        while self.num_bytes > self.most_bytes or len(self._found) > self.most:
            self._found.popitem(last=False)
        return found

    @property
    def num_bytes(self) -> int:
        """Of all that is cached."""
        return sum(self._size(found) for _, found in self._found.values())
