"""Whose a folder is, and who may change it: its owner and the teacher. Looked at where files are touched.

A run, and whatever else a person makes, has a file `owner.json`. Without one it is everybody's: it was made
before there was a class. Must not import Streamlit, TensorFlow or Keras.
"""

from pathlib import Path

from lenet.errors import NotAllowed
from lenet.files import read_json, write_json
from lenet.people import deeds
from lenet.people.person import NOBODY, Person, acting

FILE = "owner.json"


def sign(folder: Path) -> None:
    """The folder belongs to whoever acts; to nobody where people work alone. Raises `OSError`."""
    person = acting()
    if person is not None:
        _write(folder, person)


def _write(folder: Path, person: Person) -> None:
    write_json(folder / FILE, {"id": person.id, "name": person.name})


def check_is_joined() -> None:
    """Raises `NotAllowed`: whoever acts is in the class no more, or was never."""
    if acting() == NOBODY:
        raise NotAllowed("Nothing was made: you are not in this class. Open the join link again.")


def owner_of(folder: Path) -> Person | None:
    """Whose it is; None: everybody's. A file that cannot be read makes it the teacher's alone."""
    try:
        found = read_json(folder / FILE, 10_000)
        return Person(str(found["id"]), str(found["name"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError):
        return NOBODY


def rename(folder: Path, person: Person) -> None:
    """Whoever sees it sees its owner's new name. Raises `OSError`."""
    owner = owner_of(folder)
    if owner is not None and owner.id == person.id:
        _write(folder, person)


def may_change(folder: Path, person: Person | None) -> bool:
    """Whether that person may change it; None is the machine itself."""
    if person is None or person.is_teacher:
        return True
    owner = owner_of(folder)
    return person != NOBODY and owner is not None and owner.id == person.id


def check(folder: Path, deed: str, runs: Path | None = None) -> None:
    """Whoever acts is about to do that, "stop", to a folder of a person.

    What somebody does to what is another's is written down, done or refused.

    Args:
        runs: where runs are; None: the folder is one of them.

    Raises:
        NotAllowed: it is neither theirs nor are they the teacher.
    """
    person = acting()
    if person is None:
        return
    owner, is_allowed = owner_of(folder), may_change(folder, person)
    if owner is None or owner.id != person.id:
        deeds.write(runs or folder.parent, person, deed, folder.name, owner, is_allowed)
    if not is_allowed:
        whose = f"{owner.name}'s" if owner and owner != NOBODY else "the teacher's"
        raise NotAllowed(
            f"{folder.name} is {whose}: it was not changed ({deed}). Make one of your own with the same "
            "settings, or ask the teacher."
        )
