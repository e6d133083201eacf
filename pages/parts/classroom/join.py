"""The door of a class: the page on which a student types a name, and the cookie that says who it is then.

Plain HTML, since only an answer to a request sets a cookie that no script can read. Must not import Dask,
TensorFlow or Keras.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from lenet.errors import JoinError
from lenet.people.arrivals import Arrivals
from lenet.people.classroom import ACCOUNT_HOURS, CODE_LENGTH, DAYS, LONGEST_NAME, Classroom
from lenet.people.person import NOBODY, TEACHER, Person
from pages.parts.classroom.account import claims_of, person_of, to_provider, wanted_by
from pages.parts.shared.room import COOKIE, classroom, institution

_PAGE = Template((Path(__file__).parent / "join.html").read_text("utf-8"))
_SLOW = 1.0  # seconds that whoever sends another code waits
_MOST_WAITING = 20  # of one address: more are sent away at once
_MOST_BYTES = 60_000  # of a form
_KEPT = (
    "Only this name and what you make here are kept, on the machine of your class. "
    "Your teacher can delete both."
)
_LOCKED = "This class is locked: nobody new comes in. Ask the teacher to open it."
_CALL_BACK = """<p>The teacher's link opens the class no more, and whoever came by it is out, but for you.
Another link is on your Class page then.</p>
<form method="post"><input type="hidden" name="teachers-link" value="1">
<button>Call it back</button></form>"""
_arrivals = Arrivals()
_waiting: Counter[str] = Counter()  # by address: who has sent another code


async def join(request: Request) -> Response:
    """`GET /join`: the form, or the teacher's link; `POST`: a name and a code, or a move to this device."""
    room = classroom()
    if room is None:
        return HTMLResponse(_page("<p>Nobody has to join here: this lab is for one person.</p>"), 404)
    if request.method == "POST":
        return await _come_in(request, room)
    query = request.query_params
    if "teacher" in query:
        return _let_in(request, room, lambda: room.teacher(query["teacher"]), "class")
    if "teachers-link" in query and _is_teacher(request, room):
        return HTMLResponse(_page(_CALL_BACK))
    if "move" not in query and room.person_of(request.cookies.get(COOKIE)) != NOBODY:
        return RedirectResponse(_target(request, query.get("to", "")), 303)
    if (place := institution()) and "move" not in query and (claims := claims_of(request)):
        who = partial(person_of, claims, room, place)
        return _let_in(request, room, who, query.get("to") or wanted_by(request), hours=ACCOUNT_HOURS)
    return HTMLResponse(_page(_move(query["move"]) if "move" in query else _form(request, room)))


async def _come_in(request: Request, room: Classroom) -> Response:
    form = await _form_of(request)
    if "teachers-link" in form and _is_teacher(request, room):
        return _let_in(request, room, lambda: _called_back(room), "class")
    if "move" in form:
        return _let_in(request, room, lambda: room.take_over(form["move"]), "")
    if institution():
        return to_provider(_base(request), form.get("to", ""))
    code, name = form.get("code", "")[:100], form.get("name", "")[:1000]
    address = request.client.host if request.client else ""
    if _plain(code) != room.code and not await _waited(address):
        return HTMLResponse(_page(_problem("Too many codes were tried from here. Wait a minute.")), 429)
    if _plain(code) == room.code and (seconds := _arrivals.wait(address)):
        words = f"Many have joined from here just now. Wait {seconds} seconds, then press Join again."
        return HTMLResponse(_page(_form(request, room, words, code, name)), 429)
    return _let_in(request, room, lambda: room.join(_plain(code), name), form.get("to", ""), (code, name))


def _plain(code: str) -> str:
    """As it is written on the board, or dictated in halves."""
    return "".join(code.split()).upper()


def _is_teacher(request: Request, room: Classroom) -> bool:
    return room.person_of(request.cookies.get(COOKIE)).is_teacher


def _called_back(room: Classroom) -> Person:
    """By the teacher, who stays; whoever came by the former link does not."""
    room.call_back_teachers_link()
    return TEACHER


async def _form_of(request: Request) -> dict[str, str]:
    """Its fields as a browser sends them; of anything else, or anything larger, none that the door knows."""
    body = bytearray()
    async for part in request.stream():
        body += part[: _MOST_BYTES + 1 - len(body)]  # the rest is heard out and not kept
    return dict(parse_qsl(body.decode("latin-1"))) if len(body) <= _MOST_BYTES else {}


async def _waited(address: str) -> bool:
    """Whether whoever is there has waited a moment; not where too many of that address do."""
    if _waiting[address] >= _MOST_WAITING:
        return False
    _waiting[address] += 1
    try:
        await asyncio.sleep(_SLOW)
    finally:
        _waiting[address] -= 1
        if not _waiting[address]:
            del _waiting[address]
    return True


def _let_in(request: Request, room: Classroom, who: Callable[[], Person], to: str,
            typed: tuple[str, str] = ("", ""), hours: float = 24 * DAYS) -> Response:  # fmt: skip
    try:
        person = who()
    except JoinError as error:
        return HTMLResponse(_page(_form(request, room, str(error), *typed)), 403)
    except OSError as error:
        words = f"The class cannot be written down ({error.strerror or error}). Tell your teacher."
        return HTMLResponse(_page(_form(request, room, words, *typed)), 507)
    answer = RedirectResponse(_target(request, to), 303)
    answer.set_cookie(COOKIE, room.token(person, hours), int(3600 * hours), httponly=True, samesite="lax",
                      secure=request.url.scheme == "https")  # fmt: skip
    return answer


def _target(request: Request, to: str) -> str:
    """A page of this server, whatever the link says."""
    return _base(request) + to.lstrip("/\\")


def _base(request: Request) -> str:
    """The path of this server, with a slash at its end."""
    return request.url.path.removesuffix("join")


def _page(form: str) -> str:
    return _PAGE.substitute(form=form)


def _form(request: Request, room: Classroom, problem: str = "", code: str = "", name: str = "") -> str:
    query = request.query_params
    code, to = code or query.get("code", ""), query.get("to", "")
    to = to or (f"?{urlencode({'screen': query['screen']})}" if "screen" in query else "")
    if place := institution():
        return _log_in(place.title, to, problem)
    return f"""<p>Type the name by which your class knows you.</p>
<form method="post">
<label for="code">Code</label>
<input id="code" name="code" value="{escape(code)}" maxlength="{2 * CODE_LENGTH}" autocomplete="off"
  required {"" if code else "autofocus"}>
<label for="name">Your name</label>
<input id="name" name="name" value="{escape(name)}" maxlength="{LONGEST_NAME}" autocomplete="nickname"
  required {"autofocus" if code else ""}>
<input type="hidden" name="to" value="{escape(to)}">
{_problem(problem or (_LOCKED if room.is_locked else ""))}
<button>Join</button>
</form>
<small>{_KEPT}</small>"""


def _log_in(title: str, to: str, problem: str) -> str:
    return f"""<p>You are known here by your account of {escape(title)}.</p>
<form method="post"><input type="hidden" name="to" value="{escape(to)}">
{_problem(problem)}
<button>{"Log in with another account" if problem else "Log in"}</button></form>
<small>{_KEPT.replace("this name", "your name and account")}</small>"""


def _move(secret: str) -> str:
    return f"""<p>From now on this device is yours; the one that you had before is not.</p>
<form method="post"><input type="hidden" name="move" value="{escape(secret)}">
<button>Go on here</button></form>"""


def _problem(words: str) -> str:
    return f'<p role="alert">{escape(words)}</p>' if words else ""
