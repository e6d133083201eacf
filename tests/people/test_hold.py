"""The teacher has all runs wait; nobody else does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lenet.errors import NotAllowed
from lenet.people.hold import hold, is_held
from lenet.people.person import NOBODY, TEACHER, Person
from lenet.runs.folder import Run
from tests.small_runs import small_config
from tests.small_sweeps import sweep_of


def test_only_the_teacher_has_all_wait(tmp_path: Path, act_as: Callable[[Person | None], None]) -> None:
    for is_there in (False, True):
        act_as(TEACHER)
        hold(tmp_path, is_there)
        for person in (Person("a", "Ada"), NOBODY):
            act_as(person)
            with pytest.raises(NotAllowed, match="Only the teacher"):
                hold(tmp_path, not is_there)
        assert is_held(tmp_path) is is_there


def test_while_all_wait_no_student_goes_on_alone(
    runs_folder: Path, act_as: Callable[[Person | None], None]
) -> None:
    ada = Person("a", "Ada")
    act_as(ada)
    both = Run.create(small_config()), sweep_of(runs_folder, "seed=1,2")
    act_as(TEACHER)
    hold(runs_folder, True)
    act_as(ada)
    for each in both:
        each.write_control(command="pause")
        with pytest.raises(NotAllowed, match="Your teacher has all runs wait"):
            each.write_control(command="run")
    act_as(TEACHER)
    both[0].write_control(command="run")
    hold(runs_folder, False)
    act_as(ada)
    for each in both:
        each.write_control(command="run")
        assert each.control().command == "run"
