"""Somebody who draws on the canvas of a dashboard, by the messages that a browser sends."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Iterator
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lenet.drawing.canvas_json import to_data
from lenet.drawing.strokes import Drawing
from tests.drawn_digits import drawn_digits
from tests.tab import Tab

CANVAS = 320  # pixels
PEN = "lenet_live_pen"  # the component that is told the strokes where the browser answers
PAUSE = (1.0, 3.0)  # seconds between an answer and the next stroke
PATIENCE = 30.0  # seconds that somebody waits for an answer; a problem in its place counts as so many


class Person:
    """Somebody who draws on the canvas, a stroke at a time, and looks at the answer before the next one."""

    def __init__(self, url: str, seed: int) -> None:
        self.waits: list[tuple[float, float]] = []  # when a stroke was drawn, seconds until its answer
        self.refused: list[float] = []  # when a stroke was drawn that got a problem, or nothing
        self._url, self._random = f"{url}/draw", random.Random(seed)
        self._seen: Any = None  # the pixels that the network sees, by their address; or the strokes
        self._is_new = False
        self._answer: asyncio.Future[bool]

    async def draw_until(self, stop: asyncio.Event) -> None:
        """Opens the page, and draws one digit after the other."""
        digits = [drawing for drawing, _ in drawn_digits(200)]
        async with Tab(self._url, self._watch) as tab:
            canvas = await tab.find("bidi_component", "draw-canvas")
            for digit in self._one_after_the_other(digits):
                if stop.is_set():
                    return
                for count in range(1, len(digit.strokes) + 1):
                    await self._stroke(tab, canvas, Drawing(digit.strokes[:count], digit.canvas, digit.pen))
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), self._random.uniform(*PAUSE))

    def _one_after_the_other(self, digits: list[Drawing]) -> Iterator[Drawing]:
        """Never the same one twice in a row: its stroke would change nothing."""
        last = None
        while True:
            last = self._random.choice([each for each in digits if each is not last])
            yield last

    async def _stroke(self, tab: Tab, canvas: str, drawing: Drawing) -> None:
        value = {"drawing": {"raw": to_data(drawing, CANVAS, "#15211f"), "data": None}, "backgroundFit": None}
        self._answer = asyncio.get_running_loop().create_future()
        self._is_new, drawn = False, time.monotonic()
        await tab.set(canvas, json_value=json.dumps(value))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._answer), PATIENCE)
        is_answered = self._answer.done() and self._answer.result()
        self.waits.append((drawn, time.monotonic() - drawn if is_answered else PATIENCE))
        if not is_answered:
            self.refused.append(drawn)

    def _watch(self, message: ForwardMsg) -> None:
        """The answer to a stroke comes after the new pixels that the network sees, or is the new drawing."""
        element = message.delta.new_element
        if element.bidi_component.component_name.endswith(PEN):
            strokes = json.loads(element.bidi_component.json)["drawing"]["strokes"]
            self._is_new, self._seen = strokes not in ([], self._seen), strokes
            self._take(True)
        elif image := next(iter(element.imgs.imgs), None):
            if image.alt.startswith("The 28×28 pixels"):
                self._is_new |= image.url != self._seen
                self._seen = image.url
            elif "; then " in image.alt:
                self._take(True)
        elif element.HasField("alert"):
            self._take(False)

    @property
    def has_had_an_answer(self) -> bool:
        """Whether at least one stroke was answered."""
        return len(self.waits) > len(self.refused)

    def _take(self, is_answer: bool) -> None:
        if self._is_new and not self._answer.done():
            self._answer.set_result(is_answer)
