"""What somebody does in a class, done in callbacks. Must not import TensorFlow or Keras."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lenet.errors import SentenceError
from pages.parts.shared.markdown import escaped

_PROBLEM = "classroom-problem"  # key of the session


def show_problem() -> None:
    """Why the last deed was not done, once."""
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(escaped(problem))


def do(action: Callable[..., Any], *arguments: Any) -> None:
    """Do it; where that cannot be, a sentence at the top of the page says why."""
    try:
        action(*arguments)
    except SentenceError as error:
        st.session_state[_PROBLEM] = str(error)
    except OSError as error:
        words = f"The class cannot be written down ({error.strerror or error}). Free some disk space."
        st.session_state[_PROBLEM] = words
