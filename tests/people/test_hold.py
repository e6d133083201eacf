"""The teacher has all runs wait; nobody else does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lenet.errors import NotAllowed
from lenet.people.hold import hold, is_held
from lenet.people.person import NOBODY, TEACHER, Person


def test_only_the_teacher_has_all_wait(tmp_path: Path, act_as: Callable[[Person | None], None]) -> None:
    for is_there in (False, True):
        act_as(TEACHER)
        hold(tmp_path, is_there)
        for person in (Person("a", "Ada"), NOBODY):
            act_as(person)
            with pytest.raises(NotAllowed, match="Only the teacher"):
                hold(tmp_path, not is_there)
        assert is_held(tmp_path) is is_there
