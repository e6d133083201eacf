"""People's own pictures in a real browser: a zip and a folder are looked at, changed, added and shown."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from lenet.runs.run_index import list_runs
from tests.dashboard import Dashboard
from tests.dashboard import dashboard as running_dashboard
from tests.drawing_board import draw, wait_for_canvas
from tests.engine_fixtures import wait_until
from tests.made_datasets import COLORED, colored_shapes, folder_of, npz, picture, pictures_by_class, zip_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard whose data may be added to."""
    folder = tmp_path_factory.mktemp("own")
    with running_dashboard(folder, XDG_CACHE_HOME=str(folder / "cache")) as running:
        yield running


def form(page: Page, own: Dashboard) -> None:
    page.goto(f"{own.url}/data?dataset=digits")
    page.get_by_role("button", name="Use your own data").click(timeout=60_000)


def add(page: Page, name: str) -> None:
    button = page.get_by_role("button", name="Add", exact=True)
    expect(button).to_be_enabled(timeout=30_000)
    button.click()
    page.wait_for_url(f"**dataset={name}*", timeout=30_000)


def test_a_zip_of_pictures_is_seen_before_it_is_added(page: Page, own: Dashboard, tmp_path: Path) -> None:
    form(page, own)
    file = zip_of(tmp_path / "bars.zip", pictures_by_class())
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    expect(page.get_by_alt_text(re.compile("9 images: Yours, as stored"))).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Polarity: dark on light. Inverted: MNIST is light on dark.")).to_be_visible()
    page.get_by_role("radio", name="Keep").click()
    expect(page.get_by_text("Kept dark on light, though MNIST is light on dark.")).to_be_visible(
        timeout=30_000
    )
    page.get_by_role("radio", name="Invert").click()
    expect(page.get_by_text("Inverted: MNIST is light on dark.")).to_be_visible(timeout=30_000)
    add(page, "bars")
    expect(page.get_by_text("28×28, 2 classes, 19 images to train on, 5 to test")).to_be_visible(
        timeout=30_000
    )
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_hidden()  # the form is closed


def test_what_lies_over_the_page_is_as_dark(page: Page, own: Dashboard, tmp_path: Path) -> None:
    page.emulate_media(color_scheme="dark")
    form(page, own)
    expect(page.get_by_role("button", name="Use your own data")).to_have_css("color", "rgb(79, 197, 186)")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        zip_of(tmp_path / "dark.zip", pictures_by_class())
    )
    words = page.get_by_text("Polarity: dark on light. Inverted: MNIST is light on dark.")
    expect(words).to_have_css("color", "rgb(165, 179, 176)", timeout=30_000)


def test_a_network_learns_them_and_reads_what_is_drawn(page: Page, own: Dashboard, tmp_path: Path) -> None:
    form(page, own)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        zip_of(tmp_path / "lines.zip", pictures_by_class())
    )
    add(page, "lines")
    page.goto(f"{own.url}/train?recipe=cnn-16-32&dataset=lines&batch_size=8&epochs=30")
    start = page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_enabled(timeout=60_000)
    start.click()
    wait_until(lambda: [each.state for each in list_runs(own.runs)] == ["finished"], 120)
    [run] = list_runs(own.runs)
    page.goto(f"{own.url}/draw?model={run.id}")
    wait_for_canvas(page)
    for points, name in (((160, 40), (160, 280)), "standing"), (((40, 160), (280, 160)), "lying"):
        draw(page, [np.array(points, float)])
        expect(page.get_by_role("img", name="; then ")).to_have_accessible_name(re.compile(f"^{name}, "))
        page.get_by_role("button", name="Clear").click()
        expect(page.get_by_role("img", name="No prediction yet")).to_be_visible()  # else it clears the next


def test_images_in_color_go_through_all_pages(page: Page, own: Dashboard, tmp_path: Path) -> None:
    images, labels = colored_shapes(200)
    form(page, own)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        npz(tmp_path / "shapes.npz", x=images, y=labels, class_names=np.array(COLORED))
    )
    seen = "Colors: in 120 of 120 images that were looked at."
    for choice, words in (("Gray", "Made gray"), ("In color", "Kept")):
        page.get_by_role("radio", name=choice).click(timeout=30_000)
        expect(page.get_by_text(f"{seen} {words}.")).to_be_visible(timeout=30_000)
    add(page, "shapes")
    expect(page.get_by_text("32×32 in color, 10 classes")).to_be_visible(timeout=30_000)
    page.goto(f"{own.url}/train?recipe=digits-quick&dataset=shapes&epochs=3")
    page.get_by_role("button", name="Start", exact=True).click(timeout=60_000)
    wait_until(
        lambda: [each.state for each in list_runs(own.runs) if each.dataset == "shapes"] == ["finished"], 120
    )
    run = next(each.id for each in list_runs(own.runs) if each.dataset == "shapes")
    for address, words in {
        "data?dataset=shapes&view=image": "Green",
        f"evaluate?model={run}": "Errors in 40",
        f"inspect?model={run}": "a row for each of 3 input channels (red, green, blue)",
        f"inspect?model={run}&view=arithmetic": re.compile("In: (red|green|blue), which weighs most"),
        f"draw?model={run}": "a network of gray images of 28×28 pixels, as drawings are",
    }.items():
        page.goto(f"{own.url}/{address}")
        expect(page.get_by_text(words).first).to_be_visible(timeout=60_000)
        expect(page.get_by_test_id("stException")).to_have_count(0)
    page.goto(f"{own.url}/train?run={run}")
    page.get_by_role("button", name="Manage this run").click(timeout=60_000)
    expect(page.get_by_text("not of a network of colored images")).to_be_visible(timeout=30_000)


def test_a_folder_of_pictures_keeps_the_names_of_its_folders(
    page: Page, own: Dashboard, tmp_path: Path
) -> None:
    form(page, own)
    folder = folder_of(tmp_path / "my shapes", pictures_by_class("jpg"))
    page.get_by_role("radio", name="A folder").click()
    expect(page.get_by_text("A folder of pictures, in folders by class")).to_be_visible(timeout=30_000)
    page.locator("input[webkitdirectory]").set_input_files(folder)
    expect(page.get_by_text("2 classes: lying, standing.")).to_be_visible(timeout=30_000)
    add(page, "my-shapes")


def test_what_is_no_data_is_said_and_nothing_can_be_added(page: Page, own: Dashboard, tmp_path: Path) -> None:
    form(page, own)
    one = picture(np.eye(20, dtype=np.uint8) * 255)
    file = zip_of(tmp_path / "one.zip", {f"cats/{number}.png": one for number in range(20)})
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    expect(page.get_by_text("Classes: received 1 class, cats; expected a folder")).to_be_visible(
        timeout=30_000
    )
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_disabled()
