"""How many may join from one address: a whole school behind one, and nobody who fills a class by themselves.

A token bucket: so many at once, then one more every few seconds. Standard library only.
"""

import math
import threading
import time
from collections.abc import Callable

AT_ONCE = 60  # of one address: two classes that begin together
SECONDS_EACH = 10.0  # after these
_MOST_ADDRESSES = 10_000


class Arrivals:
    """Of one server.

    Args:
        now: seconds, of a clock that nobody sets.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, threading.Lock()
        self._full_at: dict[str, float] = {}  # when an address may send as many at once again

    def wait(self, address: str) -> int:
        """Seconds that the next one of that address has to wait; 0: they come in, which is counted."""
        now, room = self._now(), (AT_ONCE - 1) * SECONDS_EACH
        with self._lock:
            full_at = max(self._full_at.get(address, now), now)
            if full_at - now > room:
                return math.ceil(full_at - now - room)
            if len(self._full_at) >= _MOST_ADDRESSES:
                self._full_at = {each: at for each, at in self._full_at.items() if at > now}
            self._full_at[address] = full_at + SECONDS_EACH
        return 0
