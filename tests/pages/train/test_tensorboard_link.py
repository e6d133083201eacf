"""TensorBoard from the page: started on this machine, opened by a link; elsewhere the page says how."""

from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from lenet.runs.event_files import EventFiles
from tests.dashboard import Dashboard
from tests.engine_fixtures import wait_until
from tests.train_page import finished_run


def link() -> None:
    """What AppTest runs: it has no browser, so none on this machine."""
    from pages.parts.train.tensorboard_link import tensorboard_link

    tensorboard_link()


def test_who_is_elsewhere_is_told_how(runs_folder: Path) -> None:
    test = AppTest.from_function(link).run()
    assert not test.exception and not test.button
    assert f"python -m tensorboard.main --logdir {runs_folder}" in test.caption[0].value.replace("\\", "")


@pytest.mark.browser
def test_it_is_started_and_opened_by_a_link(page: Page, dashboard: Dashboard) -> None:
    run = finished_run(dashboard.runs, name="with event files")
    files = EventFiles(run.path / "tensorboard")
    files.scalars(1, {"epoch/loss": 0.5})
    files.close()
    page.goto(f"{dashboard.url}/train?recipe=digits-quick")
    page.get_by_role("tab", name="Runs").click(timeout=60_000)
    page.get_by_role("button", name="Start TensorBoard").click()
    address = page.get_by_role("link", name="Open TensorBoard").get_attribute("href", timeout=60_000)
    board = page.context.new_page()
    board.goto(address)
    expect(board.get_by_text("TensorBoard").first).to_be_visible(timeout=60_000)
    tags = f"{address}data/plugin/scalars/tags"
    wait_until(lambda: "epoch/loss" in page.request.get(tags).json().get(f"{run.id}/tensorboard", {}))
    page.reload()
    page.get_by_role("tab", name="Runs").click(timeout=60_000)
    expect(page.get_by_role("link", name="Open TensorBoard")).to_have_attribute("href", address)
    server = psutil.Process(dashboard.pid)
    assert not [file.path for file in server.memory_maps() if "tensorflow" in file.path]
    run.delete()
