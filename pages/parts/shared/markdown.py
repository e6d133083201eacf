"""Sentences as Markdown shows them. Standard library only."""

import re

_JOINER = "\u2060"  # no width, and no line breaks there


def escaped(sentence: str) -> str:
    """The sentence with what Markdown would take as markup (a `_` of a path, a `$`) shown as it is.

    Streamlit looks for `:material/add:` and `:streamlit:` once the backslashes are gone: an invisible joiner
    keeps them apart.
    """
    sentence = re.sub(r":(?=(?:material/[\w-]+|streamlit):)", f":{_JOINER}", sentence)
    plain = re.sub(r"([\\`*_{}\[\]<>#$~|:&])", r"\\\1", sentence)
    return re.sub(r"^(\d*)([-+=.)])(?=[-=\s]|$)", r"\1\\\2", plain)  # a list, or a line under a heading
