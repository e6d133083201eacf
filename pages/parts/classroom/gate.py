"""Who has not joined a class reaches nothing of it but the door.

Must not import Dask, TensorFlow or Keras.
"""

from urllib.parse import quote

from google.protobuf.message import DecodeError
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from lenet.people.person import NOBODY, Person
from pages.parts.shared.room import COOKIE, asking, classroom

_OPEN = {"join", "_stcore/health"}  # the latter for who looks after the server
_WORDS = "You are not in this class, or no longer. Open the join link.\n"


class Gate:
    """The middleware: of a server that people use alone it lets everything pass."""

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self.app, self._base = app, f"{base}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on; lead to the door; or refuse."""
        if scope["type"] not in ("http", "websocket") or self._may_pass(scope):
            asking.set(self._person(scope) if scope["type"] == "http" else None)
            return await self.app(scope, self._listening(scope, receive), send)
        if scope["type"] == "http" and scope["method"] == "GET" and self._is_page(scope):
            wanted = scope["path"].removeprefix(self._base)
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
        if classroom() is None or scope["path"].removeprefix(self._base) in _OPEN:
            return True
        return self._person(scope) != NOBODY

    def _person(self, scope: Scope) -> Person | None:
        room = classroom()
        return room.person_of(HTTPConnection(scope).cookies.get(COOKIE)) if room else None

    def _is_page(self, scope: Scope) -> bool:
        return "text/html" in HTTPConnection(scope).headers.get("accept", "")


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
