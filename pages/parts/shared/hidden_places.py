"""Requests for what no page asks for: hidden files, and places above a folder. Standard library only."""

import re
from urllib.parse import unquote

# A name that begins with a dot, or two dots, behind a slash or as the value of a field
_HIDDEN = re.compile(r"[/=]\.(\.|[A-Za-z])")


def leads_to_hidden(asked: str) -> bool:
    """Whether there is such a place in a path with its query, however it is escaped."""
    return bool(_HIDDEN.search(unquote(unquote(asked))))
