"""A class: who comes in, by which name, and who is known again."""

import stat
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lenet.errors import JoinError, NotAllowed
from lenet.people import classroom
from lenet.people.classroom import LONGEST_NAME, MOST_PEOPLE, Classroom
from lenet.people.person import NOBODY, TEACHER, Person

Act = Callable[[Person | None], None]


@pytest.fixture
def room(tmp_path: Path) -> Classroom:
    return Classroom.opened(tmp_path)


def test_who_joins_is_known_again_also_by_the_next_server(room: Classroom, tmp_path: Path) -> None:
    ada = room.join(f" {room.code.lower()} ", "  Ada   Lovelace ")
    assert ada.name == "Ada Lovelace" and not ada.is_teacher
    token = room.token(ada)
    assert room.person_of(token) == ada
    again = Classroom.opened(tmp_path)
    assert again.person_of(token) == ada and again.code == room.code
    assert again.teacher(room.teacher_secret) == TEACHER
    assert again.person_of(again.token(TEACHER)) == TEACHER


def test_the_key_is_for_the_owner_of_the_machine_alone(room: Classroom) -> None:
    assert stat.S_IMODE((room.root / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Name: received 0 characters, expected 1 to 40"),
        (" \t\n ", "received 0 characters"),
        ("A" * 5_000, "received 5000 characters"),
        ("ada", "“ada” is taken in this class. Add a letter, such as “ada B”"),
        ("ＡＤＡ", "is taken"),  # noqa: RUF001
        ("teacher", "is taken"),
        ("A\u202eda\u0000", None),
        ("<b>Ada</b>", None),
    ],
)
def test_names(room: Classroom, name: str, words: str | None) -> None:
    room.join(room.code, "Ada")
    if words is None:
        joined = room.join(room.code, name).name
        assert joined.isprintable() and len(joined) <= LONGEST_NAME
        return
    with pytest.raises(JoinError, match=words):
        room.join(room.code, name)
    assert [each.name for each in room.people] == ["Ada"]


