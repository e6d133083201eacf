"""Who goes elsewhere on a page while it waits for a long answer."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import dashboard
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


def test_another_view_is_opened_while_an_answer_is_awaited(tmp_path: Path, page: Page) -> None:
    (tmp_path / "stage.py").write_text(STAGE)
    (tmp_path / "app.py").write_text('import streamlit as st\napp = st.App("stage.py")\n')
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    with dashboard(tmp_path, tmp_path, "tests.light_workers", PYTHONPATH=str(ROOT)) as running:
        page.goto(running.url)
        waiting = page.get_by_text("the answer comes by itself")
        expect(waiting).to_be_visible()
        for _ in range(2):
            page.wait_for_timeout(1_000)  # what shows how far it is has run alone
            page.get_by_text("Picture", exact=True).click()
            expect(page.get_by_label("Its name")).to_be_visible()
            page.wait_for_timeout(1_000)
            page.get_by_text("Errors", exact=True).click()
            expect(waiting).to_be_visible()
    assert not broken
