"""Whether the teacher has all runs of a class wait: then no paused run makes room for another one.

Standard library only, besides the ground.
"""

from pathlib import Path

from lenet.errors import NotAllowed
from lenet.people.deeds import FOLDER
from lenet.people.person import acting, check_is_teacher

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


def check_may_go_on(runs: Path) -> None:
    """Raises `NotAllowed`: whoever acts is a student, and all wait."""
    person = acting()
    if person is not None and not person.is_teacher and is_held(runs):
        raise NotAllowed("Your teacher has all runs wait. They go on together.")


def is_held(runs: Path) -> bool:
    """Whether they wait."""
    return (runs / FOLDER / _FILE).exists()
