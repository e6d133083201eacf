"""A Chromium for the browser tests: Debian's headless shell, Playwright's, else a whole browser of either.

The headless shell comes first, which is Chromium without its windows: it takes two thirds of the processor
time. `python tests/chromium.py` installs one where there is none, and the shell where that is a matter of
seconds. Imports Playwright only to ask where its own is.
"""

import contextlib
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SHELL = "chromium-headless-shell"
WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
STORED = "local_storage,indexeddb,cache_storage,service_workers,file_systems"  # Chromium's words
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@functools.cache  # Playwright is asked once: where it drives a browser already, it answers no more
def find() -> str | None:
    """The path of a Chromium that starts, or None."""
    return next((path for path in _paths() if path and _starts(path)), None)


def _paths() -> Iterator[str | None]:
    yield shutil.which(SHELL)
    *shells, whole = _playwright_paths()
    yield from [*shells, *map(shutil.which, WHOLE), whole]


@contextlib.contextmanager
def fresh_tab(context: "BrowserContext") -> Iterator["Page"]:  # noqa: F821
    """A tab of a browser that keeps its caches; what pages have stored, their cookies and rights end with it.

    A load of Streamlit from the caches takes half the processor time.
    """
    yield context.new_page()
    window, *tabs = context.pages  # the first is the window's own
    for each in tabs:
        each.close()
    everything = {"origin": "*", "storageTypes": STORED}
    context.new_cdp_session(window).send("Storage.clearDataForOrigin", everything)
    context.clear_cookies()
    context.clear_permissions()


def install() -> str | None:
    """Playwright's own download, else Debian's package where this is root; the path, or None."""
    _quietly(sys.executable, "-m", "playwright", "install", "chromium")
    if _found_anew() is None and _may_use_apt():
        _apt_install()
    return _found_anew()


def _found_anew() -> str | None:
    find.cache_clear()
    return find()


def _may_use_apt() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install() -> None:
    quick = ("-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20")
    _quietly("apt-get", *quick, "update")
    _quietly("apt-get", *quick, "install", "--yes", "--no-install-recommends", SHELL, "fonts-liberation")


def _playwright_paths() -> list[str]:
    """Where Playwright's downloads would be: its shells, then the whole browser, which alone it names."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        whole = Path(playwright.chromium.executable_path)
    return [*map(str, whole.parents[2].glob("chromium_headless_shell-*/*/*headless*shell")), str(whole)]


def _starts(path: str) -> bool:
    """A stub, or a download that lacks system libraries, is there and does not start."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _quietly(*command: str) -> None:
    """Whatever fails here, `find` says afterwards whether a Chromium is there."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=900)


if __name__ == "__main__":
    path = find()
    if path and "headless" not in path and _may_use_apt():  # as in CI's container
        _apt_install()
        path = _found_anew()
    if path is None:
        print("No Chromium is installed: fetching one for the browser tests.", flush=True)
        path = install()
    if path is None:
        sys.exit(
            "The browser tests need Chromium: received none, and neither Playwright's download nor "
            "apt-get brought one. Install Chromium or Chrome and run `make test` again."
        )
    print(f"Browser tests: {path}")
