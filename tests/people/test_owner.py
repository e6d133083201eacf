"""What is whose: only its owner and the teacher change a run, wherever that is tried from."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lenet.errors import NotAllowed
from lenet.people import deeds, owner
from lenet.people.person import NOBODY, TEACHER, Person
from lenet.runs.folder import Run
from lenet.runs.listing import summarize
from lenet.runs.run_index import RunIndex
from tests.engine_fixtures import wait_until
from tests.small_runs import small_config

Act = Callable[[Person | None], None]
ADA, BEN = Person("a", "Ada"), Person("b", "Ben")
DEEDS: dict[str, Callable[[Run], object]] = {
    "stop": lambda run: run.write_control(command="stop"),
    "pause": lambda run: run.write_control(command="pause"),
    "run": lambda run: run.queue(),
    "learning rate": lambda run: run.write_control(learning_rate=0.5),
    "rename": lambda run: run.rename("mine"),
    "more epochs": lambda run: run.ask_for_more(3),
    "delete": lambda run: run.delete(),
}


@pytest.fixture
def run(tmp_path: Path, act_as: Act) -> Run:
    """One of Ada's."""
    act_as(ADA)
    made = Run.create(small_config(), tmp_path)
    act_as(None)
    return made


def everything(run: Run) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in run.path.rglob("*") if path.is_file()}


@pytest.mark.parametrize("deed", DEEDS)
def test_others_may_not(run: Run, act_as: Act, deed: str) -> None:
    before = everything(run)
    for number, (person, name) in enumerate(((BEN, "Ben"), (NOBODY, "Nobody")), 1):
        act_as(person)
        with pytest.raises(NotAllowed, match=r"is Ada's: it was not changed .* ask the teacher"):
            DEEDS[deed](run)
        assert everything(run) == before
        (line, *rest) = deeds.read(run.path.parent)
        assert len(rest) == number - 1
        about = line["name"], line["deed"], line["thing"], line["owner"], line["allowed"]
        assert about == (name, deed, run.id, "a", False)


@pytest.mark.parametrize("person", [ADA, TEACHER, None])
@pytest.mark.parametrize("deed", DEEDS)
def test_its_owner_the_teacher_and_the_machine_may(run: Run, act_as: Act, deed: str, person: Person) -> None:
    act_as(person)
    DEEDS[deed](run)
    lines = deeds.read(run.path.parent)
    assert [each["allowed"] for each in lines] == ([True] if person == TEACHER else [])


def test_what_was_made_before_there_was_a_class_is_the_teachers_to_change(
    tmp_path: Path, act_as: Act
) -> None:
    run = Run.create(small_config(), tmp_path)
    assert summarize(run.path).owner is None
    act_as(ADA)
    with pytest.raises(NotAllowed, match="is the teacher's"):
        run.rename("mine")
    act_as(TEACHER)
    run.rename("ours")


def test_an_owner_that_cannot_be_read_is_nobody(run: Run, act_as: Act) -> None:
    for text in ("{", "[]", '{"id": "b"}', ""):
        (run.path / owner.FILE).write_text(text)
        for person in (ADA, BEN, NOBODY):
            act_as(person)
            with pytest.raises(NotAllowed, match="is the teacher's"):
                run.rename("mine")
    act_as(TEACHER)
    run.rename("saved")


def test_who_is_not_in_the_class_makes_nothing(tmp_path: Path, act_as: Act) -> None:
    act_as(NOBODY)
    with pytest.raises(NotAllowed, match="you are not in this class"):
        Run.create(small_config(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_lines_that_are_half_there_are_left_out(run: Run, act_as: Act) -> None:
    act_as(TEACHER)
    run.rename("ours")
    path = run.path.parent / deeds.FOLDER / deeds.FILE
    path.write_bytes(b'{"half": \n[1]\n\xff\n' + path.read_bytes() + b'{"time": 1')
    assert [each["deed"] for each in deeds.read(run.path.parent)] == ["rename"]


def test_a_new_name_is_on_the_runs_as_well(run: Run) -> None:
    index = RunIndex(run.path.parent)
    assert [each.owner.name for each in index.runs()] == ["Ada"]
    owner.rename(run.path, Person("b", "Bea"))
    owner.rename(run.path, Person("a", "Ada L"))
    assert owner.owner_of(run.path) == Person("a", "Ada L")
    wait_until(lambda: [each.owner.name for each in index.runs()] == ["Ada L"], 20)
