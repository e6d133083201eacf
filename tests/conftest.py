"""Fixtures that tests share: a runs folder, a real Chromium, a real dashboard, a real engine, real MNIST."""

import gc
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from lenet.errors import RunError
from lenet.runs.folder import Run
from lenet.runs.status import ACTIVE_STATES
from tests.chromium import FLAGS, find, fresh_tab
from tests.dashboard import Dashboard
from tests.dashboard import dashboard as running_dashboard

pytest_plugins = [
    "tests.acting",
    "tests.engine_fixtures",
    "tests.data_guard",
    "tests.full_disk",
    "tests.quick_pages",
]


# What takes longest comes first, so that at the end no process waits for the other: files, and folders
LONGEST = ("accessibility", "draw", "clicks", "inspect", "live", "train")
FIRST = ("engine", "training")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a browser lie evenly between the others: beside one that waits, the other process computes.

    Within a file, tests with a browser come last: Playwright keeps an event loop running in this thread
    until the browser is closed.
    """
    with_browser = {item.path for item in items if item.get_closest_marker("browser")}
    longest = [f"test_{name}_browser" for name in LONGEST]
    files = sorted(
        {item.path for item in items},
        key=lambda path: (path.stem not in longest, path.parent.name not in FIRST, path),
    )
    places = {}
    for kind in (True, False):
        of_kind = [path for path in files if (path in with_browser) is kind]
        places |= {path: (number / len(of_kind), path) for number, path in enumerate(of_kind)}
    items.sort(key=lambda item: (places[item.path], item.get_closest_marker("browser") is not None))


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
def runs_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Path]:
    """An empty runs folder that `LENET_RUNS` names, for this test alone."""
    folder = tmp_path / "runs"
    folder.mkdir()
    monkeypatch.setenv("LENET_RUNS", str(folder))
    yield folder
    if "engine" in request.fixturenames:
        _stop_runs(folder)


def _stop_runs(folder: Path) -> None:
    """What a test has started and left would train on, in the trainer that all tests share."""
    for path in folder.glob("*"):
        with suppress(RunError):
            run = Run.open(path.name, folder)
            if run.status().state in ACTIVE_STATES:
                run.write_control(command="stop")


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """One dashboard for all browser tests, with a runs folder of its own."""
    with running_dashboard(tmp_path_factory.mktemp("dashboard")) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator["BrowserType"]:  # noqa: F821
    """What launches Chromium by Playwright's synchronous interface, until this file's tests are done."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # beside other tests a page may take long
    require(find() is not None, "no Chromium: `python tests/chromium.py` installs one")
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="module")
def browser(chromium) -> Iterator["Browser"]:  # noqa: F821
    """A headless Chromium without anything in its caches."""
    launched = chromium.launch(executable_path=find(), args=FLAGS)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def browser_profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what Chromium caches of Streamlit's files, and compiles of them, for all tests."""
    return tmp_path_factory.mktemp("browser-profile")


@pytest.fixture(scope="module")
def returning_browser(chromium, browser_profile: Path) -> Iterator["BrowserContext"]:  # noqa: F821
    """A headless Chromium as somebody has who was here before; the window is a small laptop's."""
    context = chromium.launch_persistent_context(
        browser_profile, executable_path=find(), args=FLAGS, viewport={"width": 1280, "height": 900}
    )
    yield context
    context.close()


@pytest.fixture
def page(returning_browser) -> Iterator["Page"]:  # noqa: F821
    """A fresh tab that knows nothing of the tests before: all that it keeps is the files' cache."""
    with fresh_tab(returning_browser) as tab:
        yield tab
