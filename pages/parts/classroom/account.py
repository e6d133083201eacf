"""The door of an institution: its own log in, which Streamlit does, makes somebody a person of the class.

Streamlit keeps the claims of who has logged in as a signed cookie; how it is read is Streamlit 1.67's. Must
not import Dask, TensorFlow or Keras.
"""

import json
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks, get_origin_from_redirect_uri
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from lenet.people.classroom import ACCOUNT_HOURS, Classroom
from lenet.people.institution import Institution, account_of
from lenet.people.person import TEACHER, Person

_WANTED, _MINUTES = "lenet-wanted", 10  # a cookie: where somebody wanted to go who logs in meanwhile
_LONGEST_PATH = 2_000  # characters of it


def claims_of(request: Request) -> dict[str, Any] | None:
    """What the identity provider said of whoever asks; None: nobody has logged in, or too long ago."""
    cookies, secret = request.cookies, get_cookie_secret()

    def one(name: str) -> bytes | None:
        return decode_signed_value(secret, name, cookies.get(name, ""), ACCOUNT_HOURS / 24)

    with suppress(ValueError, TypeError, AttributeError):
        said = json.loads(get_cookie_with_chunks(one, USER_COOKIE_NAME) or b"null")
        if said.get("is_logged_in") is True and said.get("origin") == get_origin_from_redirect_uri():
            return said
    return None


def person_of(claims: dict[str, Any], room: Classroom, place: Institution) -> Person:
    """Who that is in the class. Raises `JoinError`, `OSError`."""
    place.check_may_enter(claims)
    account, name = account_of(claims), place.name_of(claims)
    return Person(TEACHER.id, name) if place.is_teacher(claims) else room.enter(account, name)


def to_provider(base: str, wanted: str) -> Response:
    """Leads to the identity provider's page; behind it, to where somebody wanted to go."""
    answer = RedirectResponse(f"{base}auth/login?provider={encode_provider_token('default')}", 303)
    answer.set_cookie(
        _WANTED, wanted[:_LONGEST_PATH].encode().hex(), 60 * _MINUTES, httponly=True, samesite="lax"
    )
    return answer


def wanted_by(request: Request) -> str:
    """Where somebody wanted to go before they logged in; "" where that is not known."""
    with suppress(ValueError):
        return bytes.fromhex(request.cookies.get(_WANTED, "")).decode()
    return ""
