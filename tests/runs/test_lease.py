"""One owner a run: who takes it, and that nothing arrives of whoever had it before. Real folders."""

import shutil
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from lenet.errors import LeaseLost
from lenet.files import write_json, written_aside
from lenet.runs.curves import STEP_COLUMNS, Rows
from lenet.runs.folder import Run
from lenet.runs.lease import Lease, current_ticket, take
from lenet.training.recipes import RECIPES


def test_numbers_grow_and_the_newest_holds(tmp_path: Path) -> None:
    leases = [take(tmp_path) for _ in range(12)]
    assert [lease.number for lease in leases] == list(range(1, 13))
    assert [lease.is_held for lease in leases] == [False] * 11 + [True]
    leases[-1].check()
    with pytest.raises(LeaseLost, match="was resumed elsewhere, or deleted"):
        leases[-2].check()
    assert current_ticket(tmp_path) == leases[-1].ticket
    assert [path.name for path in (tmp_path / "lease").iterdir()] == [leases[-1].path.name]


def test_a_ticket_is_good_until_another_is_drawn(tmp_path: Path) -> None:
    queued = take(tmp_path)
    trainer = take(tmp_path, queued.ticket, queued.ticket)
    again = take(tmp_path, queued.ticket, queued.ticket)  # that trainer died, or seemed to
    assert not trainer.is_held and again.is_held
    resumed = take(tmp_path)
    with pytest.raises(LeaseLost):
        take(tmp_path, queued.ticket, queued.ticket)
    assert resumed.is_held


def test_of_many_who_take_up_what_one_left_one_succeeds(tmp_path: Path) -> None:
    for _ in range(20):
        left, together, taken = take(tmp_path), threading.Barrier(8), []

        def take_up(left: Lease = left, together: threading.Barrier = together, taken: list = taken) -> None:
            together.wait()
            try:
                taken.append(take(tmp_path, left.ticket))
            except LeaseLost:
                return

        in_threads(take_up)
        (lease,) = taken
        assert lease.is_held and lease.number == left.number + 1


def test_of_many_who_take_it_at_once_the_last_holds(tmp_path: Path) -> None:
    """From a folder that never had an owner; each gets a number of its own, or is overtaken at once."""
    leases: list[Lease] = []
    together = threading.Barrier(8)

    def take_it() -> None:
        together.wait()
        with suppress(LeaseLost):
            leases.append(take(tmp_path))

    in_threads(take_it)
    assert len({lease.number for lease in leases}) == len(leases)
    assert [lease.number for lease in leases if lease.is_held] == [8]
    assert not list(tmp_path.glob(".*"))


def in_threads(target) -> None:
    threads = [threading.Thread(target=target) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_file_under_way_is_not_renamed_into_its_place(tmp_path: Path) -> None:
    """Halted at the last moment: the file is whole, and the next thing would have been to rename it."""
    path, lease = tmp_path / "status.json", take(tmp_path)
    write_json(path, {"by": "the first"}, lease.aside)
    with pytest.raises(FileNotFoundError), written_aside(path, lease.aside) as aside:
        aside.write_text("{}")
        write_json(path, {"by": "the second"}, take(tmp_path).aside)
    assert path.read_text() == '{\n "by": "the second"\n}'
    with pytest.raises(FileNotFoundError):
        write_json(path, {"by": "the first"}, lease.aside)
    assert not list(tmp_path.rglob(".*"))


def test_rows_in_hand_go_nowhere(tmp_path: Path) -> None:
    """Halted after it looked whether it still is the owner, before it wrote."""
    path = tmp_path / "steps.csv"
    halted = Rows(path, STEP_COLUMNS, take(tmp_path))
    halted.append([(1, 2.5, 0.25, 0.01), (2, 1.5, 0.25, 0.01)])
    owner = Rows(path, STEP_COLUMNS, take(tmp_path))
    owner.keep_until(1)
    halted._file.write("2,9,9,9\n")
    with pytest.raises(LeaseLost):
        halted.append([(3, 9, 9, 9)])
    halted.close()
    owner.append([(2, 1.25, 0.5, 0.01)])
    owner.close()
    assert path.read_text() == "step,loss,accuracy,learning_rate\n1,2.5,0.25,0.01\n2,1.25,0.5,0.01\n"


def test_what_an_owner_left_half_written_goes_with_it(tmp_path: Path) -> None:
    lease = take(tmp_path)
    (lease.aside / ".0123456789abcdef.checkpoint.npz").write_bytes(b"half")
    assert [path.name for path in take(tmp_path).path.rglob("*")] == ["aside"]


def test_a_copy_without_empty_folders_begins_anew(tmp_path: Path) -> None:
    take(tmp_path)
    shutil.rmtree(tmp_path / "lease")
    assert take(tmp_path).number == 1
    shutil.rmtree(next((tmp_path / "lease").iterdir()))
    assert take(tmp_path).number == 1


def test_a_run_that_was_deleted_is_lost(tmp_path: Path) -> None:
    run = Run.create(RECIPES["digits-quick"].config, tmp_path)
    lease = run.take()
    run.delete()
    with pytest.raises(LeaseLost), lease.kept():
        write_json(run.path / "status.json", {}, lease.aside)
    with pytest.raises(FileNotFoundError):
        take(run.path)
    assert not run.path.exists()


def test_a_fault_of_one_who_holds_it_stays_that_fault(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="the disk"), take(tmp_path).kept():
        raise OSError("the disk")
