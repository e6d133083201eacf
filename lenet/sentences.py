"""What a sentence to a person may say of what was received: little and plain, whatever that was.

Standard library only.
"""

import math
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

LONGEST = 1_000  # characters of a sentence to a person
LONGEST_VALUE = 60  # of a value in it
MOST_SENTENCES = 3  # of one kind on a page
LONGEST_REASON = 200  # of what another package says in it
MOST_NAMES = 8  # of a list in it

# What no text has (halves of characters), and what a page would obey instead of showing it.
_NOT_PLAIN = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    """The text; what cannot be sent or would not be shown becomes `�`."""
    return _NOT_PLAIN.sub("\ufffd", text)


def is_plain(text: str) -> bool:
    """Whether the text is one line that every page can show as it is."""
    return not _NOT_PLAIN.search(text) and not re.search(r"[\t\n]", text)


def shortened(text: str, most: int = LONGEST_VALUE) -> str:
    """The text, or its beginning."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def shown(value: Any, most: int = LONGEST_VALUE) -> str:
    """A value in a few words, however large it is."""
    if value is None:
        return "nothing"
    if isinstance(value, list | tuple):
        return f"a list of length {len(value):,}"
    if isinstance(value, dict):
        return "named values"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "infinity"
    if isinstance(value, int) and value.bit_length() > 4 * most:  # its digits may be too many to be written
        return f"a number of some {1 + int(value.bit_length() * 0.30103):,} digits"
    if isinstance(value, str | bytes):
        value = value[: most + 1]
    return shortened(repr(value), most)


def reason(error: object) -> str:
    """What another package says is wrong: the first line of it, for a sentence of ours."""
    return shortened(plain(str(error).partition("\n")[0]).strip(), LONGEST_REASON)


def listed(names: Iterable[str], most: int = MOST_NAMES) -> str:
    """The first names, each shortened, and how many more there are; empty of none."""
    names = list(names)
    words = [plain(shortened(name)) for name in islice(names, most)]
    more = len(names) - len(words)
    return ", ".join(words) + (f" and {more:,} more" if more else "")


def few(sentences: list[str]) -> list[str]:
    """The first of many sentences of one kind, and how many more there are: for a page of everybody's."""
    more = len(sentences) - MOST_SENTENCES
    return sentences[:MOST_SENTENCES] + ([f"And {more:,} more like these."] if more > 0 else [])
