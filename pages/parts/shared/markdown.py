"""Sentences as Markdown shows them. Standard library only."""

import re


def escaped(sentence: str) -> str:
    """The sentence with what Markdown would take as markup (a `_` of a path, a `$`) shown as it is."""
    plain = re.sub(r"([\\`*_{}\[\]<>#$~|:&])", r"\\\1", sentence)
    return re.sub(r"^(\d*)([-+=.)])(?=[-=\s]|$)", r"\1\\\2", plain)  # a list, or a line under a heading
