"""Who may write a run: one owner at a time, fenced off from those before it. Standard library only.

    lease/7-3f2a9c1e/aside/    the seventh owner of the run, on the ticket 3f2a9c1e

Whoever queues a run draws a ticket, and whoever trains it on that ticket becomes a further owner: a trainer
that Dask starts again has the ticket of the one that died, while a ticket drawn later ends every earlier one.
To become the owner is to rename that folder, which succeeds for one of any number of takers; so the numbers
only grow.

An owner writes nothing into the run but what lies whole in its `aside`, by one rename into its place. A taker
takes that folder away before it reads the run. So there is no moment between looking whether one still is the
owner and writing: an owner that was halted for as long as you like, at whatever place, finds no folder to
write to or to rename from, and ends. Rows of the curves are appended to a file that each owner makes anew
(`lenet.runs.curves.Rows`): what a former owner had in hand goes to the file that was replaced.

That holds where a rename is one step for all: on local disks, and on NFS, whose clients may go on seeing a
folder for some time after it was renamed, but not write to one that was removed; hence `aside`. Windows
refuses to rename a folder in which a file is open, and to replace an open file: there a run is not taken from
an owner that is halted, but from one that is gone. Outside of this are TensorBoard's event files: each owner
has its own.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lenet.errors import LeaseLost
from lenet.files import replace

_NAME = re.compile(r"(\d{1,18})-(\w{1,32})")
_ATTEMPTS = 100  # others were quicker as often


class Lease:
    """One owner of the run in the folder `run`; made by `take`."""

    def __init__(self, run: Path, number: int, ticket: str) -> None:
        self.run, self.number, self.ticket = run, number, ticket
        self.path = run / "lease" / f"{number}-{ticket}"
        self.aside = self.path / "aside"  # where an owner writes what it then renames into its place

    @property
    def is_held(self) -> bool:
        """Whether this is still the owner."""
        return os.path.isdir(self.aside)

    def check(self) -> None:
        """Raises `LeaseLost` where somebody else is the owner now, or where the run was deleted."""
        if not self.is_held:
            raise _lost(self.run)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """An error that comes of having lost the run is `LeaseLost`, whatever it looked like."""
        try:
            yield
        except Exception as error:
            if self.is_held:
                raise
            raise _lost(self.run) from error


def take(run: Path, expected: str | None = None, ticket: str | None = None) -> Lease:
    """Become the owner of the run in that folder.

    Args:
        expected: only as long as the run is on this ticket.
        ticket: the run is on it from now on; default: a new one.

    Raises:
        LeaseLost: the run is on another ticket than expected, or somebody else took it this moment.
        OSError: the folder is not there, or cannot be written.
    """
    ticket = ticket or secrets.token_hex(4)
    for _ in range(_ATTEMPTS):
        number, holder = _newest(run)
        if expected not in (None, holder):
            raise _lost(run)
        lease = Lease(run, number + 1, ticket)
        try:
            replace(run / "lease" / f"{number}-{holder}", lease.path)
        except FileNotFoundError:  # somebody was quicker
            continue
        _fence_off(lease)
        return lease
    raise OSError(f"{run}: others take it all the time")


def current_ticket(run: Path) -> str:
    """The ticket that the run is on. Raises `OSError`: the folder is not there, or cannot be written."""
    return _newest(run)[1]


def _newest(run: Path) -> tuple[int, str]:
    """Number and ticket of the newest owner; (0, "none") of a run that never had one."""
    for _ in range(_ATTEMPTS):
        with suppress(FileNotFoundError):
            found = [_NAME.fullmatch(name) for name in os.listdir(run / "lease")]
            if owners := [(int(match[1]), match[2]) for match in found if match]:
                return max(owners)
        _begin(run)
    raise OSError(f"{run / 'lease'} is damaged. Remove it.")


def _begin(run: Path) -> None:
    """Number 0, by nobody; nothing where somebody else did the same."""
    draft = run / f".{secrets.token_hex(8)}.lease"
    try:
        draft.mkdir()
        (draft / "0-none").mkdir()
        with suppress(OSError):  # an empty one: copied by a program that leaves out empty folders
            (run / "lease").rmdir()
        with suppress(OSError):
            draft.rename(run / "lease")
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fence_off(lease: Lease) -> None:
    """Nothing that a former owner does arrives in the run from here on.

    Its files go, and their folder: what it has under way is either done by now, or finds neither.
    """
    for _ in range(_ATTEMPTS):
        shutil.rmtree(lease.aside, ignore_errors=True)
        try:
            return lease.aside.mkdir()
        except FileExistsError:  # it wrote a file there meanwhile
            continue
        except FileNotFoundError as error:
            raise _lost(lease.run) from error
    raise OSError(f"{lease.aside} cannot be removed. Remove it.")


def _lost(run: Path) -> LeaseLost:
    return LeaseLost(
        f"Run {run.name} was resumed elsewhere, or deleted: it is not trained here any more. Its figures are "
        "those of whoever trains it now."
    )
