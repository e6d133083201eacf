"""What sessions must not do side by side, done once before the first of them: imports, mostly.

Two threads that import one package leave each other half of it, where that package looks into `sys.modules`.
That scripts are compiled side by side is harmless as long as no syntax tree is made for them, see
`runner.magicEnabled` in `.streamlit/config.toml`. Must not import TensorFlow, Keras or pandas.
"""

import importlib
import pkgutil
import threading
from typing import Any

from lenet.engine import memory
from pages.parts.shared import pending_page, theme_message, whole_runs

_lock = threading.Lock()
_is_done = False


def prepare() -> None:
    """Returns when all that pages import is there: at once, but for the first call and who waits for it."""
    global _is_done
    with _lock:
        if not _is_done:
            _keep_pandas_away()
            whole_runs.install()
            pending_page.install()
            theme_message.install()
            _import_parts()
            memory.settle()
            _is_done = True


def _import_parts() -> None:
    from pages import parts

    for module in pkgutil.walk_packages(parts.__path__, f"{parts.__name__}."):
        importlib.import_module(module.name)


def _keep_pandas_away() -> None:
    """Streamlit 1.67 imports pandas to see whether a part of what a component is given is a table.

    The canvas is given a drawing, a dict. That would cost 40 MB and a quarter of a second, and as long as it
    is half done, plotly fails in every other session.
    """
    from streamlit.components.v2.bidi_component import serialization

    is_table = serialization.is_dataframe_like

    def is_dataframe_like(value: Any) -> bool:
        return not isinstance(value, dict | list) and is_table(value)

    serialization.is_dataframe_like = is_dataframe_like
