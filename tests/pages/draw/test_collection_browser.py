"""A class collects digits, and symbols of its own, in a real browser, and trains a network on them."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from lenet.data.drawing_collection import Collection, images
from lenet.data.drawing_sets import DrawingSet
from lenet.drawing.rasterization import render
from lenet.networks.pretrained import PRETRAINED
from lenet.proportion import accuracy
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from tests.dashboard import Dashboard, dashboard
from tests.drawing_board import draw, wait_for_canvas
from tests.drawn_digits import drawn_digits
from tests.made_symbols import CANVAS, drawn
from tests.train_controls import set_number

pytestmark = pytest.mark.browser

MODEL = next(iter(PRETRAINED))
COUNT = 60


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard with a data folder of its own, where sixty digits are collected."""
    folder = tmp_path_factory.mktemp("class")
    for drawing, label in drawn_digits(COUNT):
        collection(folder / "runs").add(drawing, label, render([drawing])[0])
    with dashboard(folder, LENET_DATA=str(folder / "data")) as running:
        yield running


def collection(runs: Path) -> Collection:
    return Collection(runs.parent / "data" / "my-digits")


def open_gallery(page: Page, running: Dashboard) -> None:
    page.goto(f"{running.url}/draw?more=Collect&model={MODEL}")
    expect(page.get_by_text(f" of {COUNT}").first).to_be_visible(timeout=180_000)


def test_a_class_fine_tunes_a_model_on_its_own_digits(page: Page, classroom: Dashboard) -> None:
    open_gallery(page, classroom)
    page.get_by_role("button", name=f"Fine-tune {MODEL} on these digits").click()
    page.wait_for_url(re.compile(rf"/train\?from={MODEL}&dataset=my-digits$"))
    expect(page.get_by_text(re.compile(r"\d+ images to train on, \d+ to test"))).to_be_visible()
    set_number(page, "Epochs", "2")  # of the twenty that it has: enough to see that it trains
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("Finished").first).to_be_visible(timeout=120_000)
    (summary,) = list_runs(classroom.runs)
    run = Run(classroom.runs / summary.id)
    assert (run.config.initial_weights, run.config.dataset, run.config.epochs) == (MODEL, "my-digits", 2)
    page.get_by_role("link", name="Draw").click()
    expect(page.get_by_role("radio", name="Collect")).to_be_checked()  # the page was left so
    row = page.get_by_role("row").filter(has_text=f"{MODEL} on my-digits")
    tested = accuracy(summary.status.test_accuracy, summary.status.test_images)  # not trained on
    expect(row.get_by_role("cell").last).to_contain_text(tested, timeout=60_000)


def test_a_stroke_is_stored_with_its_label(page: Page, classroom: Dashboard) -> None:
    open_gallery(page, classroom)
    wait_for_canvas(page)
    draw(page, [np.array([[150.0, y] for y in range(60, 261, 20)])])
    expect(page.get_by_role("button", name="1", exact=True)).to_be_enabled(timeout=30_000)
    page.get_by_role("button", name="1", exact=True).click()
    expect(page.get_by_text("Stored as a 1.")).to_be_visible(timeout=30_000)
    entry = collection(classroom.runs).entries()[-1]
    assert entry.label == 1 and len(entry.drawing.strokes) == 1
    assert (images([entry])[0].sum(axis=0) > 0).sum() < 8, "a thin line"
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Stored as a 1.")).to_have_count(0, timeout=30_000)
    assert len(collection(classroom.runs).entries()) == COUNT


def test_an_export_survives_the_deletion_of_all(page: Page, classroom: Dashboard, tmp_path: Path) -> None:
    folder = collection(classroom.runs).folder
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    open_gallery(page, classroom)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    assert download.value.suggested_filename == "my-digits.jsonl.gz"
    download.value.save_as(tmp_path / "my-digits.jsonl.gz")
    page.get_by_text("Delete", exact=True).click()
    page.get_by_role("button", name=f"Delete all {COUNT}").click()
    page.get_by_role("button", name="Delete all", exact=True).click()
    expect(page.get_by_text("No digits yet")).to_be_visible(timeout=30_000)
    assert not list(folder.iterdir())
    page.get_by_role("button", name="Import").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "my-digits.jsonl.gz")
    expect(page.get_by_text(f"{COUNT} drawings were added.")).to_be_visible(timeout=20_000)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


# Own symbols

SYMBOLS = ("☺", "house", "×")


def stored(page: Page, name: str, number: int) -> None:
    """One more drawing of that symbol by the mouse, stored by its button, which counts it."""
    symbol = drawn(name, np.random.default_rng(number))
    wait_for_canvas(page)
    draw(page, [stroke * 320 / CANVAS for stroke in symbol.strokes])
    button = page.get_by_role("button", name=re.compile(rf"^{name} · "))
    expect(button).to_be_enabled(timeout=30_000)
    button.click()
    expect(page.get_by_text(f"Stored as {name}.")).to_be_visible(timeout=30_000)


def drawn_by_others(symbols: DrawingSet, count: int) -> None:
    """What the rest of the class draws at the same time."""
    for number in range(count):
        for name in SYMBOLS:
            drawing = drawn(name, np.random.default_rng(100 + number))
            symbols.add(drawing, name, render([drawing])[0])


def test_a_class_trains_a_network_on_symbols_of_its_own(page: Page, classroom: Dashboard) -> None:
    page.goto(f"{classroom.url}/draw?more=collect")
    page.get_by_role("button", name="Own symbols").click()
    page.get_by_role("button", name="Make the set").click()
    expect(page.get_by_text("No drawings yet.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="☺", exact=True).click()
    expect(page.get_by_role("button", name="☺ · 0/10")).to_be_visible(timeout=30_000)
    page.get_by_role("textbox", name="Another class").fill("house, ×")
    page.get_by_role("textbox", name="Another class").press("Enter")
    expect(page.get_by_role("button", name="× · 0/10")).to_be_visible(timeout=30_000)
    symbols = DrawingSet(collection(classroom.runs).folder.parent / "drawing-sets" / "our-symbols")
    assert symbols.classes() == SYMBOLS and symbols.title == "Our symbols"
    for number, name in enumerate(SYMBOLS):
        stored(page, name, number)
    drawn_by_others(symbols, 9)
    assert symbols.counts() == dict.fromkeys(SYMBOLS, 10)
    page.goto(f"{classroom.url}/draw?more=collect&set=our-symbols")
    expect(page.get_by_text("Every class has 10 drawings or more.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Train a network on it").click()
    page.wait_for_url(re.compile(r"/train\?from=lenet5-draw&dataset=our-symbols$"))
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Draw for it").click(timeout=120_000)
    page.wait_for_url(re.compile(r"/draw\?model=[^&]+&more=collect&set=our-symbols"))
    wait_for_canvas(page)
    symbol = drawn("house", np.random.default_rng(7))
    draw(page, [stroke * 320 / CANVAS for stroke in symbol.strokes])
    card = page.get_by_role("img", name=re.compile(r"^house, [\d.> ]+ %; then (☺|×), "))
    expect(card).to_be_visible(timeout=30_000)
    heard = page.locator(".heard")  # once it is known whether to believe it
    expect(heard).to_have_text(re.compile(r"^2[^:]+: house, "), timeout=30_000)
