"""What happens once, when the server starts: before the first page, and as soon as it answers.

Must not import Dask, TensorFlow or Keras.
"""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from streamlit import cli_util, config
from streamlit.web.server import server_util

from lenet.engine import memory
from lenet.engine.abandoned import abandoned
from lenet.engine.leftovers import SILENCE, sweep
from lenet.engine.sweeps import left
from lenet.runs.folder import default_folder
from pages.parts.shared.engine import engine
from pages.parts.shared.housekeeping import keep_house
from pages.parts.shared.preparation import prepare


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """From the start of the server to its end."""
    memory.use_little()  # before there are threads
    tasks = [asyncio.create_task(task) for task in (_open_browser(), _go_on(), _sweep(), keep_house())]
    threading.Thread(target=prepare, name="lenet preparation", daemon=True).start()  # a session waits for it
    yield
    for task in tasks:
        task.cancel()


async def _go_on() -> None:
    """Where something trained or waited when the last server ended, the engine does not wait for a page."""
    folder = default_folder()
    if await asyncio.to_thread(abandoned, folder) or await asyncio.to_thread(left, folder):
        engine()


async def _sweep() -> None:
    """Twice: what the last server left this moment cannot be told yet from what somebody is writing."""
    for pause in (0.0, SILENCE):
        await asyncio.sleep(pause)
        await asyncio.to_thread(sweep)


async def _open_browser() -> None:
    """As Streamlit does for a script, and not for an `st.App` (1.67)."""
    if config.get_option("server.headless"):
        return
    address, port = config.get_option("server.address") or "localhost", config.get_option("server.port")
    while not await _answers(address, port):
        await asyncio.sleep(0.05)
    is_named = config.is_manually_set("browser.serverAddress")
    shown = config.get_option("browser.serverAddress") if is_named else address
    cli_util.open_browser(server_util.get_url(server_util.get_display_address(shown)))


async def _answers(address: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(address, port)
    except OSError:
        return False
    writer.close()
    return True