def test_another_code_a_locked_class_and_a_full_one(
    room: Classroom, act_as: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("", "AAAAAA", "é", room.code + "A", room.code[:-1]):
        with pytest.raises(JoinError, match="Code: received another one"):
            room.join(code, "Ada")
    act_as(TEACHER)
    room.lock(True)
    with pytest.raises(JoinError, match="This class is locked"):
        room.join(room.code, "Ada")
    room.lock(False)
    monkeypatch.setattr(classroom, "MOST_PEOPLE", 2)
    room.join(room.code, "Ada")
    room.join(room.code, "Ben")
    with pytest.raises(JoinError, match="This class is full: it has 2 people"):
        room.join(room.code, "Cem")
    assert MOST_PEOPLE == 200


def test_tokens_that_are_none(room: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = room.join(room.code, "Ada")
    good, other = room.token(ada), Classroom.opened(tmp_path / "other")
    other_ada = other.join(other.code, "Ada")
    payload, signature = good.rsplit(".", 1)
    forged = [
        None, "", "x", good[:-1], good + "A", f"{payload}.", f".{signature}", payload[::-1] + "." + signature,
        other.token(other_ada), other.token(TEACHER), room.teacher_secret, "teacher", "a" * 100_000,
    ]  # fmt: skip
    assert {room.person_of(each) for each in forged} == {NOBODY}
    now = time.time()
    monkeypatch.setattr(classroom.time, "time", lambda: now + 86_400 * (classroom.DAYS + 1))
    assert room.person_of(good) == NOBODY, "too old"
    monkeypatch.setattr(classroom.time, "time", lambda: now - 86_400 * 400)
    assert room.person_of(good) == ada, "the clock was set back"


def test_a_lost_device(room: Classroom, act_as: Act) -> None:
    ada = room.join(room.code, "Ada")
    before = room.token(ada)
    act_as(TEACHER)
    secret = room.take_over_secret(ada.id)
    act_as(None)
    assert room.person_of(before) == ada, "until the link is used"
    assert room.take_over(secret) == ada
    assert room.person_of(before) == NOBODY and room.person_of(room.token(ada)) == ada
    for link in (secret, "", before):
        with pytest.raises(JoinError, match="This link was used already, or is too old"):
            room.take_over(link)


def test_what_the_teacher_does_nobody_else_may(room: Classroom, act_as: Act) -> None:
    ada, ben = (room.join(room.code, name) for name in ("Ada", "Ben"))
    deeds = (
        lambda: room.rename(ben.id, "Bea"), lambda: room.remove(ben.id), lambda: room.lock(True),
        lambda: room.take_over_secret(ben.id), room.end,
    )  # fmt: skip
    for person in (ada, ben, NOBODY):
        act_as(person)
        for deed in deeds:
            with pytest.raises(NotAllowed, match="Only the teacher does that"):
                deed()
    assert [each.name for each in room.people] == ["Ada", "Ben"] and not room.is_locked
    act_as(TEACHER)
    room.rename(ben.id, "Bea")
    with pytest.raises(JoinError, match="is taken"):
        room.rename(ben.id, "ADA")
    token = room.token(ada)
    room.remove(ada.id)
    assert [each.name for each in room.people] == ["Bea"] and room.person_of(token) == NOBODY
    with pytest.raises(JoinError, match="not in the class any more"):
        room.remove(ada.id)


def test_a_class_that_ends_keeps_no_name(room: Classroom, act_as: Act, tmp_path: Path) -> None:
    ada, code = room.join(room.code, "Ada"), room.code
    token = room.token(ada)
    act_as(TEACHER)
    room.end()
    assert room.people == [] and room.code != code and room.person_of(token) == NOBODY
    assert room.person_of(room.token(TEACHER)) == TEACHER, "the teacher stays"
    assert all(b"Ada" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_teachers_link_that_is_called_back_opens_nothing(
    room: Classroom, act_as: Act, tmp_path: Path
) -> None:
    link, token, ada = room.teacher_secret, room.token(TEACHER), room.join(room.code, "Ada")
    act_as(ada)
    with pytest.raises(NotAllowed, match="Only the teacher"):
        room.call_back_teachers_link()
    act_as(TEACHER)
    room.call_back_teachers_link()
    for now in (room, Classroom.opened(tmp_path)):
        assert now.person_of(token) == NOBODY and now.person_of(now.token(ada)) == ada
        with pytest.raises(JoinError, match="not the teacher's link"):
            now.teacher(link)
        assert now.teacher(now.teacher_secret) == now.person_of(now.token(TEACHER)) == TEACHER
    room.lock(True)
    room.end()
    assert Classroom.opened(tmp_path).teacher_secret == room.teacher_secret != link


def test_damaged_files_end_no_lesson(room: Classroom, tmp_path: Path) -> None:
    room.join(room.code, "Ada")
    for name in ("class.json", "people.json"):
        (room.root / name).write_text('{"people": [1], "id": ')
    again = Classroom.opened(tmp_path)
    assert again.people == [] and again.join(again.code, "Ada").name == "Ada"


def test_a_full_disk_lets_nobody_in_by_half(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(classroom, "write_json", full)
    with pytest.raises(OSError, match="No space left"):
        room.join(room.code, "Ada")
    assert room.people == []


def test_a_full_disk_neither_locks_nor_ends_by_half(
    room: Classroom, act_as: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, code = room.join(room.code, "Ada"), room.code

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(classroom, "write_json", full)
    act_as(TEACHER)
    for deed in (lambda: room.lock(True), room.end):
        with pytest.raises(OSError, match="No space left"):
            deed()
    assert (room.people, room.code, room.is_locked) == ([ada], code, False)


def test_people_of_the_class_before_are_in_no_other(room: Classroom, act_as: Act, tmp_path: Path) -> None:
    room.join(room.code, "Ada")
    people = (room.root / "people.json").read_bytes()
    act_as(TEACHER)
    room.end()
    (room.root / "people.json").write_bytes(people)  # as if the server had been killed in between
    assert Classroom.opened(tmp_path).people == []


def test_people_are_listed_while_others_join(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom, "write_json", lambda *arguments: None)
    threads = [
        threading.Thread(target=lambda each=each: [room.join(room.code, f"{each} {n}") for n in range(60)])
        for each in "AB"
    ]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert len(room.people) <= 120
    sys.setswitchinterval(usual)
    assert len(room.people) == 120
