"""Whose a thing is, who sees it and who may change it. Looked at where files are touched.

A folder that a person makes has a file `owner.json`; a file that they bring has one beside it, hidden.
Without one it is everybody's to see, and the teacher's to change: it was made before there was a class. Runs
and sweeps everybody sees; of other things the functions here say who does. Must not import Streamlit,
TensorFlow or Keras.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from lenet.errors import NotAllowed
from lenet.files import read_json, write_json
from lenet.people import deeds
from lenet.people.person import NOBODY, Person, acting

FILE = "owner.json"
Share = Literal["", "see", "add"]  # with the class: not at all, to look at and use, or to add to as well
_SHARES = ("", "see", "add")


def record_of(thing: Path) -> Path:
    """The file that says whose it is."""
    return thing / FILE if thing.is_dir() else thing.with_name(f".{thing.name}.{FILE}")


def sign(thing: Path) -> None:
    """It belongs to whoever acts; to nobody where people work alone. Raises `OSError`."""
    person = acting()
    if person is not None:
        _write(thing, person, "")
    elif not thing.is_dir():
        unsign(thing)  # of a file of that name that was another's and is gone


def unsign(thing: Path) -> None:
    """For a file that goes, and leaves what says whose it was."""
    with suppress(OSError):
        record_of(thing).unlink(missing_ok=True)


@contextmanager
def signed(path: Path) -> Iterator[None]:
    """While a file is made: whose it is, is written before anybody could see it. Raises `OSError`."""
    if path.exists():
        yield
        return
    sign(path)
    try:
        yield
    except BaseException:
        unsign(path)
        raise


def _write(thing: Path, person: Person, shared: str) -> None:
    write_json(record_of(thing), {"id": person.id, "name": person.name, "shared": shared})


def check_is_joined() -> None:
    """Raises `NotAllowed`: whoever acts is in the class no more, or was never."""
    if acting() == NOBODY:
        raise NotAllowed("Nothing was made: you are not in this class. Open the join link again.")


def owner_of(thing: Path) -> Person | None:
    """Whose it is; None: everybody's. A file that cannot be read makes it the teacher's alone."""
    return _said(thing)[0]


def shared_as(thing: Path) -> Share:
    """What the class may do with it."""
    return _said(thing)[1]


def _said(thing: Path) -> tuple[Person | None, Share]:
    try:
        found = read_json(record_of(thing), 10_000)
        shared = found.get("shared")
        return Person(str(found["id"]), str(found["name"])), shared if shared in _SHARES else ""
    except (FileNotFoundError, NotADirectoryError):
        return None, "see"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return NOBODY, ""


def rename(thing: Path, person: Person) -> None:
    """Whoever sees it sees its owner's new name. Raises `OSError`."""
    owner, shared = _said(thing)
    if owner is not None and owner.id == person.id:
        _write(thing, person, shared)


def share(thing: Path, how: Share, runs: Path) -> None:
    """With the class, or not any more.

    Args:
        runs: where runs are, and what is done is written down.

    Raises:
        NotAllowed: it is neither theirs nor are they the teacher.
        OSError: it cannot be written.
    """
    check(thing, "share" if how else "share no more", runs)
    owner = owner_of(thing) or acting()
    if owner is not None:
        _write(thing, owner, how)


# Who may


def may_change(thing: Path, person: Person | None) -> bool:
    """Whether that person may change it; None is the machine itself."""
    if person is None or person.is_teacher:
        return True
    owner = owner_of(thing)
    return person != NOBODY and owner is not None and owner.id == person.id


def may_see(thing: Path, person: Person | None) -> bool:
    """Whether that person may look at it, and use it: it is theirs, or shared, or from before the class."""
    return may_change(thing, person) or (person != NOBODY and shared_as(thing) != "")


def may_add(thing: Path, person: Person | None) -> bool:
    """Whether that person may add to it."""
    return may_change(thing, person) or (person != NOBODY and shared_as(thing) == "add")


def check(thing: Path, deed: str, runs: Path | None = None, is_allowed: bool | None = None) -> None:
    """Whoever acts is about to do that, "stop", to what a person has made.

    What somebody does to what is another's is written down, done or refused.

    Args:
        runs: where runs are; None: the thing is one of them.
        is_allowed: None: where they may change it.

    Raises:
        NotAllowed: it is neither theirs nor are they the teacher.
    """
    person = acting()
    if person is None:
        return
    owner = owner_of(thing)
    is_allowed = may_change(thing, person) if is_allowed is None else is_allowed
    if owner is None or owner.id != person.id:
        deeds.write(runs or thing.parent, person, deed, thing.name, owner, is_allowed)
    if not is_allowed:
        raise NotAllowed(
            f"{thing.name} is {whose(thing)}: it was not changed ({deed}). Make one of your own like it, "
            "or ask the teacher."
        )


def check_adding(thing: Path, deed: str, runs: Path) -> None:
    """`check`, for what everybody may do to what is shared to be added to."""
    if shared_as(thing) != "add" or acting() == NOBODY:
        check(thing, deed, runs)


def whose(thing: Path) -> str:
    """In words: Ada's."""
    owner = owner_of(thing)
    is_a_students = owner and owner != NOBODY and not owner.is_teacher
    return f"{owner.name}'s" if is_a_students else "the teacher's"
