"""Clicks in a real browser, beside a live run and slow ticks: what is shown is what happens."""

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from playwright.sync_api import Page, TimeoutError, expect

from lenet.networks.architectures import ARCHITECTURES
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Dense
from lenet.training import fine_tuning
from lenet.training.recipes import RECIPES
from tests.dashboard import Dashboard
from tests.dashboard import dashboard as running_dashboard
from tests.engine_fixtures import wait_until
from tests.train_controls import set_number, start_button, unfold

pytestmark = pytest.mark.browser

SLOW_TICK = "0.6"  # seconds: some tick is under way nearly always


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, require_mnist: None) -> Iterator[Dashboard]:
    """A dashboard on which ticks are slow."""
    folder = tmp_path_factory.mktemp("slow")
    environment = {"SLOW_TICK": SLOW_TICK, "XDG_CACHE_HOME": str(folder / "cache")}  # data are added there
    with running_dashboard(folder, module="tests.slow_ticks", **environment) as running:
        yield running


@pytest.fixture
def train_page(page: Page, live: Dashboard) -> Page:
    """The Train page with a run live: what is started after it only queues."""
    page.goto(f"{live.url}/train?recipe=digits-quick")
    expect(start_button(page)).to_be_enabled(timeout=60_000)
    if not runs(live):
        set_number(page, "Epochs", "10000")
        started(page, live)
        (run,) = runs(live)
        wait_until(lambda: Run(live.runs / run).status().state == "running", 180)
        # Nobody waits for it; at its usual priority it would take a core from the tests beside this one
        min(psutil.Process(live.pid).children(), key=psutil.Process.create_time).nice(19)
    return page


def pick(page: Page, label: str, option: str) -> None:
    """In a select box, the option that begins so; opened again where the box is drawn anew under the list."""
    box, offered = page.get_by_label(label, exact=True).first, page.get_by_role("option", name=option).first
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(TimeoutError):
            box.click(timeout=30_000)
            box.fill(option.removesuffix(" ·"), timeout=30_000)  # a long list is not all there
            return offered.click(timeout=2_000)
    raise AssertionError(f"{label}: no {option} could be picked")


def runs(live: Dashboard) -> set[str]:
    return {path.name for path in live.runs.glob("[!.]*")}


def started(page: Page, live: Dashboard, press: Callable[[], None] | None = None) -> RunConfig:
    """Press Start, once more where the page was still changing and says so; what the run is asked to do."""
    before, press = runs(live), press or start_button(page).click
    refused = page.get_by_text("Nothing was started: the page was still changing")
    is_of_before = refused.count() > 0  # what is said of another press stays until something is drawn
    press()
    with contextlib.suppress(AssertionError):
        wait_until(lambda: len(runs(live)) > len(before) or (refused.count() and not is_of_before), 15)
    if len(runs(live)) == len(before):
        press()
    wait_until(lambda: len(runs(live)) > len(before), 30)
    (new,) = runs(live) - before
    page.wait_for_url(f"**run={new}*")  # the page has been drawn since
    return Run(live.runs / new).config


def value(page: Page, label: str):
    return expect(page.get_by_label(label, exact=True).first)


def pick_recipe(page: Page, name: str) -> RunConfig:
    """Picks it, and waits until all of it is on the page."""
    config = RECIPES[name].config
    pick(page, "Recipe", f"{name} ·")
    value(page, "Recipe").to_have_value(f"{name} · {RECIPES[name].title}")
    value(page, "Architecture").to_have_value(config.architecture)
    value(page, "Epochs").to_have_value(str(config.epochs))
    return config


def test_ten_choices_one_after_the_other(train_page: Page, live: Dashboard) -> None:
    page = train_page
    for name in ("cnn-16-32", "mnist-fast", "dense-2", "lenet5-linear"):
        config = pick_recipe(page, name)
        assert started(page, live) == config

    pick(page, "Architecture", "lenet-1")
    expect(page.get_by_text("conv 4@5×5")).to_be_visible()
    lenet_1 = {"architecture": "lenet-1", "layers": ARCHITECTURES["lenet-1"].layers}
    assert started(page, live) == config.replace(**lenet_1)

    config = pick_recipe(page, "dense-2").replace(dataset="digits")
    pick(page, "Data set", "Small digits")
    expect(page.get_by_text("8×8, 10 classes")).to_be_visible()
    assert started(page, live) == config

    config = config.replace(epochs=3, batch_size=50, learning_rate=0.25)
    unfold(page, "Batch size")
    for label, number in (("Epochs", "3"), ("Batch size", "50"), ("Learning rate", "0.25")):
        set_number(page, label, number)
    assert started(page, live) == config

    pick(page, "Optimizer", "SGD")
    set_number(page, "Momentum", "0.9")
    config = config.replace(optimizer="sgd", momentum=0.9)
    assert started(page, live) == config

    page.get_by_text("Edit layers").click()
    set_number(page, "Units of layer 1", "40")
    config = config.replace(architecture=None, layers=(Dense(units=40), *config.layers[1:]))
    assert started(page, live) == config

    unfold(page, "Start from")
    pick(page, "Start from", "cnn-16-32 ·")
    value(page, "Architecture").to_have_value("cnn-16-32")
    pick(page, "Data set", "MNIST")
    expect(page.get_by_text("28×28, 10 classes")).to_be_visible()
    config = fine_tuning.with_source(config, fine_tuning.find("cnn-16-32")).replace(dataset="mnist")
    assert started(page, live) == config


