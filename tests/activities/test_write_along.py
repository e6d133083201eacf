"""A class writes along: who may ask, send and hide; what is refused; what becomes the data set."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lenet.activities import activity, write_along
from lenet.activities.write_along import MOST_POINTS, ask, hide, keep, opened, send, take_back
from lenet.data import datasets, drawn_data
from lenet.data.drawing_collection import Collection
from lenet.data.drawing_sets import DrawingSet, drawing_sets
from lenet.drawing.strokes import Drawing
from lenet.errors import ActivityError, NotAllowed
from lenet.people import deeds
from lenet.people.person import NOBODY, TEACHER, Person
from tests.drawn_digits import drawn_digits
from tests.made_symbols import drawn_each

ADA, BEN = Person("ada", "Ada <b>"), Person("ben", "Ben")
ActAs = Callable[[Person | None], None]
Signs = tuple[DrawingSet, write_along.WriteAlong]
SEVEN, OTHER = (each for each, _ in drawn_digits(2))


@pytest.fixture
def asked(runs_folder: Path, bare_machine: Path, act_as: ActAs) -> write_along.WriteAlong:
    act_as(TEACHER)
    return ask(runs_folder, "my-digits", "7", ["lenet5-draw"])


def test_what_is_sent_is_its_senders_and_the_last_one_counts(
    asked: write_along.WriteAlong, runs_folder: Path, act_as: ActAs
) -> None:
    for who, drawing in ((ADA, SEVEN), (BEN, SEVEN), (ADA, OTHER)):
        act_as(who)
        send(runs_folder, asked.folder, drawing)
    sent = asked.drawings()
    assert list(sent) == ["ben", "ada"] and asked.request == "Write a 7"
    assert np.array_equal(sent["ada"].drawing.strokes[0], OTHER.strokes[0])
    assert [(each.label, each.writer) for each in sent.values()] == [(7, "ben"), (7, "ada")]
    path = asked.folder / "drawings" / "ben.json"
    path.write_bytes(path.read_bytes()[:-40])
    assert list(asked.drawings()) == ["ada"], "half a file is none"


def test_what_is_sent_is_taken_back_by_who_sent_it_alone(
    asked: write_along.WriteAlong, runs_folder: Path, act_as: ActAs
) -> None:
    for who in (ADA, BEN):
        act_as(who)
        send(runs_folder, asked.folder, SEVEN)
    take_back(runs_folder, asked.folder)
    take_back(runs_folder, asked.folder)
    assert list(asked.drawings()) == ["ada"]
    act_as(NOBODY)
    with pytest.raises(NotAllowed, match="you are not in this class"):
        take_back(runs_folder, asked.folder)
    act_as(TEACHER)
    activity.put_on(runs_folder, None)
    act_as(ADA)
    with pytest.raises(ActivityError, match="your drawing stays"):
        take_back(runs_folder, asked.folder)
    assert list(asked.drawings()) == ["ada"]


def test_a_killed_server_goes_on_with_it(asked: write_along.WriteAlong, runs_folder: Path) -> None:
    activity._kept.cache_clear()
    assert opened(activity.now_on(runs_folder)) == asked
    (runs_folder / ".class" / activity.NOW).write_text('{"now": "../../etc"}')
    assert activity.now_on(runs_folder) is None
    (asked.folder / activity.ABOUT).write_text('{"kind": "write", "models": 3}')
    assert opened(asked.folder) is None


def test_only_the_teacher_leads(asked: write_along.WriteAlong, runs_folder: Path, act_as: ActAs) -> None:
    act_as(ADA)
    for tried in (
        lambda: ask(runs_folder, "my-digits", "8", []),
        lambda: hide(runs_folder, asked.folder, "ben"),
        lambda: keep(runs_folder, "my-digits"),
        lambda: activity.put_on(runs_folder, None),
        lambda: activity.forget(runs_folder),
    ):
        with pytest.raises(NotAllowed, match="Only the teacher does that"):
            tried()
    assert opened(activity.now_on(runs_folder)) == asked
    assert [(each["person"], each["allowed"]) for each in deeds.read(runs_folder)] == [("ada", False)] * 5
    act_as(NOBODY)
    with pytest.raises(NotAllowed, match="you are not in this class"):
        send(runs_folder, asked.folder, SEVEN)


def test_what_is_no_answer_to_the_request_is_refused(
    asked: write_along.WriteAlong, runs_folder: Path, act_as: ActAs
) -> None:
    act_as(ADA)
    for drawing in (None, Drawing((np.zeros((MOST_POINTS + 1, 2)),))):
        with pytest.raises(ActivityError, match="points, expected 1 to 4,000"):
            send(runs_folder, asked.folder, drawing)
    with pytest.raises(ActivityError, match="This request is over"):
        send(runs_folder, asked.folder.with_name("20260101-000000-00000000"), SEVEN)
    act_as(TEACHER)
    for dataset, name, words in (("my-digits", "cat", "Class"), ("../x", "7", "Set"), ("mnist", "7", "Set")):
        with pytest.raises(ActivityError, match=f"{words}: received"):
            ask(runs_folder, dataset, name, [])
    with pytest.raises(ActivityError, match="Models: received 4"):
        ask(runs_folder, "my-digits", "7", ["a", "b", "c", "d"])
    activity.put_on(runs_folder, None)
    act_as(ADA)
    with pytest.raises(ActivityError, match="This request is over"):
        send(runs_folder, asked.folder, SEVEN)


def test_all_becomes_the_data_set_but_what_is_hidden(
    asked: write_along.WriteAlong, runs_folder: Path, act_as: ActAs
) -> None:
    people = [Person(f"{number:016x}", f"P{number}") for number in range(300)]
    for number, who in enumerate(people):
        act_as(who)
        send(runs_folder, asked.folder, SEVEN if number % 2 else OTHER)
    act_as(TEACHER)
    with pytest.raises(ActivityError, match="Nothing was sent yet"):
        keep(runs_folder, "other")
    hide(runs_folder, asked.folder, people[0].id)
    assert deeds.read(runs_folder)[0]["deed"] == "hide or show a drawing"
    assert keep(runs_folder, "my-digits").added == 299
    assert (again := keep(runs_folder, "my-digits")).added == 0 and again.known == 299
    assert datasets.available("my-digits") and people[0].id not in {e.writer for e in Collection().entries()}
    hide(runs_folder, asked.folder, people[0].id, is_hidden=False)
    assert keep(runs_folder, "my-digits").added == 1


def test_a_hand_trains_or_tests(asked: write_along.WriteAlong, runs_folder: Path, act_as: ActAs) -> None:
    people = [Person(f"{number:x}", "") for number in range(12)]
    for name in "789":
        act_as(TEACHER)
        request = ask(runs_folder, "my-digits", name, [])
        for who in people:
            act_as(who)
            send(runs_folder, request.folder, SEVEN)
    act_as(TEACHER)
    keep(runs_folder, "my-digits")
    entries = Collection().entries()
    test = drawn_data.tested(Collection(), entries)
    parts = [{each.writer for each, of in zip(entries, test, strict=True) if of == part} for part in (0, 1)]
    assert parts[0] and parts[1] and not parts[0] & parts[1]


@pytest.fixture
def signs(runs_folder: Path, bare_machine: Path, act_as: ActAs) -> Signs:
    """The teacher's set of two signs, of which a house is asked for."""
    act_as(TEACHER)
    made = datasets.new_drawing_set("Our signs")
    made.add_classes(["house", "☺"])
    return made, ask(runs_folder, made.name, "house", [])


