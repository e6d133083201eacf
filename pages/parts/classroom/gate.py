"""Who has not joined a class reaches nothing of it but the door.

Must not import Dask, TensorFlow or Keras.
"""

from contextlib import suppress
from urllib.parse import quote

from google.protobuf.message import DecodeError
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from lenet.people import deeds
from lenet.people.limits import is_limited
from lenet.people.person import NOBODY, Person
from pages.parts.shared.hidden_places import leads_to_hidden
from pages.parts.shared.room import COOKIE, asking, classroom, institution

_OPEN = {"join", "_stcore/health"}  # the latter for who looks after the server
_LOG_OUT = "auth/logout"
_OF_INSTITUTION = {"auth/login", _LOG_OUT, "oauth2callback"}  # Streamlit's log in: a door of its own
_MOST_NOTED = 200  # requests of each person, and cookies of nobody, that are written down: a disk has an end
_noted: dict[str, set[str]] = {}  # by the person's id
_NO_METHOD = 405  # what no page of ours asks in that way
_WORDS = "You are not in this class, or no longer. Open the join link.\n"


class Gate:
    """The middleware: of a server that people use alone it lets everything pass."""

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self.app, self._base = app, f"{base}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on; lead to the door; or refuse."""
        if scope["type"] == "http" and self._place(scope) == _LOG_OUT and institution():
            send = _logging_out(scope, send)
        if scope["type"] not in ("http", "websocket") or self._may_pass(scope):
            who = _person_of(scope) if scope["type"] == "http" else None
            asking.set(who)
            send = _noting(scope, send, who) if is_limited(who) else send
            return await self.app(scope, self._listening(scope, receive), send)
        if scope["type"] == "http" and scope["method"] == "GET" and self._is_page(scope):
            wanted = self._place(scope)
            query = scope["query_string"].decode("latin-1")
            to = quote(f"{wanted}?{query}" if query else wanted)
            return await RedirectResponse(f"{self._base}join?to={to}", 303)(scope, receive, send)
        return await PlainTextResponse(_WORDS, status_code=403)(scope, receive, send)

    def _listening(self, scope: Scope, receive: Receive) -> Receive:
        """A connection is open for hours: who it is, is asked at each message."""

        async def received() -> Message:
            message = await receive()
            return message if self._may_pass(scope) else _without_deeds(message)

        return received if scope["type"] == "websocket" else receive

    def _may_pass(self, scope: Scope) -> bool:
        room, place = classroom(), self._place(scope)
        if room is None or place in _OPEN or (place in _OF_INSTITUTION and institution()):
            return True
        if _person_of(scope) != NOBODY:
            return True
        _note(scope, place)
        return False

    def _place(self, scope: Scope) -> str:
        return scope["path"].removeprefix(self._base)

    def _is_page(self, scope: Scope) -> bool:
        return "text/html" in HTTPConnection(scope).headers.get("accept", "")


def _person_of(scope: Scope) -> Person | None:
    room = classroom()
    return room.person_of(HTTPConnection(scope).cookies.get(COOKIE)) if room else None


def _note(scope: Scope, place: str) -> None:
    """Writes down a cookie that is nobody's, forged, copied or old, the first time that it comes."""
    if cookie := HTTPConnection(scope).cookies.get(COOKIE):
        _write_once(cookie, NOBODY, "come with a forged or outdated cookie", place)


def _noting(scope: Scope, send: Send, who: Person) -> Send:
    """Writes down a request of a student that no page of ours makes."""
    asked = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"

    async def sent(message: Message) -> None:
        begins = message["type"] == "http.response.start"  # once an answer, however many parts it has
        if begins and (message["status"] == _NO_METHOD or leads_to_hidden(asked)):
            _write_once(asked, who, f"ask by {scope['method']}", asked)
        await send(message)

    return sent


def _write_once(what: str, who: Person, deed: str, thing: str) -> None:
    noted = _noted.setdefault(who.id, set())
    if what not in noted and len(noted) < _MOST_NOTED:
        noted.add(what)
        deeds.write(classroom().root.parent, who, deed, thing[:100], None, False)


def _logging_out(scope: Scope, send: Send) -> Send:
    """Streamlit forgets who is logged in; so does the class, on all devices, copied cookies as well."""
    with suppress(OSError):  # of a full disk the browser forgets at least
        classroom().log_out(_person_of(scope))
    forgotten = Response()
    forgotten.delete_cookie(COOKIE)

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("set-cookie", forgotten.headers["set-cookie"])
        await send(message)

    return sent


def _without_deeds(message: Message) -> Message:
    """What has the whole page run, without what was clicked: it says who is in the class no more."""
    said = BackMsg()
    try:
        said.ParseFromString(message.get("bytes") or b"")
    except DecodeError:  # Streamlit will say so
        return message
    if said.WhichOneof("type") != "rerun_script":
        return message
    said.rerun_script.ClearField("widget_states")
    said.rerun_script.ClearField("fragment_id")
    return {**message, "bytes": said.SerializeToString()}
