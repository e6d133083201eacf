"""What a browser says just after a click neither undoes it nor takes its place.

Each message of Streamlit's browser names the page that it is to run (1.67). One that was on its way while a
click led to another page, such as the tick of a fragment, would bring the session back to the former page, or
keep the other one from being drawn. So the server knows which page each session has open, and this middleware
leaves out what comes from a page that is left.

A message that arrives while the callback of a click runs ends that at its next use of the session's state,
and nobody calls it again. So two messages that do something are kept a tenth of a second apart, and from the
moment in which a run says that it begins, nothing is passed on until it draws: its callbacks are done.

Must not import Dask, TensorFlow or Keras.
"""

import asyncio
import contextlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import urlsplit

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx

_PATIENCE = 10.0  # seconds: a page that could not be left by then stays
_MOST = 1000  # sessions that are known
_APART = 0.1  # seconds: by then a run has said that it begins
_HEARD = 0.5  # seconds: by then a browser knows which page runs, and has said what it was about to say
_BEGINNING = 100_000  # bytes: what says so is shorter


@dataclass
class _Open:
    """What a session has open: the hash of a page's script, and since when that page is being left.

    Attributes:
        back_from: the page that the browser's Back has left, for which a busy browser still speaks.
        until: when it does so no more.
    """

    page: str
    left_at: float = -_PATIENCE
    back_from: str = ""
    until: float = 0.0

    @property
    def is_being_left(self) -> bool:
        return time.monotonic() - self.left_at < _PATIENCE

    def was_left_by_back(self, page: str) -> bool:
        """Whether that page is the one that the browser went back from, a moment ago."""
        return page == self.back_from and time.monotonic() < self.until


_open: OrderedDict[str, _Open] = OrderedDict()  # by the id of the session
_paths: dict[str, str] = {}  # hash of a page's script → its part of the address


def opened(path: str) -> None:
    """The page of that address begins to run."""
    if context := get_script_run_ctx():
        page, session = context.page_script_hash, context.session_id
        _paths[page], before = path, _open.get(session)
        _open[session] = _Open(page)
        if before and before.page == page:
            until = min(before.until, time.monotonic() + _HEARD)
            _open[session] = _Open(page, back_from=before.back_from, until=until)
        if len(_open) > _MOST:  # of runs that went on after their browser had gone
            _open.popitem(last=False)


def leaves() -> None:
    """This run is about to go to another page."""
    context = get_script_run_ctx()
    if context and context.session_id in _open:
        _open[context.session_id].left_at = time.monotonic()


def is_late(said: ClientState, session: str) -> bool:
    """Whether it comes from a page that the session has left: it asks for the page that its browser shows.

    Who goes to a page by its link asks for another page than the browser shows; who goes back says so. What
    a browser says right after Back has the address of the one page and asks for the other: it is no link.
    """
    now, asked = _open.get(session), said.page_script_hash
    if now is None or not asked:
        return False
    if said.is_history_navigation:
        if asked != now.page:
            until = time.monotonic() + _PATIENCE
            _open[session] = _Open(asked, back_from=now.page, until=until)
        return False
    if said.fragment_id:
        return asked != now.page or now.is_being_left
    if now.was_left_by_back(asked):
        return True
    try:
        shown = urlsplit(said.context_info.url).path.strip("/").rpartition("/")[2]
    except ValueError:  # no address: of no browser
        return False
    if shown != _paths.get(asked):  # None: a page that nobody has opened yet
        _open[session] = _Open(asked)  # what still comes from the page that the browser shows is late
        return False
    return asked != now.page or now.is_being_left


class LateMessages:
    """The middleware of WebSockets."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but messages that are late."""
        if scope["type"] == "websocket":
            connection = _Connection(receive, send)
            receive, send = connection.receive, connection.send
        await self.app(scope, receive, send)


class _Connection:
    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._session = ""  # its id, which the server's first words tell
        self._next = 0.0  # when a message may be passed on that ends what runs
        self._no_callback = asyncio.Event()
        self._no_callback.set()

    async def receive(self) -> Message:
        while (message := await self._receive()) and (said := _said(message)):
            if not said.fragment_id:  # the run of a fragment ends no other
                await asyncio.sleep(max(0.0, self._next - time.monotonic()))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._no_callback.wait(), _PATIENCE)
            if not is_late(said, self._session):
                break
        if said and not said.is_auto_rerun:
            self._next = time.monotonic() + _APART
        if message["type"] == "websocket.disconnect":
            _open.pop(self._session, None)
        return message

    async def send(self, message: Message) -> None:
        if data := message.get("bytes"):
            self._hear(data)
        await self._send(message)

    def _hear(self, data: bytes) -> None:
        """What the server says: that a run begins, that it draws, that it is at its end."""
        said = ForwardMsg.FromString(data) if len(data) < _BEGINNING else None
        kind = said.WhichOneof("type") if said else "delta"
        if kind == "new_session":
            self._session = self._session or said.new_session.initialize.session_id
            self._no_callback.clear()
        elif kind in ("delta", "ref_hash", "script_finished"):
            self._no_callback.set()


def _said(message: Message) -> ClientState | None:
    """What has a page or a fragment of it run; None where a message says something else."""
    if message["type"] != "websocket.receive" or not message.get("bytes"):
        return None
    try:
        said = BackMsg.FromString(message["bytes"])
    except DecodeError:  # Streamlit will say so
        return None
    return said.rerun_script if said.WhichOneof("type") == "rerun_script" else None