def test_what_was_just_typed_is_started(train_page: Page, live: Dashboard) -> None:
    page, config = train_page, RECIPES["digits-quick"].config
    for epochs in (5, 7, 9):
        page.get_by_label("Epochs", exact=True).first.fill(str(epochs))
        assert started(page, live) == config.replace(epochs=epochs)


def test_two_clicks_start_one_run(train_page: Page, live: Dashboard) -> None:
    page, before = train_page, len(runs(live))
    started(page, live, start_button(page).dblclick)
    expect(page.get_by_text("Start was pressed twice")).to_be_visible()
    assert len(runs(live)) == before + 1
    started(page, live)
    expect(page.get_by_text("Start was pressed twice")).to_have_count(0)


def test_start_while_another_recipe_is_being_drawn(train_page: Page, live: Dashboard) -> None:
    page, refused = train_page, train_page.get_by_text("Nothing was started: the page was still changing")
    for name in ("dense-2", "cnn-16-32", "mnist-fast"):
        before = runs(live)
        pick(page, "Recipe", f"{name} ·")
        start_button(page).click()
        wait_until(lambda before=before: runs(live) != before or refused.count())
        if runs(live) == before:
            expect(refused).to_contain_text(f"recipe {name}")
            assert started(page, live) == RECIPES[name].config
        else:  # all of it was drawn before the click
            (new,) = runs(live) - before
            assert Run(live.runs / new).config == RECIPES[name].config


def test_delete_is_never_lost(train_page: Page, live: Dashboard) -> None:
    page = train_page
    for _ in range(3):
        before = runs(live)
        started(page, live)
        (new,) = runs(live) - before
        page.locator(f".st-key-icon-manage-{new}").get_by_role("button").click()
        page.get_by_role("button", name="Delete this run").click()
        page.get_by_role("button", name=re.compile("Delete$")).click()
        wait_until(lambda new=new: new not in runs(live), 20)
        expect(page.get_by_text("will be gone for good")).to_have_count(0)


# Beside a look for data that are missing


def test_the_bundled_digits_are_chosen_instead_of_what_is_missing(page: Page, live: Dashboard) -> None:
    for _ in range(3):
        page.goto(f"{live.url}/data?dataset=my-digits")
        page.get_by_role("button", name="Use the bundled digits").click()
        page.wait_for_url("**dataset=digits*")
        value(page, "Data set").to_have_value("Small digits, 8×8 (bundled)")


def test_data_of_ones_own_are_chosen_once_they_are_added(page: Page, live: Dashboard, tmp_path: Path) -> None:
    images, file = np.arange(20 * 64, dtype=np.uint8).reshape(20, 8, 8), tmp_path / "leaves.npz"
    np.savez(file, x=images, y=np.arange(20) % 2)
    page.goto(f"{live.url}/data?dataset=my-digits")
    for name in ("oak", "ash", "elm"):
        page.get_by_role("button", name="Use your own data").click()
        expect(page.get_by_label("Name", exact=True)).to_have_count(1)  # the one before may be going yet
        expect(page.get_by_label("Name", exact=True)).to_have_value("", timeout=30_000)
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
        expect(page.get_by_role("button", name="Add", exact=True)).to_be_enabled(timeout=30_000)
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Add", exact=True).click()
        page.wait_for_url(f"**dataset={name}*")
        value(page, "Data set").to_have_value(name, timeout=30_000)
        expect(page.get_by_label("Name", exact=True)).to_be_hidden(timeout=30_000)  # the form has closed


# Pages that tick while they wait for an answer: a choice stays, however many follow one another


def is_settled(page: Page) -> None:
    expect(page.get_by_text("comes by itself")).to_have_count(0, timeout=120_000)
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=60_000
    )


@pytest.mark.parametrize("address", ["inspect", "evaluate"])
def test_models_that_are_chosen_one_after_the_other(page: Page, live: Dashboard, address: str) -> None:
    page.goto(f"{live.url}/{address}?model=lenet5-relu")
    for name in ("lenet5-tanh", "cnn-16-32", "dense-2", "lenet5-linear", "lenet5-best"):
        pick(page, "Model", f"{name} ·")
        value(page, "Model").to_have_value(re.compile(f"^{name} ·"))
    is_settled(page)
    value(page, "Model").to_have_value(re.compile("^lenet5-best ·"))
    page.wait_for_url("**model=lenet5-best*")


def test_models_to_draw_for(page: Page, live: Dashboard) -> None:
    page.goto(f"{live.url}/draw?model=lenet5-relu&model=dense-2&model=lenet5-tanh")
    boxes = page.get_by_label("Model", exact=True)
    for name in ("lenet5-linear", "cnn-16-32", "lenet5-best"):
        pick(page, "Model", f"{name} ·")
        expect(boxes.first).to_have_value(re.compile(f"^{name} ·"))
    page.locator(".st-key-icon-draw-model-0-lenet5-best-remove button").first.evaluate(
        "it => { it.click(); it.click() }"
    )
    is_settled(page)
    expect(boxes).to_have_count(2)
    expect(boxes.first).to_have_value(re.compile("^dense-2 ·"))
    page.wait_for_url("**model=dense-2&model=lenet5-tanh*")
