"""A laptop that slept: the page comes back to a server that has forgotten it, and nothing set up is lost."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from tests.dashboard import dashboard
from tests.engine_fixtures import wait_until
from tests.phone_line import phone_line
from tests.train_controls import unfold

pytestmark = pytest.mark.browser

# `timers`: those by which the page asks whether its session is alive
_COUNT_TIMERS = """(() => {
  const [begin, end] = [setInterval, clearInterval];
  globalThis.timers = new Set();
  globalThis.setInterval = (...about) => {
    const timer = begin(...about);
    if (about[1] === 5000) timers.add(timer);
    return timer;
  };
  globalThis.clearInterval = (timer) => {
    timers.delete(timer);
    end(timer);
  };
})()"""


def test_what_was_set_up_is_there_again(tmp_path: Path, page: Page) -> None:
    forgetful = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "0"}
    with (
        dashboard(tmp_path, module="tests.light_workers", **forgetful) as running,
        phone_line(running.url) as line,
    ):
        page.add_init_script(_COUNT_TIMERS)
        page.goto(f"{line.url}/train?recipe=lenet5-relu")
        start = page.get_by_role("button", name="Start", exact=True)
        start.wait_for(timeout=60_000)
        page.get_by_role("combobox", name="Recipe").click()
        page.get_by_role("option", name="digits-quick").click()
        epochs = page.get_by_label("Epochs", exact=True).first  # a former one goes a moment later
        expect(epochs).to_have_value("30")
        unfold(page, "Batch size")
        for label, value in (("Epochs", "7"), ("Batch size", "48")):
            page.get_by_label(label, exact=True).first.fill(value)
            page.keyboard.press("Enter")
        page.wait_for_function("() => JSON.parse(lenetSession.setup).batch_size === 48")
        assert page.evaluate("timers.size") == 1, "one, however much is set up"
        line.cut()
        expect(page.get_by_text("The server had forgotten this page")).to_be_visible(timeout=60_000)
        expect(epochs).to_have_value("7")
        expect(page.get_by_label("Batch size", exact=True).first).to_have_value("48")
        expect(start).to_be_enabled(timeout=60_000)
        start.click()
        wait_until(lambda: len(list_runs(running.runs)) == 1)
        config = Run(running.runs / list_runs(running.runs)[0].id).config
        assert (config.recipe, config.epochs, config.batch_size) == ("digits-quick", 7, 48)
