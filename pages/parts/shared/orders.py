"""What the teacher has on everybody's screen, over whatever page is open: the browser asks over HTTP.

No page runs for it, and what is below stays as it is. Must not import Dask, TensorFlow or Keras.
"""

from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from lenet.live import shown
from lenet.people.orders import Orders
from lenet.people.person import Person
from lenet.runs.folder import default_folder
from lenet.runs.run_index import index_of
from pages.parts.shared.engine import engine_id
from pages.parts.shared.polling import with_polling
from pages.parts.shared.room import asking

_WAIT = 1.5  # seconds between two questions of a tab
_MOST_BYTES = 10_000
_HERE = Path(__file__).parent

_mount = st.components.v2.component(
    "lenet_orders", html="<i hidden></i>", js=with_polling(_HERE / "orders.js")
)


@cache
def orders() -> Orders:
    """Those of this server's class."""
    return Orders.opened(default_folder())


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
    answer = {}
    if person:
        at = await run_in_threadpool(_with_run, person, at)
        answer = orders().answer(person, at, here == "here")
    return JSONResponse(answer | {"wait": _WAIT}, headers={"Cache-Control": "no-store"})


def _with_run(person: Person, at: str) -> str:
    """A place on Train names the run that it shows: without, everybody sees one of their own there."""
    page, _, link = at.partition("?")
    fields = parse_qs(link)
    if page != "train" or "run" in fields or fields.get("mode") == ["sweep"]:
        return at
    run = shown(index_of(default_folder().absolute()).runs(engine_id(), fresh=_WAIT), person)
    return f"{at}{'&' if link else '?'}run={run.id}" if run else at