def test_signs_of_a_class_are_written_along_too(runs_folder: Path, signs: Signs) -> None:
    made, request = signs
    ((drawing, _),) = drawn_each(["house"], 1, np.random.default_rng(0))
    assert request.request == "Write: house"
    send(runs_folder, request.folder, drawing)
    assert keep(runs_folder, made.name).added == 1 and made.counts() == {"house": 1, "☺": 0}
    made.delete()
    with pytest.raises(ActivityError, match="This request is over"):
        send(runs_folder, request.folder, drawing)
    assert opened(request.folder) is None and write_along.all_of(runs_folder, request.dataset) == []
    activity.forget(runs_folder)
    assert activity.folders(runs_folder) == [] and activity.version(runs_folder) == ""


def test_who_is_asked_writes_into_what_they_do_not_see_and_sees_it_once_it_is_kept(
    runs_folder: Path, signs: Signs, act_as: ActAs
) -> None:
    made, request = signs
    act_as(ADA)
    send(runs_folder, request.folder, SEVEN)
    assert drawing_sets() == {}
    act_as(TEACHER)
    assert keep(runs_folder, made.name).added == 1
    act_as(ADA)
    assert list(drawing_sets()) == [made.name]
    with pytest.raises(NotAllowed, match="is the teacher's"):
        made.delete()
