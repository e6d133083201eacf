"""A person of a class, and who acts at this moment.

Standard library only, besides the errors.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lenet.errors import NotAllowed


@dataclass(frozen=True)
class Person:
    """Somebody in a class.

    Attributes:
        id: by which things are known to be theirs; of the teacher, `TEACHER`'s.
        name: what they are called.
    """

    id: str
    name: str

    @property
    def is_teacher(self) -> bool:
        """Whether they may change what is others'."""
        return self.id == TEACHER.id


TEACHER = Person("teacher", "Teacher")
NOBODY = Person("", "Nobody")  # who has not joined, or is no longer in the class: may change nothing

_acting: Callable[[], Person | None] | None = None


def set_acting(who: Callable[[], Person | None] | None) -> None:
    """How it is known who acts; of a server whose people work alone, and of a worker, nobody says so."""
    global _acting
    _acting = who


def acting() -> Person | None:
    """Who acts now; None: the machine itself, or somebody who works alone on it, who may do all."""
    return _acting() if _acting else None


def check_is_teacher() -> None:
    """Raises `NotAllowed`: whoever acts is not the teacher, nor the machine itself."""
    person = acting()
    if person is not None and not person.is_teacher:
        raise NotAllowed("Only the teacher does that.")
