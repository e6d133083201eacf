"""What each student of a class may have, as the teacher says; the teacher and who works alone have no limits.

Must not import Streamlit, TensorFlow or Keras.
"""

import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from lenet.errors import JoinError, NotAllowed
from lenet.files import read_json, write_json
from lenet.people.deeds import FOLDER
from lenet.people.owner import owner_of
from lenet.people.person import NOBODY, Person, acting, check_is_teacher

_FILE = "limits.json"
BOUNDS = {"minutes": (1, 1_440), "parameters": (100, 100_000_000), "runs": (1, 1_000),
           "megabytes": (1, 100_000)}  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """Of one person.

    Attributes:
        minutes: that a run trains.
        parameters: of a network.
        runs: that are kept, trials of sweeps too.
        megabytes: of data, drawings and model files.
    """

    minutes: int = 30
    parameters: int = 5_000_000
    runs: int = 100
    megabytes: int = 200


def is_limited(person: Person | None) -> bool:
    """Whether limits hold for that person."""
    return person is not None and person != NOBODY and not person.is_teacher


def read(runs: Path) -> Limits:
    """Those of the class of that folder of runs; the usual ones where the teacher has said none."""
    try:
        found = read_json(runs / FOLDER / _FILE, 10_000)
        return _checked(Limits(**{each.name: found[each.name] for each in fields(Limits)}))
    except (OSError, ValueError, KeyError, TypeError):
        return Limits()


def write(runs: Path, limits: Limits) -> None:
    """From now on. Raises `NotAllowed`; `JoinError`: one is beyond what can be; `OSError`."""
    check_is_teacher()
    (runs / FOLDER).mkdir(parents=True, exist_ok=True)
    write_json(runs / FOLDER / _FILE, asdict(_checked(limits)))


def check_kept(runs: Path) -> None:
    """Raise `NotAllowed` where whoever acts keeps as many runs as the teacher lets them."""
    if words := too_many(runs, acting(), 1):
        raise NotAllowed(words)


def too_many(runs: Path, person: Person | None, more: int) -> str:
    """Why that person begins no further runs, so many, a sentence; empty where they may."""
    if not is_limited(person):
        return ""
    most, kept = read(runs).runs, _kept(runs, person)
    if kept + more <= most:
        return ""
    return (
        f"Runs: you keep {kept:,}, and this would be {more:,} more; your teacher's limit is {most:,} a "
        "person. Delete some that you need no more."
    )


def _kept(runs: Path, person: Person) -> int:
    try:
        with os.scandir(runs) as found:
            paths = [Path(each.path) for each in found if not each.name.startswith(".")]
    except OSError:
        return 0
    return sum(1 for path in paths if (owner := owner_of(path)) and owner.id == person.id)


def _checked(limits: Limits) -> Limits:
    for name, (lowest, highest) in BOUNDS.items():
        value = getattr(limits, name)
        if type(value) is not int or not lowest <= value <= highest:
            raise JoinError(
                f"Limit, {name}: received {value}, expected a whole number from {lowest:,} to {highest:,}."
            )
    return limits
