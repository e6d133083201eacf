"""Imports without the packages that a library looks for, and does without where they are not installed.

Keras 3.15 loads pandas (to accept its tables) and scikit-learn (for wrappers), scikit-learn loads pandas:
130 MB and a quarter of the time that TensorFlow takes, of which nothing here is used. Imports TensorFlow and
Keras when it is told to, nothing before.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """What is imported inside finds none of `packages`, unless they are loaded already; later imports do.

    Python's own way to say that there is no package of a name is None in `sys.modules`. It is for the whole
    process, so other threads find none either meanwhile.
    """
    hidden = dict.fromkeys(name for name in packages if name not in sys.modules)
    sys.modules.update(hidden)
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def load_tensorflow() -> None:
    """Import TensorFlow and Keras in two thirds of the time, for a process whose end is as quick.

    Nothing that is imported is garbage, and to look for some takes a quarter of the time; as long again, and
    more, takes the look through all of it when the process ends, unless it is told that all of it stays.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        with without("pandas", "sklearn"):
            import keras  # noqa: F401
            import tensorflow  # noqa: F401
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
