"""Many sessions at once on a server that has just started: every page is drawn, nothing half imported."""

import asyncio
from pathlib import Path

import psutil

from tests.dashboard import Dashboard, dashboard
from tests.tab import Tab

PAGES = (
    "data", "train", "evaluate", "inspect", "draw", "data?view=Pixels", "evaluate?view=history",
    "inspect?view=Wants", "inspect?view=Test+set", "draw?more=Collect", "draw?source=Photograph",
)  # fmt: skip


class Shown:
    """What one session was sent."""

    def __init__(self) -> None:
        self.exceptions: list[str] = []
        self.is_done = asyncio.Event()

    def watch(self, message) -> None:
        if message.WhichOneof("type") == "delta" and message.delta.new_element.HasField("exception"):
            exception = message.delta.new_element.exception
            self.exceptions.append(f"{exception.type}: {exception.message}")
        if message.WhichOneof("type") == "script_finished":
            self.is_done.set()


async def open_at_once(server: Dashboard, paths: tuple[str, ...]) -> list[str]:
    """Exceptions that were shown to any of the sessions."""
    shown = [Shown() for _ in paths]

    async def visit(path: str, seen: Shown) -> None:
        async with Tab(f"{server.url}/{path}", seen.watch):
            async with asyncio.timeout(120):
                await seen.is_done.wait()

    await asyncio.gather(*(visit(path, seen) for path, seen in zip(paths, shown, strict=True)))
    return [f"{path}: {each}" for path, seen in zip(paths, shown, strict=True) for each in seen.exceptions]


def test_many_sessions_at_once_on_a_fresh_server_meet_nothing_half_done(tmp_path: Path) -> None:
    with dashboard(tmp_path, module="tests.light_workers") as fresh:
        assert asyncio.run(open_at_once(fresh, 3 * PAGES)) == []
        server = psutil.Process(fresh.pid)
        assert not [file.path for file in server.memory_maps() if "/pandas/" in file.path]
