"""Long questions on a real worker: short ones overtake them, they queue, and who leaves stops them."""

import os
import signal
import time
from pathlib import Path

import pytest

from lenet import turns
from lenet.engine import asking, base, embedded
from lenet.engine.asking import Question
from tests import cluster_tasks
from tests.engine_fixtures import wait_until

COUNT = "tests.cluster_tasks.count"


def ask(engine: base.Engine, folder: Path, name: str = "long", steps: int = 200, **options) -> Question:
    """Something that takes ten seconds."""
    return engine.ask(COUNT, str(folder), name, steps, is_long=True, **options)


def counted(folder: Path, name: str = "long") -> list[int]:
    """What it has written down."""
    file = folder / name
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def wait_until_it_is_left(engine: base.Engine, folder: Path, name: str = "long") -> None:
    """Until nothing of it is kept in the worker; while another one counts there, it counts no more."""
    wait_until(lambda: engine.infer(threads_of_turns).result(30) == 0, 5)
    written = counted(folder, name)
    assert engine.infer(cluster_tasks.count, str(folder), "another", 6).result(30) == 6
    assert counted(folder, name) == written


def test_what_is_short_overtakes_what_is_long(light_engine: embedded.EmbeddedEngine, tmp_path: Path) -> None:
    long = ask(light_engine, tmp_path, steps=60)
    wait_until(lambda: long.progress is not None)
    waits = []
    for number in range(5):
        started = time.monotonic()
        assert light_engine.ask("math.sqrt", float(number)).result(30) == number**0.5
        waits.append(time.monotonic() - started)
    assert not long.done()
    assert sorted(waits)[2] < 2 * turns.SECONDS  # and not the three seconds that it takes
    assert long.result(30) == 60 and counted(tmp_path) == list(range(60))  # nothing was done twice


def test_progress_and_what_is_shown_come_while_it_lasts(
    light_engine: embedded.EmbeddedEngine, tmp_path: Path
) -> None:
    long, seen, shown = ask(light_engine, tmp_path, steps=40), [], set()
    while not long.done():
        if long.progress:
            seen.append(long.progress.done)
            shown.add(long.progress.shown)
        time.sleep(0.02)
    assert seen == sorted(seen) and len(set(seen)) >= 3
    assert long.progress.total == 40 and "of 40" in long.progress.words
    assert len(shown) >= 2


def test_what_it_raises_comes_back(light_engine: embedded.EmbeddedEngine, tmp_path: Path) -> None:
    long = light_engine.ask("tests.cluster_tasks.raise_late", str(tmp_path), is_long=True)
    with pytest.raises(ValueError, match="no such thing"):
        long.result(20)


def test_who_leaves_stops_the_work(light_engine: embedded.EmbeddedEngine, tmp_path: Path) -> None:
    long = ask(light_engine, tmp_path)
    wait_until(lambda: len(counted(tmp_path)) > 3)
    light_engine.leave(long)
    assert long.cancelled()
    wait_until_it_is_left(light_engine, tmp_path)


def threads_of_turns() -> int:
    """Computations that stand in the worker."""
    import threading

    return sum(thread.name == "lenet turns" for thread in threading.enumerate())


def test_what_nobody_looks_for_is_left(
    light_engine: embedded.EmbeddedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "UNWATCHED_SECONDS", 0.5)
    watched, left = ask(light_engine, tmp_path, "watched"), ask(light_engine, tmp_path, "left")
    wait_until(lambda: left.cancelled() or watched.is_watched())
    watched.is_watched()
    assert not watched.cancelled()
    light_engine.leave(watched)
    wait_until_it_is_left(light_engine, tmp_path, "left")


def test_a_few_take_turns_and_the_others_have_a_place(
    light_engine: embedded.EmbeddedEngine, tmp_path: Path
) -> None:
    asked = [ask(light_engine, tmp_path, name, steps=15) for name in "abcde"]
    assert [each.place for each in asked] == [0, 0, 0, 1, 2]
    wait_until(lambda: all(counted(tmp_path, name) for name in "abc"))  # each has had a turn
    assert not asked[0].done() and not counted(tmp_path, "d")
    light_engine.leave(asked[3])
    assert asked[4].place == 1
    assert [each.result(30) for each in (*asked[:3], asked[4])] == [15] * 4
    assert not counted(tmp_path, "d") and counted(tmp_path, "e") == list(range(15))


def test_the_same_asked_by_many_is_worked_out_once(
    light_engine: embedded.EmbeddedEngine, tmp_path: Path
) -> None:
    asked = [ask(light_engine, tmp_path, steps=20, same="the view") for _ in range(25)]
    other = ask(light_engine, tmp_path, "other", steps=1, same="another view")
    for each in asked[:24]:
        light_engine.leave(each)
    assert asked[24].result(20) == 20 and counted(tmp_path) == list(range(20))
    assert other.result(20) == 1


def test_what_takes_long_at_a_stretch_keeps_nobody_waiting(
    light_engine: embedded.EmbeddedEngine, tmp_path: Path
) -> None:
    long = light_engine.ask("tests.cluster_tasks.count_at_a_stretch", str(tmp_path), "long", 40, is_long=True)
    wait_until(lambda: counted(tmp_path))
    started = time.monotonic()
    assert light_engine.ask("math.sqrt", 9.0).result(30) == 3
    assert time.monotonic() - started < 1 and not long.done()
    assert long.result(20) == 40


def test_it_begins_again_where_its_worker_dies(light_engine: embedded.EmbeddedEngine, tmp_path: Path) -> None:
    worker = light_engine.infer(cluster_tasks.process_id).result(30)
    long = ask(light_engine, tmp_path, steps=20)
    wait_until(lambda: len(counted(tmp_path)) > 12)
    os.kill(worker, signal.SIGKILL)
    assert long.result(60) == 20
    written = counted(tmp_path)
    assert written[-20:] == list(range(20)) and len(written) > 20


def test_it_goes_on_where_it_was_when_the_connection_broke(
    light_engine: embedded.EmbeddedEngine, tmp_path: Path
) -> None:
    wait_until(lambda: light_engine.state().inference == "ready")
    long = ask(light_engine, tmp_path, steps=40)
    wait_until(lambda: long.progress is not None)
    light_engine.client.loop.add_callback(light_engine.client.scheduler_comm.abort)
    assert long.result(30) == 40 and long.attempts > 1
    assert counted(tmp_path) == list(range(40))


def test_arguments_travel_once(light_engine: embedded.EmbeddedEngine, tmp_path: Path) -> None:
    sent = light_engine.client.scheduler_comm.byte_count
    large = light_engine.ask(COUNT, str(tmp_path), "large", 40, bytes(1_000_000), is_long=True)
    assert large.result(30) == 40
    assert light_engine.client.scheduler_comm.byte_count - sent < 1_500_000  # of some four turns
