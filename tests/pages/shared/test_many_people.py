"""What the server does for many people at once, seen by tabs without browsers, on the real dashboard."""

import asyncio
from pathlib import Path

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.dashboard import dashboard
from tests.tab import Tab

PEOPLE, CLICKS = 4, 10

# Python reads this when it starts: a dot for each time that the server looks through all its objects.
NOTE_COLLECTIONS = """
import gc, os, sys

def note(phase, about):
    if phase == "stop" and about["generation"] == 2:
        os.write(file, b".")

if "streamlit" in sys.orig_argv:
    file = os.open({path!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    gc.callbacks.append(note)
"""


async def click(url: str) -> None:
    """Moves a switch of the Draw page, again and again, each time when its fragment has run."""
    ended: asyncio.Queue[int] = asyncio.Queue()

    def watch(message: ForwardMsg) -> None:
        if message.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
            ended.put_nowait(message.script_finished)

    async with Tab(f"{url}/draw", watch) as tab, asyncio.timeout(60):
        switch = await tab.find("checkbox", "Skip the centering")
        for number in range(CLICKS):
            await tab.set(switch, bool_value=number % 2 == 0)
            await ended.get()


def test_the_server_does_not_look_through_all_its_objects_after_each_click(tmp_path: Path) -> None:
    """That takes 70 ms, in which nobody else's click goes on."""
    collections = tmp_path / "collections"
    (tmp_path / "sitecustomize.py").write_text(NOTE_COLLECTIONS.format(path=str(collections)))
    nobody = "tcp://127.0.0.1:9"  # no worker is needed
    with dashboard(tmp_path, LENET_SCHEDULER=nobody, PYTHONPATH=str(tmp_path)) as running:

        async def everybody() -> None:
            await asyncio.gather(*(click(running.url) for _ in range(PEOPLE)))

        asyncio.run(everybody())  # pages are imported, which makes objects that stay
        before = collections.stat().st_size
        asyncio.run(everybody())
        assert collections.stat().st_size - before < PEOPLE * CLICKS / 4
