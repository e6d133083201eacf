"""Who goes elsewhere on a page while it waits for a long answer."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import dashboard
from tests.engine_fixtures import wait_until
from tests.project import ROOT

pytestmark = pytest.mark.browser

STAGE = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import streamlit as st
from pages.parts.shared import questions

def stage():
    questions.begin()
    if st.segmented_control("Choose from", ("Errors", "Picture"), default="Errors") == "Picture":
        st.text_input("Its name")
    else:
        questions.is_there("slow", questions.ask_long("slow", "nothing.at_all", ("x",)))
    questions.ask("other", "nothing.at_all", ("x",))
    questions.settle()

questions.will_look_again()
st.fragment(stage)()
questions.look_again()
"""


def look_again(page: Page, heard: list[int]) -> None:
    """Until what looks for the answer has run alone: the page hears of its beginning and its end."""
    before = len(heard)
    wait_until(lambda: page.title() is not None and len(heard) >= before + 6, 10)


def test_another_view_is_opened_while_an_answer_is_awaited(tmp_path: Path, page: Page) -> None:
    (tmp_path / "stage.py").write_text(STAGE)
    (tmp_path / "app.py").write_text('import streamlit as st\napp = st.App("stage.py")\n')
    broken: list[str] = []
    heard: list[int] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(len(frame))))
    with dashboard(tmp_path, tmp_path, "tests.light_workers", PYTHONPATH=str(ROOT)) as running:
        page.goto(running.url)
        waiting = page.get_by_text("the answer comes by itself")
        expect(waiting).to_be_visible()
        look_again(page, heard)
        page.get_by_text("Picture", exact=True).click()
        expect(page.get_by_label("Its name")).to_be_visible()
        look_again(page, heard)
        page.get_by_text("Errors", exact=True).click()
        expect(waiting.or_(page.get_by_text("No module named"))).to_be_visible()
    assert not broken
