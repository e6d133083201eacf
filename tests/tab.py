"""A tab of the dashboard without its browser: what Streamlit 1.67's page says over its websocket, and when.

Thirty browsers would take the processors from what is measured; thirty of these take a tenth of one. A tab
keeps the values of its widgets, runs the timers of its fragments and fetches pictures as a browser does;
what arrives is handed to whoever watches. Draws nothing. Must not import Playwright.
"""

import asyncio
import contextlib
import json
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any, Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState, FileURLs, UploadedFileInfo
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from tests.http_connection import Http
from tests.widget_values import first_value, set_value

Watch = Callable[[ForwardMsg], None]
Place = tuple[str, str, str]  # a page: the hash of its script, its path, its query


class Tab:
    """One tab; an asynchronous context: it is open within.

    Args:
        url: of the page, with its query.
        watch: is handed every message from the server.
        cookie: what its browser keeps, "name=value".
    """

    def __init__(self, url: str, watch: Watch | None = None, cookie: str = "") -> None:
        self.messages, self._cookie = 0, cookie
        self._address = urlsplit(url)
        self._watch = watch or (lambda message: None)
        self._query, self._page_hash, self._path = self._address.query, "", self._address.path.strip("/")
        self._values: dict[str, WidgetState] = {}
        self._elements: dict[str, tuple[Element, str]] = {}  # widget's id → it, and its fragment
        self._timers: dict[str, tuple[float, asyncio.Task[None]]] = {}
        self._pictures: asyncio.Queue[str] = asyncio.Queue()
        self._told: dict[str, dict[str, Any] | None] = {}  # what a browser would say that draws this alone
        self._paths: dict[str, str] = {}  # of pages, by the hash of their script
        self._at_rest = asyncio.Event()  # no run of the page is under way
        self._file_urls: asyncio.Queue[FileURLs] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._connection: ClientConnection

    async def __aenter__(self) -> Self:
        await self._connect()
        return self

    async def come_back(self) -> None:
        """To a server that has ended and began anew, as a browser does by itself: with what its page has."""
        await self.__aexit__()
        self._elements = {}
        await self._connect()

    async def _connect(self) -> None:
        self._connection = await connect(
            f"ws://{self._address.netloc}/_stcore/stream",
            subprotocols=["streamlit"],
            max_size=None,
            open_timeout=60,
            ping_timeout=None,
            additional_headers={"Cookie": self._cookie} if self._cookie else None,
        )
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._fetch_pictures())]
        await self._run()

    async def __aexit__(self, *error: object) -> None:
        self._stop_timers()
        await self._connection.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def find(self, kind: str, label: str = "", seconds: float = 60.0) -> str:
        """The id of the widget of that kind whose label or key ends so, as soon as it is there."""
        async with asyncio.timeout(seconds):
            while not (found := next(self.found(kind, label), None)):
                await asyncio.sleep(0.05)
        return found

    async def set(self, widget: str, **value: Any) -> None:
        """What a person does to that widget: `bool_value=True`, a field of Streamlit's WidgetState."""
        self._values[widget] = WidgetState(id=widget, **value)
        await self._run(self._elements[widget][1])
        if any(name.endswith("trigger_value") for name in value):
            del self._values[widget]

    def given(self, component: str) -> Any:
        """The data that a component of ours was given last."""
        return json.loads(self._elements[component][0].bidi_component.json)

    async def trigger(self, widget: str, event: str, value: Any) -> None:
        """What a component of ours (version 2) says once: `setTriggerValue(event, value)`."""
        aggregator = f"$$STREAMLIT_INTERNAL_KEY_{widget}__events"
        self._elements[aggregator] = self._elements[widget]
        said = json.dumps([{"event": event, "value": value}])
        await self.set(aggregator, json_trigger_value=said)

    @property
    def place(self) -> Place:
        """The page that it shows."""
        return self._page_hash, self._path, self._query

    @property
    def fragments(self) -> list[str]:
        """Those that run again by themselves."""
        return list(self._timers)

    async def say_late(self, place: Place, fragment: str = "") -> None:
        """What a browser says that does not know yet that it is on another page than that."""
        await self._run(fragment, by_itself=bool(fragment), place=place)

    async def go_back(self, place: Place) -> None:
        """By the browser's own button, to a page where it was."""
        await self._run(place=place, is_back=True)

    async def misunderstood(self, seconds: float) -> dict[str, tuple[Any, Any]]:
        """Of a browser that has drawn the newest run of the page alone: what it would take for another value.

        By the widget's id: that value, and the right one.
        """
        self._told = {}
        await self._run()
        await self.settle(seconds)
        told = {each: WidgetState(id=each, **value) for each, value in self._told.items() if value}
        return {each: (now, self._values[each]) for each, now in told.items() if now != self._values[each]}

    async def forge(self, widget: str) -> None:
        """A click on a button that this tab does not have, as somebody makes one who knows its id."""
        await self.say(WidgetState(id=widget, trigger_value=True))

    async def say(self, *values: WidgetState) -> None:
        """Values of widgets that this tab may not have, as somebody gives them who knows their ids."""
        before = dict(self._values)
        self._values |= {each.id: each for each in values}
        await self._run()
        self._values = before

    def widgets(self) -> list[str]:
        """The ids of all that are there."""
        return list(self._elements)

    def value_of(self, widget: str) -> WidgetState | None:
        """What this tab says of it; None: nothing."""
        return self._values.get(widget)

    async def pretend(self, other: "Tab", widget: str, **value: Any) -> None:
        """`set`, of a widget that another tab alone has."""
        self._elements[widget] = other._elements[widget]
        await self.set(widget, **value)
        self._elements.pop(widget, None)
        self._values.pop(widget, None)

    def buttons(self) -> list[str]:
        """The ids of the buttons that are there."""
        return [widget for widget, (element, _) in self._elements.items() if element.HasField("button")]

    async def go(self, address: str) -> None:
        """Follows a link to another page of the dashboard, "data?view=classes", in the same session."""
        self._stop_timers()
        self._address = urlsplit(f"{self._address.scheme}://{self._address.netloc}/{address}")
        self._query, self._page_hash, self._path = self._address.query, "", self._address.path.strip("/")
        self._values, self._elements = {}, {}
        await self._run()

    async def drawn(self, seconds: float) -> bool:
        """Until the page has run, whatever it still waits for: so many seconds at most; whether it has."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await self._at_rest.wait()
        return False

    async def settle(self, seconds: float) -> bool:
        """Until the page has run, and waits for nothing more: so many seconds at most; whether it has."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._at_rest.wait()
                while self._timers or not self._at_rest.is_set():
                    await asyncio.sleep(0.05)
                return True
        return False

    async def upload(self, widget: str, name: str, data: bytes) -> None:
        """Chooses a file in that uploader."""
        message = BackMsg()
        message.file_urls_request.request_id = name
        message.file_urls_request.file_names.append(name)
        await self._connection.send(message.SerializeToString())
        urls = await self._file_urls.get()
        await asyncio.to_thread(_put, f"http://{self._address.netloc}", urls.upload_url, name, data)
        file = UploadedFileInfo(file_id=urls.file_id, name=name, size=len(data), file_urls=urls)
        await self.set(widget, file_uploader_state_value=FileUploaderState(uploaded_file_info=[file]))

    def found(self, kind: str, label: str) -> Iterator[str]:
        """The ids of the widgets of that kind whose label or key ends so, as they are now."""
        for widget, (element, _) in self._elements.items():
            content = getattr(element, kind) if element.HasField(kind) else None
            if content and (widget.endswith(label) or getattr(content, "label", "").endswith(label)):
                yield widget

    async def _run(self, fragment: str = "", by_itself: bool = False, place: Place | None = None,
                   is_back: bool = False) -> None:  # fmt: skip
        message, (page_hash, path, query) = BackMsg(), place or self.place
        self._at_rest.clear()
        asked = message.rerun_script
        asked.query_string, asked.fragment_id, asked.is_auto_rerun = query, fragment, by_itself
        asked.is_history_navigation = is_back
        asked.widget_states.widgets.extend(self._values.values())
        if page_hash:
            asked.page_script_hash = page_hash
        else:
            asked.page_name = path
        context = asked.context_info
        context.timezone, context.locale, context.color_scheme = "UTC", "en-US", "light"
        context.url = f"{self._address.scheme}://{self._address.netloc}/{path}"
        await self._connection.send(message.SerializeToString())

    async def _listen(self) -> None:
        async for data in self._connection:
            message = ForwardMsg.FromString(data)
            self.messages += 1
            self._take(message)
            self._watch(message)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._take_delta(message.delta)
        elif kind == "new_session":
            self._page_hash = message.new_session.page_script_hash
            self._path = self._paths.get(self._page_hash, self._path)
            if not message.metadata.run.fragment_ids:
                self._stop_timers()
        elif kind == "script_finished":
            self._at_rest.set()
        elif kind == "file_urls_response":
            self._file_urls.put_nowait(message.file_urls_response.file_urls[0])
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
            pages = message.navigation.app_pages
            self._paths |= {page.page_script_hash: page.url_pathname for page in pages}
            self._path = self._paths.get(self._page_hash, self._path)
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._start_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._stop_timer(fragment)

    def _take_delta(self, delta: Delta) -> None:
        element = delta.new_element
        if not (kind := element.WhichOneof("type")):
            return
        if kind == "imgs":
            for image in element.imgs.imgs:
                if image.url.startswith("/"):
                    self._pictures.put_nowait(image.url)
        elif widget := getattr(getattr(element, kind), "id", ""):
            content, is_new = getattr(element, kind), widget not in self._values
            self._elements[widget] = element, delta.fragment_id
            value = set_value(kind, content) or (first_value(kind, content) if is_new else None)
            self._told[widget] = set_value(kind, content) or first_value(kind, content)
            if value:
                self._values[widget] = WidgetState(id=widget, **value)

    def _start_timer(self, fragment: str, seconds: float) -> None:
        if fragment in self._timers and self._timers[fragment][0] == seconds:
            return
        self._stop_timer(fragment)
        self._timers[fragment] = seconds, asyncio.create_task(self._tick(fragment, seconds))

    async def _tick(self, fragment: str, seconds: float) -> None:
        clock = asyncio.get_running_loop()
        due = clock.time() + seconds
        while True:
            await asyncio.sleep(due - clock.time())
            await self._run(fragment, by_itself=True)
            due = max(due + seconds, clock.time())

    def _stop_timers(self) -> None:
        for fragment in list(self._timers):
            self._stop_timer(fragment)

    def _stop_timer(self, fragment: str) -> None:
        if fragment in self._timers:
            self._timers.pop(fragment)[1].cancel()

    async def _fetch_pictures(self) -> None:
        seen = set()  # a browser keeps them
        async with Http(self._address.netloc, self._cookie) as http:
            while True:
                path = await self._pictures.get()
                if path not in seen:
                    seen.add(path)
                    with contextlib.suppress(ConnectionError):  # the server has dropped it meanwhile
                        await http.get(path)


def _put(server: str, path: str, name: str, data: bytes) -> None:
    """One file to the address that the server gave for it, as a browser's form sends it."""
    with urllib.request.urlopen(f"{server}/_stcore/health", timeout=30) as answer:
        cookie = SimpleCookie(answer.headers["Set-Cookie"])["_streamlit_xsrf"].value
    edge = uuid.uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    headers = {
        "Content-Type": f"multipart/form-data; boundary={edge}",
        "Cookie": f"_streamlit_xsrf={cookie}",
        "X-Xsrftoken": cookie,
    }
    body = head.encode() + data + f"\r\n--{edge}--\r\n".encode()
    request = urllib.request.Request(server + path, body, headers, method="PUT")
    urllib.request.urlopen(request, timeout=60).close()
