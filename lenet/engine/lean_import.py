"""Keras as a worker loads it: without the packages that it looks for and no network of ours needs.

Keras 3.15 imports pandas (to accept its tables) and scikit-learn (for wrappers) where they are installed, and
does without where they are not: 130 MB of 755 and a quarter of the time. Must not import Streamlit; imports
TensorFlow and Keras when it is called.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

OPTIONAL = ("pandas", "sklearn")


def load_keras() -> None:
    """Import TensorFlow and Keras; what is `OPTIONAL` can be imported afterwards as usual."""
    with _hidden(name for name in OPTIONAL if name not in sys.modules):
        import keras  # noqa: F401
        import tensorflow  # noqa: F401


@contextmanager
def _hidden(names: Iterator[str]) -> Iterator[None]:
    """As if the packages were not installed: Python's own way to say so is None in `sys.modules`."""
    hidden = dict.fromkeys(names)
    sys.modules.update(hidden)
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
