"""Model, page, weights and curves of a run, downloaded from its menu."""

import shutil
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from lenet.browser.html_export import html_page
from lenet.engine.base import Engine
from lenet.networks.pretrained import PRETRAINED, path
from lenet.runs.folder import Run
from lenet.runs.status import Status
from pages.parts.shared import html_download
from pages.parts.shared.html_download import TITLE
from pages.parts.train import run_downloads
from tests.dashboard import Dashboard
from tests.page_words import plain
from tests.train_page import finished_run, opened

ROWS = b"step,loss,accuracy,learning_rate\n1,0.5,0.8,0.001\n2,0.4,0.9,0.001\n"


def whole(folder: Path) -> Run:
    """A run that has all of its files; the last row of its curves is being written."""
    run = finished_run(folder, name="one to take along")
    (run.path / "model.keras").write_bytes(b"a model")
    for epoch in (0, 1, 12):
        run.snapshot_path(epoch).write_bytes(b"weights %d" % epoch)
    (run.path / "steps.csv").write_bytes(ROWS + b"3,0.3")
    (run.path / "epochs.csv").write_bytes(ROWS)
    return run


def of_drawings(folder: Path, has_model: bool = True) -> Run:
    """A finished run of 28×28 images."""
    run = Run.create(PRETRAINED["lenet5-relu"].config, folder)
    if has_model:
        shutil.copy(path("lenet5-relu"), run.path / "model.keras")
    now = time.time()
    run.write_status(Status(state="finished", epoch=5, epochs=5, created=now, heartbeat=now))
    return run


def labels(test: AppTest) -> list[str]:
    return [each.proto.label for each in test.get("download_button")]


def test_files_that_are_there_are_offered_and_not_read(
    runs_folder: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = whole(runs_folder)
    with (run.path / "model.keras").open("r+b") as file:
        file.truncate(3_200_000)
    monkeypatch.setattr(run_downloads, "read_bytes", lambda path, most: pytest.fail(f"{path} was read"))
    page = opened().run()
    assert not page.exception
    expected = ["Model for Keras (3.2 MB)", "Weights of epoch 12", "Curves, every few steps"]
    assert labels(page) == [*expected, "Curves, every epoch"]


def test_what_a_run_has_not_is_said(runs_folder: Path, engine: Engine) -> None:
    run = finished_run(runs_folder)
    (run.path / "steps.csv").mkdir()
    page = opened().run()
    assert not page.exception and labels(page) == []
    words = plain(page.caption)
    assert "Model for Keras: not there yet, comes when the run ends." in words
    assert "Weights of epoch 0: not there yet, come when the run begins." in words
    assert "Curves, every few steps: steps.csv cannot be downloaded: " in words
    assert "Curves, every epoch: not there yet, come with the first epoch." in words


def test_a_run_of_drawings_has_a_page_that_is_not_made_before(
    runs_folder: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_drawings(runs_folder)
    monkeypatch.setattr(html_download, "html_page", lambda name, *_: pytest.fail(f"{name} was made"))
    page = opened().run()
    assert not page.exception
    assert [each.rpartition(" (")[0] for each in labels(page)] == [
        "Model for Keras",
        TITLE.rpartition(" (")[0],
    ]


def test_a_page_that_is_not_there_yet_is_said(runs_folder: Path, engine: Engine) -> None:
    of_drawings(runs_folder, has_model=False)
    page = opened().run()
    assert not page.exception and labels(page) == []
    assert f"{TITLE}: not there yet, comes with the first epoch." in plain(page.caption)


@pytest.mark.browser
def test_the_page_is_downloaded_and_answers(page: Page, dashboard: Dashboard, tmp_path: Path) -> None:
    run = of_drawings(dashboard.runs)
    page.goto(f"{dashboard.url}/train?recipe=digits-quick&run={run.id}")
    page.get_by_role("button", name="Manage this run").click(timeout=60_000)
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=TITLE).click()
    assert download.value.suggested_filename == f"{run.id}.html"
    content = Path(download.value.path()).read_text("utf-8")
    assert content == html_page(run.id, dashboard.runs, lambda name: pytest.fail(name))
    (tmp_path / "page.html").write_text(content, "utf-8")
    page.goto((tmp_path / "page.html").as_uri())
    page.locator("#board").click()
    expect(page.get_by_role("img", name="; then ")).to_be_visible()
    run.delete()


@pytest.mark.browser
def test_each_file_is_downloaded_as_it_is(page: Page, dashboard: Dashboard) -> None:
    run = whole(dashboard.runs)
    page.goto(f"{dashboard.url}/train?recipe=digits-quick&run={run.id}")
    page.get_by_role("button", name="Manage this run").click(timeout=60_000)
    expected = {
        "Model for Keras": ("model.keras", b"a model"),
        "Weights of epoch 12": ("0012.npz", b"weights 12"),
        "Curves, every few steps": ("steps.csv", ROWS),
        "Curves, every epoch": ("epochs.csv", ROWS),
    }
    for label, (name, content) in expected.items():
        with page.expect_download(timeout=60_000) as download:
            page.get_by_role("button", name=label).click()
        assert download.value.suggested_filename == f"{run.id}-{name}"
        assert Path(download.value.path()).read_bytes() == content
    (run.path / "model.keras").unlink()
    page.get_by_role("button", name="Model for Keras").click()
    expect(page.get_by_text("Failed to generate file for download")).to_be_visible()
    run.delete()
