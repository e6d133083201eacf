"""Run folders damaged in every way that the tests know: each is a line of the list and breaks no other."""

import json
import random
import shutil
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from lenet.errors import RunError
from lenet.runs.folder import Run
from lenet.runs.listing import summarize
from lenet.runs.run_index import RunIndex
from lenet.runs.status import ACTIVE_STATES, Status, interrupted
from lenet.sentences import LONGEST, is_plain
from lenet.training.recipes import RECIPES
from tests.damaged_runs import EVERY_WAY, LISTED, UNREADABLE
from tests.fresh_process import outcome_of

CONFIG = RECIPES["lenet5-relu"].config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run for each way, damaged in that way and named by it, and a good one."""
    for number, damage in enumerate(EVERY_WAY.values()):
        run = Run.create(CONFIG, tmp_path)
        run.path = run.path.rename(tmp_path / f"damaged-{number}")
        damage(run.path)
    Run.create(CONFIG, tmp_path)
    return tmp_path


def test_each_is_one_line_with_its_problem(folder: Path) -> None:
    started = time.perf_counter()
    tracemalloc.start()
    lines = {line.id: line for line in RunIndex(folder).runs()}
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(lines) == len(EVERY_WAY) + 1
    for number, way in enumerate(EVERY_WAY):
        line = lines[f"damaged-{number}"]
        assert bool(line.problem) == (way in UNREADABLE), (way, line.problem)
        for text in (line.problem or "", line.name, line.recipe, line.dataset, line.status.error or ""):
            assert is_plain(text) and len(text) <= LONGEST, way
    assert peak < 20_000_000 and time.perf_counter() - started < 5
    assert len(EVERY_WAY) >= 60


def test_nothing_that_reads_one_fails_in_another_way_or_takes_long(folder: Path) -> None:
    def outcome(read: Callable[[], object]) -> None:
        try:
            read()
        except RunError as error:
            assert is_plain(str(error)) and len(str(error)) <= LONGEST

    for number, way in enumerate(EVERY_WAY):
        run = Run.open(f"damaged-{number}", folder)
        started = time.perf_counter()
        for read in (
            run.status,
            run.control,
            run.steps,
            run.epochs,
            run.snapshots,
            lambda run=run: run.config,
        ):
            outcome(read)
        assert time.perf_counter() - started < 10, way
        assert len(run.steps()["step"]) <= 250_000
        assert max(run.snapshots(), default=0) < 10**9


@pytest.mark.parametrize("way", ["many rows", "a row of nine million digits", "large curves"])
def test_curves_are_read_in_bounded_memory(tmp_path: Path, way: str) -> None:
    run = Run.create(CONFIG, tmp_path)
    LISTED[way](run.path)
    read = "Run(Path(sys.argv[1])).steps()"
    outcome = outcome_of("from pathlib import Path\nfrom lenet.runs.folder import Run", read, run.path)
    assert outcome.grown < 200_000_000 and outcome.seconds < 10


def test_of_a_very_long_run_the_newest_rows_are_read(tmp_path: Path) -> None:
    run, count = Run.create(CONFIG, tmp_path), 300_000
    rows = "".join(f"{step},0.5,0.5,0.001\n" for step in range(1, count + 1))
    (run.path / "steps.csv").write_text(f"step,loss,accuracy,learning_rate\n{rows}")
    steps = run.steps()["step"]
    assert len(steps) == 250_000 and steps[-1] == count


def test_whatever_is_changed_in_a_file_its_line_is_there(tmp_path: Path) -> None:
    """A thousand runs whose files have a value replaced, at random, always the same ones."""
    run, chance = Run.create(CONFIG, tmp_path), random.Random(12)
    values = [None, True, -1, 10**300, 1e300, "x" * 999, "\x00", "‮", [], [[]], {}, {"kind": []}, [1, "x"]]
    values += [[values.copy()], {"a": values.copy()}]
    for file in ("config.json", "status.json", "control.json"):
        good = json.loads((run.path / file).read_text())
        for _ in range(300):
            changes = {key: chance.choice(values) for key in chance.sample(sorted(good), 2)}
            (run.path / file).write_text(json.dumps(good | changes))
            line = summarize(run.path)
            for text in (line.problem or "", line.status.error or "", line.status.message or ""):
                assert is_plain(text) and len(text) <= LONGEST
        (run.path / file).write_text(json.dumps(good))


@pytest.mark.parametrize("state", ACTIVE_STATES)
def test_a_sign_of_life_from_the_year_3000_is_none(state: str) -> None:
    status = Status(state=state, engine="another", heartbeat=32_503_679_999.0)
    assert interrupted(status, "this one")


@pytest.mark.alone
def test_a_thousand_runs_of_which_sixty_are_damaged_are_listed_as_fast(tmp_path: Path) -> None:
    first = Run.create(CONFIG, tmp_path)
    first.write_status(first.status().model_copy(update={"state": "finished", "test_accuracy": 0.98}))
    for number in range(999):
        shutil.copytree(first.path, tmp_path / f"run-{number}")

    def seconds() -> float:
        started = time.perf_counter()
        assert len(RunIndex(tmp_path).runs()) == 1000
        return time.perf_counter() - started

    without = min(seconds() for _ in range(2))
    for number, damage in enumerate(list(EVERY_WAY.values())[:60]):
        damage(tmp_path / f"run-{number}")
    assert min(seconds() for _ in range(2)) < 1.5 * without + 0.3
