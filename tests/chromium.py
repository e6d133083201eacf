"""A Chromium for the browser tests: one that is installed, else Playwright's own, else Debian's package.

The headless shell comes first, which is Chromium without its windows: it takes two thirds of the processor
time. `python tests/chromium.py` installs one where there is none, and the shell where that is a matter of
seconds. Imports Playwright only to ask where its own is.
"""

import contextlib
import os
import shutil
import subprocess
import sys

SHELL = "chromium-headless-shell"
INSTALLED = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str | None:
    """The path of a Chromium that starts, or None."""
    installed = (shutil.which(name) for name in INSTALLED)
    found = next((path for path in installed if path and _starts(path)), None)
    return found or next(filter(_starts, [_playwright_path()]), None)


def install() -> str | None:
    """Playwright's own download, else Debian's package where this is root; the path, or None."""
    _quietly(sys.executable, "-m", "playwright", "install", "chromium")
    if find() is None and _may_use_apt():
        _quietly("apt-get", "update")
        _apt_install()
    return find()


def _may_use_apt() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install() -> None:
    quick = ("-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20")
    _quietly("apt-get", *quick, "install", "--yes", "--no-install-recommends", SHELL, "fonts-liberation")


def _playwright_path() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


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
    if path and not shutil.which(SHELL) and _may_use_apt():  # as in CI's container
        _apt_install()
        path = find()
    if path is None:
        print("No Chromium is installed: fetching one for the browser tests.", flush=True)
        path = install()
    if path is None:
        sys.exit(
            "The browser tests need Chromium: received none, and neither Playwright's download nor "
            "apt-get brought one. Install Chromium or Chrome and run `make test` again."
        )
    print(f"Browser tests: {path}")
