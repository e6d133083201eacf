"""What somebody does to things that are kept, done in callbacks. Must not import TensorFlow or Keras."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lenet.errors import SentenceError
from pages.parts.shared.markdown import escaped

_PROBLEM = "deed-problem"  # key of the session


def show_problem() -> None:
    """Why the last deed was not done, once."""
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(escaped(problem))


def do(action: Callable[..., Any], *arguments: Any) -> bool:
    """Do it, and return whether it was done; where not, a sentence at the top of the page says why."""
    try:
        action(*arguments)
        return True
    except SentenceError as error:
        st.session_state[_PROBLEM] = str(error)
    except OSError as error:
        words = f"Nothing was changed: it cannot be written ({error.strerror or error}). Free some space."
        st.session_state[_PROBLEM] = words
    return False
