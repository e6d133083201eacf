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

from pages.parts.preparation import prepare


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """From the start of the server to its end."""
    opening = asyncio.create_task(_open_browser())
    threading.Thread(target=prepare, name="lenet preparation", daemon=True).start()  # a session waits for it
    yield
    opening.cancel()


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
