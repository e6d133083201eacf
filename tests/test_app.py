"""The frame around the pages: addresses, theme, and a start that asks nothing."""

import os
import re
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from tests.dashboard import free_port
from tests.project import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", "/train"),
        ("/train", "/train"),
        ("/?recipe=cnn-16-32", "/train?recipe=cnn-16-32"),
        ("/train?recipe=cnn-16-32", "/train?recipe=cnn-16-32"),
    ],
)
def test_a_link_opens_the_page_it_names(dashboard, page, path, shown):
    page.goto(f"{dashboard.url}{path}")
    page.get_by_role("button", name="Start", exact=True).wait_for()
    page.wait_for_url(f"{dashboard.url}{shown}")
    assert not page.get_by_role("dialog").count()  # Streamlit's “Page not found”
    assert page.title() == "LeNet Lab"


@pytest.mark.browser
def test_a_first_link_to_a_fresh_server_goes_through_app(tmp_path, page):
    from tests.dashboard import dashboard

    with dashboard(tmp_path, module="tests.light_workers") as fresh:  # nothing is computed
        page.goto(f"{fresh.url}/train?recipe=digits-quick")
        page.get_by_role("button", name="Start", exact=True).wait_for()
        assert page.title() == "LeNet Lab"  # app.py says so; a page without it has its own title
        assert not page.get_by_role("dialog").count()  # Streamlit's “Page not found”
        page.get_by_role("button", name="Start", exact=True).click()  # the session goes on as any other
        page.wait_for_url(f"{fresh.url}/train?*run=*")


@pytest.mark.browser
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs /proc")
def test_the_server_has_no_tensorflow_in_its_memory(dashboard, page):
    page.goto(f"{dashboard.url}/train")
    page.get_by_role("button", name="Start", exact=True).wait_for()
    mapped = Path(f"/proc/{dashboard.pid}/maps").read_text()
    assert "numpy" in mapped  # so that the next lines look at the right process
    assert not re.findall(r".*/(?:tensorflow|keras|scipy|sklearn|cryptography)/.*", mapped)


def test_no_file_of_pages_answers_before_the_navigation():
    """Until its script has run once, Streamlit looks for the file of a link in `pages/` beside it."""
    script = next((ROOT / "pages").glob("navigation.py"))
    assert not (script.parent / "pages").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a pseudo-terminal and xdg-open")
def test_a_first_start_opens_the_browser_and_asks_nothing(tmp_path):
    """An empty home, a terminal, a display: where Streamlit would ask for an e-mail address and wait."""
    opener, opened = tmp_path / "xdg-open", tmp_path / "opened"
    opener.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    opener.chmod(0o755)
    environment = os.environ | {"HOME": str(tmp_path), "DISPLAY": ":99"}
    environment["PATH"] = f"{tmp_path}{os.pathsep}{environment['PATH']}"
    terminal, inner = os.openpty()
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=inner, stdout=inner, stderr=inner)
    try:
        deadline = time.monotonic() + 30
        while not opened.exists() or not opened.read_text().strip():
            assert server.poll() is None and time.monotonic() < deadline, os.read(terminal, 9999).decode()
            time.sleep(0.05)
        assert opened.read_text().strip() == f"http://localhost:{port}"
        said = os.read(terminal, 9999).decode()
        assert "email" not in said.lower() and "statistics" not in said.lower()
    finally:
        server.terminate()
        server.wait(timeout=15)
        os.close(terminal)
        os.close(inner)


@pytest.mark.browser
def test_only_this_machine_reaches_it(dashboard):
    port = int(dashboard.url.rpartition(":")[2])
    with socket.socket() as probe, pytest.raises(OSError):
        probe.connect((own_address(), port))


def own_address() -> str:
    """An address of this machine that is not loopback; skips where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # chooses an address, sends nothing
        except OSError:
            pytest.skip("this machine has no address but loopback")
        return probe.getsockname()[0]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_theme_is_legible(mode):
    """Contrast as in WCAG 2.2: 7:1 for text, 4.5:1 on buttons (whose words are white), 3:1 for lines."""
    theme = CONFIG["theme"][mode]
    for ground in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        assert contrast(theme["textColor"], ground) >= 7
    assert contrast("#ffffff", theme["primaryColor"]) >= 4.5
    assert contrast(theme["linkColor"], theme["backgroundColor"]) >= 4.5
    for line in (theme["primaryColor"], *theme["chartCategoricalColors"]):
        assert contrast(line, theme["backgroundColor"]) >= 3
    # Streamlit takes its own colours without a word unless there are just ten.
    assert len(theme["chartSequentialColors"]) == len(theme["chartDivergingColors"]) == 10


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Of sRGB `#rrggbb`."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
