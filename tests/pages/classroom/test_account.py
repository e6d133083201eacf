"""The log in of an institution, against an identity provider on this machine: who comes in, and as whom."""

import json
import time
from collections.abc import Iterator

import pytest
from itsdangerous import URLSafeTimedSerializer
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from lenet.people.classroom import ACCOUNT_HOURS
from pages.parts.shared.room import COOKIE
from tests.class_dashboard import ClassDashboard
from tests.identity_provider import SECRET, Visitor, institution


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClassDashboard]:
    with institution(tmp_path_factory.mktemp("institution")) as running:
        yield running


def logged_in(lab: ClassDashboard, account: str) -> Visitor:
    visitor = Visitor(lab)
    assert visitor.log_in(account)[1] == 200
    return visitor


def who(visitor: Visitor) -> tuple[str, bool]:
    person = visitor.lab.room.person_of(visitor.cookies.get(COOKIE))
    return person.name, person.is_teacher


def test_who_logs_in_is_a_person_of_the_class_and_comes_where_they_wanted(lab: ClassDashboard) -> None:
    ada = Visitor(lab)
    status, headers, _ = ada.ask("/draw?model=lenet5-draw")
    assert (status, headers["location"]) == (303, "/join?to=draw%3Fmodel%3Dlenet5-draw")
    _, _, door = ada.ask(headers["location"])
    assert "your account of School of Example" in door and 'name="code"' not in door
    assert ada.log_in("ada", "draw?model=lenet5-draw")[:2] == ("/draw", 200)
    assert who(ada) == ("Ada", False)
    phone = logged_in(lab, "ada")
    person_of = lab.room.person_of
    assert person_of(phone.cookies[COOKIE]) == person_of(ada.cookies[COOKIE]), "on every device the same"
    assert who(logged_in(lab, "ada-2")) == ("Ada 2", False), "somebody else of that name"


def test_a_claim_makes_a_teacher_and_an_address_that_is_not_verified_does_not(lab: ClassDashboard) -> None:
    assert who(logged_in(lab, "noether")) == ("Emmy Noether", True)
    for account in ("mallory", "eve"):
        visitor = Visitor(lab)
        path, status, words = visitor.log_in(account)
        assert (path, status) == ("/join", 403) and "is not one of this class" in words
        assert COOKIE not in visitor.cookies and visitor.ask("/train")[0] == 303


def test_the_code_is_no_door_any_more(lab: ClassDashboard) -> None:
    status, headers, _ = lab.ask("POST", "/join", form={"code": lab.room.code, "name": "Zoe"})
    assert "/auth/login?" in headers["location"] and f"{COOKIE}=" not in headers.get("set-cookie", "")


def test_nothing_else_is_open(lab: ClassDashboard) -> None:
    for place in ("/auth/", "/auth/login/x", "/auth/login/../train", "/oauth2callback/x", "/auth/loginx"):
        assert lab.ask("GET", place)[0] in (303, 400, 403), place
    assert lab.ask("GET", "/auth/login?provider=forged")[1]["location"] == "/"
    assert lab.ask("GET", "/oauth2callback?code=x&state=forged")[1]["location"] == "/"


def signed(secret: str, **changes: object) -> str:
    claims = {"iss": "http://x", "sub": "ada", "name": "Forged", "email": "f@school.example",
              "is_logged_in": True, "provider": "default", "groups": ["staff"]}  # fmt: skip
    return URLSafeTimedSerializer(secret, salt=USER_COOKIE_NAME).dumps(json.dumps(claims | changes))


def test_forged_old_and_foreign_cookies_are_refused(lab: ClassDashboard, monkeypatch) -> None:
    now = time.time()
    right = signed(SECRET, origin=lab.url)
    assert lab.ask("GET", "/join", f"{USER_COOKIE_NAME}={right}")[0] == 303, (
        "what the others are compared with"
    )
    with monkeypatch.context() as past:
        past.setattr(time, "time", lambda: now - 3600 * ACCOUNT_HOURS - 60)
        old = signed(SECRET, origin=lab.url)
    refused = {
        "of another key": signed("x" * 64, origin=lab.url),
        # The name within: two letters of a signature's end may stand for the same bytes (27 for 20 bytes).
        "changed": ("A" if right[0] != "A" else "B") + right[1:],
        "of yesterday": old,
        "of another server": signed(SECRET, origin="http://localhost:1"),
        "of nobody": signed(SECRET, origin=lab.url, is_logged_in=False),
        "no claims": URLSafeTimedSerializer(SECRET, salt=USER_COOKIE_NAME).dumps("[1]"),
        "in parts": URLSafeTimedSerializer(SECRET, salt=USER_COOKIE_NAME).dumps("chunks-9"),
    }
    for what, value in refused.items():
        status, headers, _ = lab.ask("GET", "/join", f"{USER_COOKIE_NAME}={value}")
        assert status == 200 and "set-cookie" not in headers, what
    assert lab.ask("GET", "/train", f"{COOKIE}={right}")[0] == 303
    nobody = signed(SECRET, origin=lab.url, sub="")
    assert lab.ask("GET", "/join", f"{USER_COOKIE_NAME}={nobody}")[0] == 403


def test_who_has_logged_out_is_out_also_with_a_copied_cookie(lab: ClassDashboard) -> None:
    ada = logged_in(lab, "ada")
    copied = f"{COOKIE}={ada.cookies[COOKIE]}"
    assert lab.ask("GET", "/train", copied)[0] == 200
    status, headers, _ = ada.ask("/auth/logout")
    assert status == 302 and "/oauth2/end_session" in headers["location"], "of the provider as well"
    assert not {COOKIE, USER_COOKIE_NAME} & set(ada.cookies)
    assert ada.ask("/train")[0] == lab.ask("GET", "/train", copied)[0] == 303
    again = logged_in(lab, "ada")
    assert who(again) == ("Ada", False)
