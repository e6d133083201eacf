"""What a term of the glossary is. Standard library only."""

import re
from dataclasses import dataclass

PAPER = "LeCun, Bottou, Bengio, Haffner, “Gradient-Based Learning Applied to Document Recognition”, 1998"


@dataclass(frozen=True)
class Term:
    """A term of the field, as the pages use it.

    Attributes:
        name: as it stands in a sentence.
        words: what it is, in one to three sentences.
        place: where it is at work, a page and what its link says: "evaluate?view=calibration".
        also: other names of the same, and what one may look for instead.
        source: who introduced it, or where the paper of 1998 speaks of it.
    """

    name: str
    words: str
    place: str
    also: tuple[str, ...] = ()
    source: str = ""

    @property
    def key(self) -> str:
        """In links: small letters of English, digits and hyphens."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower().replace("'", "")).strip("-")


def in_paper(where: str) -> str:
    """The paper of 1998, and where in it."""
    return f"{PAPER}, {where}"
