"""Sentences as Markdown shows them. Standard library only."""

import re


def escaped(sentence: str) -> str:
    """The sentence with what Markdown would take as markup (a `_` of a path, a `$`) shown as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#$~|:])", r"\\\1", sentence)
