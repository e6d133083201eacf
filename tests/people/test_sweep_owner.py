"""A sweep is its maker's."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lenet.errors import NotAllowed
from lenet.people import deeds
from lenet.people.person import NOBODY, TEACHER, Person
from lenet.sweep.folder import FOLDER, all_sweeps
from tests.small_sweeps import sweep_of

Act = Callable[[Person | None], None]
ADA, BEN = Person("a", "Ada"), Person("b", "Ben")


def test_others_may_look_and_change_nothing(tmp_path: Path, act_as: Act) -> None:
    act_as(ADA)
    sweep = sweep_of(tmp_path, "seed=1,2", trials=1)
    for person in (BEN, NOBODY):
        act_as(person)
        for deed in (lambda: sweep.write_control(command="stop"), lambda: sweep.add(1)):
            with pytest.raises(NotAllowed, match="is Ada's: it was not changed"):
                deed()
    lines = deeds.read(tmp_path)
    assert [(line["name"], line["deed"]) for line in lines[:3]] == [
        ("Nobody", "sweep: run"), ("Nobody", "sweep: stop"), ("Ben", "sweep: run"),
    ]  # fmt: skip
    for person in (ADA, TEACHER):
        act_as(person)
        sweep.add(1)
    assert sweep.control().trials == 3


def test_who_is_not_in_the_class_starts_none(tmp_path: Path, act_as: Act) -> None:
    act_as(NOBODY)
    with pytest.raises(NotAllowed, match="you are not in this class"):
        sweep_of(tmp_path, "seed=1,2")
    assert not (tmp_path / FOLDER).exists()


def test_its_owner_and_the_teacher_delete_it(tmp_path: Path, act_as: Act) -> None:
    act_as(ADA)
    sweeps = [sweep_of(tmp_path, "seed=1,2", trials=1) for _ in range(2)]
    for person in (BEN, NOBODY):
        act_as(person)
        with pytest.raises(NotAllowed, match="is Ada's"):
            sweeps[0].delete()
    for person, sweep in zip((ADA, TEACHER), sweeps, strict=True):
        act_as(person)
        sweep.delete()
    assert all_sweeps(tmp_path) == []
