"""What the teacher puts on everybody's screen: who gives orders, and what each tab is answered."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lenet.errors import JoinError, NotAllowed
from lenet.people.orders import LONGEST, Orders
from lenet.people.person import NOBODY, TEACHER, Person

Act = Callable[[Person | None], None]
ADA, BEN = Person("a", "Ada"), Person("b", "Ben")


@pytest.fixture
def orders(act_as: Act, tmp_path: Path) -> Orders:
    act_as(TEACHER)
    return Orders.opened(tmp_path)


def test_only_the_teacher_gives_orders(orders: Orders, act_as: Act) -> None:
    for person in (ADA, NOBODY):
        act_as(person)
        for deed in (
            lambda: orders.say("x"), orders.lift, lambda: orders.lead(True), lambda: orders.show(BEN),
            orders.clear,
        ):  # fmt: skip
            with pytest.raises(NotAllowed, match="Only the teacher does that"):
                deed()
    assert orders == Orders(orders.path, _lock=orders._lock) and not orders.path.exists()


def test_a_sentence_is_on_every_screen_but_where_it_is_lifted(orders: Orders) -> None:
    orders.say("  Pens\n down ")
    for person, place in ((ADA, "draw"), (BEN, "board"), (TEACHER, "board?by=accuracy"), (ADA, "../../")):
        assert orders.answer(person, place)["sentence"] == "Pens down"
    at_work = orders.answer(TEACHER, "train")
    assert at_work["sentence"] == "" and at_work["note"] == "Eyes up"
    assert orders.answer(TEACHER, "class")["note"] == ""
    orders.lift()
    assert orders.answer(ADA, "draw") == {"sentence": "", "frame": None, "note": ""}


@pytest.mark.parametrize("sentence", ["", "  \n", "x" * (LONGEST + 1), "a\u202eb"])
def test_what_is_no_sentence(orders: Orders, sentence: str) -> None:
    with pytest.raises(JoinError, match="Sentence: received"):
        orders.say(sentence)
    assert orders.sentence == ""


def test_everybody_goes_where_the_teacher_goes_and_back(orders: Orders) -> None:
    orders.answer(ADA, "draw?model=lenet5-draw")
    orders.lead(True)
    assert orders.answer(ADA, "draw?model=lenet5-draw")["frame"] is None, "the teacher has gone nowhere yet"
    for place, shown in (
        ("train?recipe=lenet5-relu", "train?recipe=lenet5-relu"),
        ("class", "train?recipe=lenet5-relu"),
        ("board", "train?recipe=lenet5-relu"),
        ("inspect", "inspect"),
    ):
        assert orders.answer(TEACHER, place)["frame"] is None
        assert orders.answer(ADA, "draw?model=lenet5-draw")["frame"]["link"] == shown
    orders.answer(TEACHER, "data", is_looked_at=False)
    assert orders.answer(BEN, "train")["frame"]["link"] == "inspect", "not a tab that nobody is at"
    orders.lead(False)
    assert orders.answer(ADA, "draw")["frame"] is None
    assert orders.place_of(BEN) == "train", "theirs is what it was"


def test_a_students_page_is_on_the_board(orders: Orders) -> None:
    orders.answer(ADA, "inspect?index=3")
    orders.show(ADA)
    for person in (TEACHER, BEN):
        back = "class" if person == TEACHER else ""
        frame = {"link": "inspect?index=3", "title": "Ada's page", "back": back}
        assert orders.answer(person, "board")["frame"] == frame
        assert orders.answer(person, "train")["frame"] is None
    orders.show(None)
    assert orders.answer(TEACHER, "board")["frame"] is None


@pytest.mark.parametrize(
    "place",
    ["", "join?to=train", "//evil", "https://evil", "/train", "..", "train/../x", "javascript:alert(1)",
     "train?a b", "train?ä", "train\n", "T", "train#x", "train?" + "x" * 8_000],
)  # fmt: skip
def test_a_place_that_is_none_is_not_kept(orders: Orders, place: str) -> None:
    orders.answer(ADA, "draw")
    orders.answer(ADA, place)
    assert orders.place_of(ADA) == "draw"


def test_a_server_that_is_killed_goes_on_with_what_is_on_the_screens(orders: Orders, tmp_path: Path) -> None:
    orders.say("Pens down")
    orders.lead(True)
    orders.answer(ADA, "draw")
    again = Orders.opened(tmp_path)
    assert (again.sentence, again.is_followed, again.place_of(ADA)) == ("Pens down", True, "")
    wrong = '{"sentence": 3}', '{"sentence": "a\u202eb", "followed": true}'
    for damaged in ("", "[]", *wrong):
        orders.path.write_text(damaged)
        assert Orders.opened(tmp_path).sentence == "", damaged


def test_a_full_disk_changes_nothing(act_as: Act, full_disk: Path) -> None:
    act_as(TEACHER)
    orders = Orders.opened(full_disk)
    orders.say("Pens down")
    with open(full_disk / "rest", "wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))
    for deed in (lambda: orders.say("Go on"), orders.lift, lambda: orders.lead(True), orders.clear):
        with pytest.raises(OSError, match="No space left"):
            deed()
    assert (orders.sentence, orders.is_followed) == ("Pens down", False)


def test_who_has_a_page_open_is_here(orders: Orders, monkeypatch: pytest.MonkeyPatch) -> None:
    assert orders.here() == set()
    orders.answer(ADA, "draw")
    orders.answer(BEN, "nowhere/", is_looked_at=False)
    assert orders.here() == {"a", "b"}
    monkeypatch.setattr("lenet.people.orders._HERE", 0.0)
    assert orders.here() == set()
