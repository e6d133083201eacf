"""The name of a class that people make themselves: a word, a letter, a sign; "A", "☺", "cat".

Standard library only, besides the errors. Must not import Streamlit, TensorFlow or Keras.
"""

import unicodedata
from typing import Any

from lenet.errors import DrawingError
from lenet.sentences import is_plain, shown

LONGEST = 20  # characters
_LOOKS = "\ufe0e\ufe0f"  # whether a sign is shown in color: the same sign


def class_name(value: Any) -> str:
    """The name as it is kept: one line, without blanks around it, composed (é is one character).

    Args:
        value: what a person typed, or what a file has; a digit of `my-digits` is its name.

    Raises:
        DrawingError: it is no text of 1 to `LONGEST` characters that can be seen.
    """
    text = str(value) if type(value) is int and 0 <= value <= 9 else value
    name = " ".join(unicodedata.normalize("NFC", text).split()) if isinstance(text, str) else ""
    if not _is_seen(name) or not is_plain(name) or len(name) > LONGEST:
        raise DrawingError(
            f"Class: received {shown(value)}, expected 1 to {LONGEST} characters that can be seen, such as "
            "A, ☺ or cat. Type another name."
        )
    return name


def same(name: str) -> str:
    """A text that is equal for names that look alike: ☺ with and without color."""
    return name.translate(dict.fromkeys(map(ord, _LOOKS)))


def _is_seen(name: str) -> bool:
    """Whether anything in it leaves a mark: no space, control or joining character, no accent alone."""
    return any(unicodedata.category(each)[0] in "LNPS" for each in name)
