"""A click to another page counts, also where the page that is left is about to run again."""

import asyncio
from pathlib import Path

import pytest

from tests.dashboard import dashboard
from tests.engine_fixtures import wait_until
from tests.project import ROOT
from tests.tab import Tab

SCRIPT = """
import time
from pathlib import Path
import streamlit as st

def again():
    begun = Path("begun")
    if Path("armed").exists() and not begun.exists():
        begun.touch()
        time.sleep(0.7)
        st.rerun()

def first():
    if {how!r} == "body":
        again()
    st.button("first", key="one", on_click=again)

def second():
    st.button("second", key="two")

st.navigation([st.Page(first, default=True), st.Page(second, url_path="second")]).run()
"""
APP = """
import sys
sys.path.insert(0, {root!r})
import streamlit as st
from pages.parts.shared import pending_page
pending_page.install()
app = st.App("two.py")
"""


@pytest.mark.parametrize("how", ["body", "callback"])
def test_a_rerun_takes_no_clicks_place(how: str, tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text(SCRIPT.format(how=how))
    (tmp_path / "app.py").write_text(APP.format(root=str(ROOT)))

    async def click(address: str) -> None:
        async with Tab(f"{address}/second") as tab:
            await tab.find("button", "two")
            second = tab.place
            await tab.go("")
            one = await tab.find("button", "one")
            (tmp_path / "armed").touch()
            asking = asyncio.create_task(tab.set(one, trigger_value=True))
            await asyncio.to_thread(wait_until, (tmp_path / "begun").exists, 10)
            await tab.say_late(second)
            await asking
            await tab.find("button", "two", 5)
            await tab.settle(5)
            assert tab.place[0] == second[0]

    with dashboard(tmp_path, root=tmp_path, STREAMLIT_RUNNER_FAST_RERUNS="false") as started:
        asyncio.run(click(started.url))
