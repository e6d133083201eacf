"""What the teacher has on everybody's screen, over whatever page is open: the browser asks over HTTP.

No page runs for it, and what is below stays as it is. Must not import Dask, TensorFlow or Keras.
"""

from functools import cache
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse

from lenet.people.orders import Orders
from pages.parts.shared.room import asking

_WAIT = 1.5  # seconds between two questions of a tab
_MOST_BYTES = 10_000
_HERE = Path(__file__).parent

_mount = st.components.v2.component(
    "lenet_orders", html="<i hidden></i>", js=(_HERE / "orders.js").read_text("utf-8")
)


@cache
def orders() -> Orders:
    """Those of this server's class."""
    return Orders()


def follow_orders() -> None:
    """On every page of a class."""
    _mount(key="orders")


async def ask_orders(request: Request) -> JSONResponse:
    """`POST lenet/orders` with `at`, the place of a tab, and `here`, whether somebody is at it."""
    body = bytearray()
    async for part in request.stream():
        body += part[: _MOST_BYTES - len(body)]
    here, _, at = body.decode("ascii", "replace").partition(" ")
    person = asking.get()
    answer = orders().answer(person, at, here == "here") if person else {}
    return JSONResponse(answer | {"wait": _WAIT}, headers={"Cache-Control": "no-store"})
