"""The teacher's limits: set by the teacher alone, and held where runs are made and submitted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lenet.data import datasets
from lenet.engine import admission
from lenet.errors import JoinError, NotAllowed
from lenet.people import limits
from lenet.people.deeds import FOLDER
from lenet.people.limits import Limits
from lenet.people.person import NOBODY, TEACHER, Person
from lenet.runs.folder import Run
from lenet.runs.layers import Dense
from tests.small_runs import small_config

Act = Callable[[Person | None], None]
ADA, BEN = Person("a", "Ada"), Person("b", "Ben")


def test_only_the_teacher_sets_them(tmp_path: Path, act_as: Act) -> None:
    for person in (ADA, NOBODY):
        act_as(person)
        with pytest.raises(NotAllowed, match="Only the teacher"):
            limits.write(tmp_path, Limits(minutes=999))
    act_as(TEACHER)
    limits.write(tmp_path, Limits(minutes=7))
    assert limits.read(tmp_path) == Limits(minutes=7)
    for wrong in (Limits(minutes=0), Limits(runs=10**9), Limits(parameters=True), Limits(megabytes=1.5)):
        with pytest.raises(JoinError, match=r"Limit, \w+: received .*, expected a whole number from"):
            limits.write(tmp_path, wrong)
    assert limits.read(tmp_path) == Limits(minutes=7)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"minutes": "x"}', '{"minutes": -1}'])
def test_a_damaged_file_is_the_usual_limits(tmp_path: Path, text: str) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "limits.json").write_text(text)
    assert limits.read(tmp_path) == Limits()


def test_no_more_runs_are_kept(tmp_path: Path, act_as: Act) -> None:
    limits.write(tmp_path, Limits(runs=2))
    made = []
    for person in (ADA, BEN):
        act_as(person)
        made += [Run.create(small_config(), tmp_path) for _ in range(2)]
        with pytest.raises(NotAllowed, match="Runs: you keep 2, and this would be 1 more; .* limit is 2"):
            Run.create(small_config(), tmp_path)
    made[-1].delete()
    Run.create(small_config(), tmp_path)
    act_as(TEACHER)
    for _ in range(3):
        Run.create(small_config(), tmp_path)
    assert "this would be 9 more" in limits.too_many(tmp_path, ADA, 9)
    assert limits.too_many(tmp_path, None, 999) == limits.too_many(tmp_path, TEACHER, 999) == ""


def test_what_is_over_a_limit_is_neither_begun_nor_gone_on_with(tmp_path: Path, act_as: Act) -> None:
    large, about = (
        small_config(layers=(Dense(units=500), Dense(units=10))),
        datasets.info("digits"),
    )
    act_as(ADA)
    hers, long = Run.create(large, tmp_path), Run.create(small_config(), tmp_path)
    long.write_status(long.status().model_copy(update={"seconds": 1_900.0}))
    admission.check(Run.create(small_config(), tmp_path))
    admission.check(hers)
    act_as(TEACHER)
    limits.write(tmp_path, Limits(parameters=1_000))
    (words,) = admission.problems(large, about, ADA, tmp_path)
    assert "Parameters: this network has " in words and "your teacher's limit is 1,000" in words
    with pytest.raises(NotAllowed, match="Parameters: this network has"):
        admission.check(hers)
    with pytest.raises(NotAllowed, match="It has trained 32 min, and your teacher gives a run 30 min"):
        admission.check(long)
    for person in (None, TEACHER):
        assert admission.problems(large, about, person, tmp_path) == []


def test_a_sweep_counts_its_runs(tmp_path: Path) -> None:
    limits.write(tmp_path, Limits(runs=5))
    about = datasets.info("digits")
    (words,) = admission.problems(small_config(), about, ADA, tmp_path, more=6)
    assert "you keep 0, and this would be 6 more" in words
    assert admission.problems(small_config(), about, ADA, tmp_path, more=5) == []
