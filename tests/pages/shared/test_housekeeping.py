"""What a session leaves to the server once its tab is closed, and what it keeps while it is open."""

import asyncio
import contextlib
import io
import re
import urllib.request

import numpy as np
import pytest

from tests.dashboard import Dashboard, dashboard
from tests.tab import Tab

NOBODY = "tcp://127.0.0.1:9"  # no worker is needed
SIZE = 3_000_000


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Dashboard:
    folder = tmp_path_factory.mktemp("housekeeping")
    variables = {"LENET_SCHEDULER": NOBODY, "LENET_DATA": str(folder / "data")}
    with dashboard(folder, STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="1", **variables) as running:
        yield running


def held(running: Dashboard) -> int:
    """Bytes of uploaded files that Streamlit says it holds."""
    with urllib.request.urlopen(f"{running.url}/_stcore/metrics", timeout=30) as answer:
        found = re.findall(r'cache_type="UploadedFileManager"[^}]*} (\d+)', answer.read().decode())
    return sum(map(int, found))


async def until_held(running: Dashboard, num_bytes: int) -> None:
    """Streamlit answers what it has counted some seconds ago."""
    async with asyncio.timeout(60):
        while await asyncio.to_thread(held, running) != num_bytes:
            await asyncio.sleep(0.2)


def test_closed_tabs_leave_nothing_behind(running: Dashboard) -> None:
    """Nobody comes afterwards: Streamlit alone would keep the last 128 sessions."""

    async def visits() -> None:
        async with contextlib.AsyncExitStack() as tabs:
            for _ in range(3):
                tab = await tabs.enter_async_context(Tab(f"{running.url}/draw?source=Photograph"))
                await tab.upload(await tab.find("file_uploader", "photo-file"), "page.png", bytes(SIZE))
            await until_held(running, 3 * SIZE)
        await until_held(running, 0)

    asyncio.run(visits())


def test_a_file_that_became_a_data_set_is_held_no_longer(running: Dashboard) -> None:
    file, pixels = io.BytesIO(), np.random.default_rng(0).integers(0, 256, (3000, 28, 28), np.uint8)
    np.savez(file, x=pixels, y=np.arange(3000) % 3)

    async def add() -> None:
        async with Tab(f"{running.url}/data?dataset=digits") as tab:
            picker = await tab.find("file_uploader", "data-dataset-own-file-0")
            await tab.upload(picker, "three.npz", file.getvalue())
            await tab.settle(30)
            await until_held(running, len(file.getvalue()))
            await tab.set(await tab.find("button", "data-dataset-own-add"), trigger_value=True)
            await until_held(running, 0)

    asyncio.run(add())
