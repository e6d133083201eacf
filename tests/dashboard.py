"""The real dashboard for tests and benchmarks: `streamlit run app.py` in a process of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.project import ROOT

STARTUP_SECONDS = 60


@dataclass(frozen=True)
class Dashboard:
    """A running dashboard: its address without a slash at the end, its folders, its process id."""

    url: str
    runs: Path
    log: Path
    pid: int


@contextlib.contextmanager
def dashboard(
    folder: Path, root: Path = ROOT, module: str = "streamlit", port: int = 0, **environment: str
) -> Iterator[Dashboard]:
    """Starts a dashboard whose runs and log lie in `folder`; ends it on leaving.

    `root`: of which build; `module`: what is run as Streamlit; `port`: 0 is a free one.

    Raises RuntimeError with the server's own words when no page is there within a minute.
    """
    port, runs, log = port or free_port(), folder / "runs", folder / "dashboard.log"
    command = [sys.executable, "-m", module, "run", "app.py"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    variables = os.environ | {"LENET_RUNS": str(runs)} | environment
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=root, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        url = f"http://localhost:{port}"
        _wait_until_healthy(url, process, log)
        yield Dashboard(url, runs, log, process.pid)
    finally:
        _end(process)


def free_port() -> int:
    """A TCP port of loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_healthy(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _healthy(url):
            return
        time.sleep(0.05)
    raise RuntimeError(f"The dashboard did not start within {STARTUP_SECONDS} s:\n{log.read_text()}")


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
