"""Export beside a model: a format is chosen, the file made and tried by a process, and downloaded."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from lenet.engine.base import Engine
from lenet.export.formats import FORMATS
from tests.conftest import require
from tests.dashboard import Dashboard
from tests.engine_fixtures import wait_until
from tests.inspect_page import PAGE as INSPECT
from tests.linked_page import opened
from tests.page_words import plain

MODEL = "digits-quick"
C = FORMATS["c"]


def button(test: AppTest, label: str) -> object:
    return next((each for each in test.button if each.label == label), None)


def inspected(model: str) -> AppTest:
    """Inspect, its menu open."""
    test = AppTest.from_file(INSPECT, default_timeout=60)
    test.session_state["export-menu-inspect"] = True
    return opened(test, model=model)


def choose(test: AppTest, name: str) -> None:
    next(each for each in test.selectbox if each.label == "Export as").select(name).run()


def test_a_file_is_made_tried_and_handed_out(engine: Engine, runs_folder: Path) -> None:
    require(not C.missing(), C.missing())
    test = inspected(model=MODEL)
    choose(test, "c")
    assert C.about in plain(test.caption)
    button(test, "Make and try it").click().run()
    wait_until(lambda: button(test.run(), "Make it again") is not None, 90)
    assert not test.exception
    assert "labels equal, largest difference of a probability" in plain(test.caption)
    assert f"{MODEL}.h" in test.get("download_button")[0].proto.label
    choose(test, "onnx")
    assert button(test, "Make it again") is None, "that is of another format"


def test_what_has_to_be_installed_is_said(
    engine: Engine, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(FORMATS["onnx"]), "packages", ("no_such_package",))
    test = inspected(model=MODEL)
    choose(test, "onnx")
    assert "pip install -r requirements-export.txt" in plain(test.info)
    assert button(test, "Make and try it") is None


def test_why_a_format_cannot_hold_it_is_said(engine: Engine, runs_folder: Path) -> None:
    test = inspected(model="lenet5-1998")
    choose(test, "python")
    button(test, "Make and try it").click().run()
    wait_until(lambda: button(test.run(), "Try again") is not None, 90)
    assert "levenberg_marquardt; expected settings of plain Keras" in plain(test.error)


def test_a_file_stays_while_its_run_goes_on(engine: Engine, runs_folder: Path) -> None:
    """Of a run that trains there is another epoch every moment."""
    require(not C.missing(), C.missing())
    test = inspected(model=f"{MODEL}@0")
    choose(test, "c")
    button(test, "Make and try it").click().run()
    test.get("select_slider")[0].set_value("final").run()
    wait_until(lambda: button(test.run(), f"Make it of {MODEL}") is not None, 90)
    assert f"{MODEL}-0.h" in test.get("download_button")[0].proto.label


@pytest.mark.browser
def test_it_is_downloaded(page: Page, dashboard: Dashboard) -> None:
    require(not C.missing(), C.missing())
    page.goto(f"{dashboard.url}/evaluate?model={MODEL}")
    page.get_by_role("button", name="Export").click(timeout=90_000)
    page.get_by_role("combobox", name="Export as").click()
    page.get_by_role("option", name=C.words, exact=True).click()
    page.get_by_role("button", name="Make and try it").click()
    expect(page.get_by_text("labels equal")).to_be_visible(timeout=90_000)
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=f"{MODEL}.h").click()
    assert download.value.suggested_filename == f"{MODEL}.h"
    assert "_predict(const uint8_t *pixels" in Path(download.value.path()).read_text()
