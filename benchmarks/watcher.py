"""Somebody with the Train page open, for benchmarks: a tab without a browser, which sees new points.

Needs the packages of requirements-dev.txt.
"""

import asyncio
import contextlib
import json
import time
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.http_connection import Http
from tests.tab import Tab


class Watcher:
    """Somebody with the Train page open; an asynchronous context.

    Sees a new point when other data of a chart come to the same place of the page, or new rows over HTTP.
    """

    def __init__(self, url: str, cookie: str = "") -> None:
        self.moments: list[float] = []  # when a new point was seen
        self.tab = Tab(url, self._watch, cookie)
        self._host, self._cookie = urlsplit(url).netloc, cookie
        self._charts: dict[tuple[int, ...], str] = {}
        self._conversations: dict[str, Conversation] = {}  # about which run
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        await self.tab.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.tab.__aexit__(*error)

    def gaps(self, start: float, end: float) -> list[float]:
        """Seconds between two new points, also from the start to the first and from the last to the end."""
        marks = [start, *(moment for moment in self.moments if start < moment < end), end]
        gaps = (after - before for before, after in zip(marks, marks[1:], strict=False))
        return [gap for gap in gaps if gap > 0.05]  # two charts of one tick

    def _watch(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        if element.HasField("vega_lite_chart"):
            place = tuple(message.metadata.delta_path)
            if self._charts.get(place) != message.hash:
                self._charts[place] = message.hash
                self.moments.append(time.monotonic())
        elif element.bidi_component.component_name.endswith("lenet_live"):
            data = json.loads(element.bidi_component.json)
            self._converse(data["run"]).parts[data["part"]] = element.bidi_component.id, data

    def _converse(self, run: str) -> "Conversation":
        if run not in self._conversations:
            self._conversations[run] = Conversation(self, run)
            talk = self._conversations[run].go_on(self._host, self._cookie)
            self._tasks.append(asyncio.create_task(talk))
        return self._conversations[run]


class Conversation:
    """What the components of one tab ask about one run, as `pages/assets/live.js` does."""

    def __init__(self, watcher: Watcher, run: str) -> None:
        self.parts: dict[str, tuple[str, dict[str, Any]]] = {}  # part → its widget, its data
        self._watcher, self._asked = watcher, {"run": run, "tab": f"{id(watcher):x}"}

    async def go_on(self, host: str, cookie: str = "") -> None:
        """Asks, again and again, when it was told to."""
        async with Http(host, cookie) as http:
            while True:
                answer, wait = {}, 8.0
                with contextlib.suppress(ConnectionError):
                    status, body = await http.get(f"/lenet/live?{urlencode(self._question())}")
                    answer = json.loads(body) if status == 200 else {}
                await self._take(answer)
                await asyncio.sleep(answer.get("wait", wait))

    def _question(self) -> dict[str, str]:
        about = {name: data for name, (_, data) in self.parts.items()}
        wanted = {"wanted": "1"} if about.get("figures", {}).get("wanted") else {}
        return (
            self._asked | wanted | ({"image": str(about["network"]["image"])} if "network" in about else {})
        )

    async def _take(self, answer: dict[str, Any]) -> None:
        for name in ("figures", "steps", "epochs", "kernels", "maps"):
            if name in answer:
                self._asked[name] = answer[name]["known"]
        if answer.get("steps", {}).get("step") or answer.get("epochs", {}).get("epoch"):
            self._watcher.moments.append(time.monotonic())
        for part, name in (("figures", "signature"), ("runs", "runs")):
            widget, data = self.parts.get(part, ("", {}))
            if name in answer and widget and answer[name] != data[name]:
                await self._watcher.tab.trigger(widget, "changed", answer[name])
