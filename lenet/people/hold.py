"""Whether the teacher has all runs of a class wait: then no paused run makes room for another one.

Standard library only, besides the ground.
"""

from pathlib import Path

from lenet.people.deeds import FOLDER
from lenet.people.person import check_is_teacher

_FILE = "all-wait"


def hold(runs: Path, is_held: bool) -> None:
    """All of that folder of runs, or none any more. Raises `NotAllowed`, `OSError`."""
    check_is_teacher()
    path = runs / FOLDER / _FILE
    if is_held:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    else:
        path.unlink(missing_ok=True)


def is_held(runs: Path) -> bool:
    """Whether they wait."""
    return (runs / FOLDER / _FILE).exists()
