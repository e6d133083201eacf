"""What a click did is shown, also where it came in the very moment of another change.

All that changes within one turn of the browser's event loop comes in one message, for which Streamlit 1.67
runs the part of the page that the first of the changes lies in: the callbacks of the others are called, and
the page stays as it was. Here such a callback has the whole page run.

Must not import Dask, TensorFlow or Keras.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import SessionState, WStates


def install() -> None:
    """For all sessions of this process."""
    call, execute = WStates.call_callback, SessionState._execute_widget_callback

    @wraps(call)
    def called(self: WStates, widget: str) -> None:
        call(self, widget)
        _run_whole_page(self.widget_metadata[widget])

    @wraps(execute)
    def executed(
        self: SessionState, votes: Any, callback: Callable, metadata: WidgetMetadata, *arguments: Any
    ) -> None:
        def then(*args: Any, **kwargs: Any) -> None:
            callback(*args, **kwargs)
            _run_whole_page(metadata)

        execute(self, votes, then, metadata, *arguments)

    WStates.call_callback, SessionState._execute_widget_callback = called, executed


def _run_whole_page(changed: WidgetMetadata) -> None:
    """As if the callback had asked for it, where the widget lies in no part that is run now."""
    parts = get_script_run_ctx().fragment_ids_this_run
    if parts and changed.fragment_id not in parts:
        st.rerun()
