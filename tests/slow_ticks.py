"""`python -m tests.slow_ticks run app.py`: Streamlit where a fragment takes `SLOW_TICK` seconds more to tick.

So a test can press what it likes while a tick is under way, as happens on a busy machine.
"""

import os
import time

from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.web.cli import main

_lookup = MemoryFragmentStorage.lookup


def _slow_lookup(self: MemoryFragmentStorage, key: str):
    time.sleep(float(os.environ["SLOW_TICK"]))
    return _lookup(self, key)


if __name__ == "__main__":
    MemoryFragmentStorage.lookup = _slow_lookup
    main(prog_name="streamlit")
