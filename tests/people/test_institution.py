"""Who comes in by an institution's log in: roles, names, and settings that are none."""

import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from lenet.errors import JoinError, NotAllowed
from lenet.people.classroom import ACCOUNT_HOURS, LONGEST_NAME, Classroom
from lenet.people.institution import Institution, account_of, institution_of, read_institution
from lenet.people.person import NOBODY, TEACHER, Person
from tests.identity_provider import settings

TEXT = settings("https://id.example", "https://lab.example")


@pytest.mark.parametrize(
    ("claims", "is_teacher"),
    [
        ({"groups": ["staff", "all"]}, True),
        ({"groups": "staff"}, True),
        ({"groups": ["students"]}, False),
        ({"groups": {"staff": 1}}, False),
        ({"groups": None}, False),
        ({}, False),
        ({"email": "HEAD@school.example"}, True),
        ({"email": "head@school.example", "email_verified": False}, False),
        ({"email": "head@school.example.evil.example"}, False),
        ({"email": "x@head@school.example"}, False),
    ],
)
def test_roles(claims: dict, is_teacher: bool) -> None:
    assert institution_of(tomllib.loads(TEXT)).is_teacher(claims) is is_teacher


def test_a_claim_may_lie_deeper_or_have_dots_in_its_name() -> None:
    nested = Institution(teacher_claim="realm_access.roles", teacher_values=("teacher",))
    assert nested.is_teacher({"realm_access": {"roles": ["teacher"]}})
    assert not nested.is_teacher({"realm_access": "teacher"})
    dotted = Institution(teacher_claim="https://school.example/roles", teacher_values=("teacher",))
    assert dotted.is_teacher({"https://school.example/roles": ["teacher"]})


def test_who_may_enter() -> None:
    place = institution_of(tomllib.loads(TEXT))
    place.check_may_enter({"email": "ada@school.example"})
    place.check_may_enter({"groups": ["staff"]})
    for claims in ({"email": "ada@elsewhere.example"}, {}, {"email": "a@sub.school.example"}):
        with pytest.raises(JoinError, match="is not one of this class"):
            place.check_may_enter(claims)
    Institution().check_may_enter({})


def test_names_and_accounts() -> None:
    place = Institution(name_claim="called")
    claims = {"name": " ", "email": "ada@x", "preferred_username": "ada.l", "iss": "https://id", "sub": "7"}
    assert place.name_of(claims) == "ada.l" and place.name_of(claims | {"called": "Ada"}) == "Ada"
    assert place.name_of({"email": "ada@x"}) == "ada" and place.name_of({}) == "Student"
    assert account_of(claims) == "https://id 7"
    for wrong in ({}, {"iss": "x"}, {"iss": "x", "sub": 7}, {"iss": "", "sub": "7"}):
        with pytest.raises(JoinError, match="does not say who you are"):
            account_of(wrong)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('client_id = "lenet-lab"\n', "", "[auth]: client_id is missing"),
        ('client_id = "lenet-lab"', "client_id = 7", "client_id is missing"),
        ("/oauth2callback", "/", "expected the address of this server and /oauth2callback"),
        ("d2" * 32, "short", "received 5 characters, expected 32 or more"),
        ("teachers", "teacher", "received “teacher”, expected title, teachers"),
        ('["staff"]', '"staff"', "teacher_values: received 'staff', expected a list of words"),
        ('"School of Example"', "[]", "title: received a list of length 0, expected a word in quotes"),
        ("[class]", "[[class]]", "expected a table"),
        ("[auth]", "[auth", "login.toml: "),
    ],
)
def test_settings_that_are_none(tmp_path: Path, before: str, after: str, words: str) -> None:
    file = tmp_path / "login.toml"
    file.write_text(TEXT)
    assert read_institution(file).title == "School of Example"
    file.write_text(TEXT.replace(before, after, 1))
    with pytest.raises(JoinError) as refused:
        read_institution(file)
    assert words in str(refused.value)
    with pytest.raises(JoinError, match="No such file"):
        read_institution(tmp_path / "none.toml")


def test_accounts_are_people_of_the_class(tmp_path: Path, act_as: Callable[[Person | None], None]) -> None:
    room = Classroom.opened(tmp_path)
    ada = room.enter("id 1", "Ada")
    assert room.enter("id 1", "Other") == ada and room.enter("id 2", " ada ").name == "ada 2"
    assert room.enter("id 3", "Teacher").name == "Teacher 2"
    assert len(room.enter("id 4", "x" * 5_000).name) <= LONGEST_NAME
    again = Classroom.opened(tmp_path)
    assert again.enter("id 1", "Ada") == ada, "also of the next server"
    again.lock(True)
    assert again.enter("id 1", "Ada") == ada
    with pytest.raises(JoinError, match="locked"):
        again.enter("id 9", "New")
    act_as(ada)
    with pytest.raises(NotAllowed):
        again.lock(False)


def test_what_a_browser_keeps_of_an_account_is_good_for_a_day(tmp_path: Path, monkeypatch) -> None:
    room, now = Classroom.opened(tmp_path), time.time()
    ada, head = room.enter("id 1", "Ada"), Person(TEACHER.id, "Emmy")
    tokens = [room.token(each, ACCOUNT_HOURS) for each in (ada, head)]
    monkeypatch.setattr(time, "time", lambda: now + 3600 * ACCOUNT_HOURS - 60)
    assert [room.person_of(each) for each in tokens] == [ada, head] and head.is_teacher
    monkeypatch.setattr(time, "time", lambda: now + 3600 * ACCOUNT_HOURS + 60)
    assert [room.person_of(each) for each in tokens] == [NOBODY, NOBODY]
    monkeypatch.undo()
    room.log_out(ada)
    room.log_out(NOBODY)
    assert room.person_of(tokens[0]) == NOBODY and room.person_of(room.token(ada)) == ada
