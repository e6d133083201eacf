"""Fixtures that tests share: a runs folder, a real Chromium, a real dashboard, a real engine, real MNIST."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import chromium
from tests.dashboard import Dashboard
from tests.dashboard import dashboard as running_dashboard

pytest_plugins = ["tests.engine_fixtures", "tests.data_guard", "tests.full_disk", "tests.quick_pages"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running in this thread once it has started."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_collection_finish() -> None:
    """What all tests have imported is no garbage: to look through it takes a third of a second each time."""
    gc.collect()
    gc.freeze()


def require(present: bool, reason: str) -> None:
    """Skips with `reason` where something is missing; in CI (CI=true) nothing may be missing, so it fails."""
    if not present and os.environ.get("CI") == "true":
        pytest.fail(f"Must not skip in CI: {reason}")
    if not present:
        pytest.skip(reason)


@pytest.fixture
def runs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty runs folder that `LENET_RUNS` names, for this test alone."""
    folder = tmp_path / "runs"
    folder.mkdir()
    monkeypatch.setenv("LENET_RUNS", str(folder))
    return folder


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """One dashboard for all browser tests, with a runs folder of its own."""
    with running_dashboard(tmp_path_factory.mktemp("dashboard")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:  # noqa: F821
    """A headless Chromium, driven by Playwright's synchronous interface."""
    from playwright.sync_api import sync_playwright

    executable = chromium.find()
    require(executable is not None, "no Chromium: `python tests/chromium.py` installs one")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser) -> Iterator["Page"]:  # noqa: F821
    """A fresh tab with its own cookies; a screen as a small laptop has."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
