"""How the names of people compare. Standard library only."""

import re
import unicodedata

LONGEST_NAME = 40


def alike(name: str) -> str:
    """Names that are read alike are one."""
    return unicodedata.normalize("NFKC", name).casefold()


def in_order(name: str) -> str:
    """By which names are sorted: numbers in them by their size."""
    return re.sub(r"[0-9]+", lambda digits: digits[0].zfill(LONGEST_NAME), alike(name))
