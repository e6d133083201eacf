"""What a run that waits says: how many are before it, behind whom, and in about how long it begins."""

import time
from pathlib import Path

import pytest

from lenet.people.person import Person
from lenet.queue_place import in_words
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from lenet.runs.status import Status
from tests.small_runs import small_config

SECONDS_AN_EPOCH = 10.0


def run(state: str, number: int = 0, epochs: int = 6, **more: object) -> Run:
    """The newest; `number`: its place among those that wait."""
    made, now = Run.create(small_config(epochs=epochs)), time.time()
    about = {"epochs": epochs, "created": now, "heartbeat": now + 3_600, "queued_at": float(number)}
    made.write_status(Status(state=state, **about | more))
    return made


def words(of: Run, folder: Path) -> str:
    runs = list_runs(folder)
    return in_words(next(each for each in runs if each.id == of.id), runs)


def test_how_long_is_known_from_runs_that_have_finished(runs_folder: Path) -> None:
    run("running", eta_seconds=41.0)
    waiting = [run("queued", number) for number in range(70)]
    assert words(waiting[1], runs_folder).startswith("Place 2 in the queue. It starts by itself after “")
    run("finished", epoch=6, seconds=6 * SECONDS_AN_EPOCH)
    assert words(waiting[0], runs_folder).startswith("Place 1 in the queue, in about 40 s. It starts")
    assert words(waiting[1], runs_folder).startswith("Place 2 in the queue, in about 1 min 40 s. It")
    assert words(waiting[3], runs_folder).startswith("Place 4 in the queue, in about 4 min. It starts")
    assert words(waiting[69], runs_folder).startswith("Place 70 in the queue, in about 1 h 9 min. It")


def test_two_trainers_halve_it_and_one_that_goes_on_takes_what_is_left(runs_folder: Path) -> None:
    for _ in range(2):
        run("running", eta_seconds=40.0)
    run("finished", epoch=6, seconds=6 * SECONDS_AN_EPOCH)
    run("queued", 0, epochs=6, epoch=2)
    assert words(run("queued", 1), runs_folder).startswith("Place 2 in the queue, in about 1 min 0 s.")


def test_of_one_that_is_paused_nobody_knows(runs_folder: Path) -> None:
    run("finished", epoch=6, seconds=6 * SECONDS_AN_EPOCH)
    waits = run("queued")
    assert words(waits, runs_folder) == (
        "Place 1 in the queue. It starts by itself as soon as the trainer is ready."
    )
    paused = run("paused", eta_seconds=5.0)
    assert words(waits, runs_folder).endswith(", which is paused: resume or stop it.")
    (paused.path / "owner.json").write_text('{"id": "ada", "name": "Ada"}')
    assert words(waits, runs_folder).endswith(", which is paused and gives way to you soon.")
    assert Person("ada", "Ada") == list_runs(runs_folder)[0].owner


@pytest.mark.parametrize("left", [None, 0.0])
def test_at_the_very_end_or_beginning(runs_folder: Path, left: float | None) -> None:
    run("running", eta_seconds=left)
    found, about = words(run("queued"), runs_folder), "" if left is None else ", in about 10 s"
    assert found.startswith(f"Place 1 in the queue{about}.")
