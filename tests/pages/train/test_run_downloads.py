"""Model, weights and curves of a run, downloaded from its menu."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from lenet.engine.base import Engine
from lenet.runs.folder import Run
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
