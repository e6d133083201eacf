"""Inspect in a real browser: the epoch slider changes kernels, a click on a map opens its arithmetic."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from lenet.data import datasets
from lenet.drawing import url_encoding
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.inspection import api
from lenet.inspection.layer_arithmetic import work_out
from lenet.networks import model_uploads, pretrained
from lenet.runs.folder import Run
from lenet.runs.layers import Conv, Dense, MaxPool
from lenet.training.recipes import RECIPES
from lenet.training.trainer import train
from tests.dashboard import Dashboard
from tests.engine_fixtures import rested, stays, wait_until

pytestmark = pytest.mark.browser

SEVEN = render([Drawing((np.array([[150.0, 100], [350, 110], [230, 420]]),))])[0]
LAYERS = (
    Conv(filters=4, kernel_size=3),
    MaxPool(size=2),
    Dense(units=12),
    Dense(units=10, activation="softmax"),
)
_STATE = "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState"


@pytest.fixture(scope="module")
def run(dashboard: Dashboard) -> Run:
    """A finished run on the bundled digits, 8×8."""
    config = RECIPES["digits-quick"].config.replace(architecture=None, layers=LAYERS, epochs=3)
    made = Run.create(config, dashboard.runs)
    assert train(made).state == "finished"
    return made


@pytest.fixture
def tab(page: Page) -> Page:
    page.set_viewport_size({"width": 1280, "height": 800})
    return page


def opened(tab: Page, dashboard: Dashboard, query: str, picture: str) -> None:
    tab.goto(f"{dashboard.url}/inspect?{query}")
    tab.get_by_alt_text(picture).first.wait_for(timeout=180_000)
    settle(tab)


def settle(tab: Page) -> None:
    """The page has nothing more to do: it has rested for long enough to have heard of the last click."""
    wait_until(lambda: rested(lambda: tab.evaluate(_STATE), 0.15) == "notRunning", 30)


def source(tab: Page, picture: str) -> str:
    return tab.get_by_alt_text(picture).first.get_attribute("src")


def query(tab: Page) -> dict[str, str]:
    """Asked of the page: Playwright's own `url` waits for a call that lets it hear of changes."""
    address = tab.evaluate("() => location.href")
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def click_value(tab: Page, picture: str, row: int, column: int, rows: int) -> None:
    """In the first tile of a sheet."""
    image = tab.get_by_alt_text(picture).first
    side = image.bounding_box()["height"] / rows
    image.click(position={"x": (column + 0.5) * side, "y": (row + 0.5) * side})


def test_the_epoch_slider_changes_kernels_and_maps(tab: Page, dashboard: Dashboard, run: Run) -> None:
    opened(tab, dashboard, f"model={run.id}@2", "Kernels of C1")
    before = [source(tab, name) for name in ("Kernels of C1", "Feature maps of C1")]
    tab.get_by_role("slider").first.focus()
    tab.keyboard.press("ArrowLeft")
    wait_until(lambda: source(tab, "Kernels of C1") != before[0], 30)
    wait_until(lambda: source(tab, "Feature maps of C1") != before[1], 30)
    assert query(tab)["model"] == f"{run.id}@1"
    tab.keyboard.press("ArrowRight")
    wait_until(lambda: source(tab, "Kernels of C1") == before[0], 30)


def test_the_answer_and_the_layers_follow_the_finger_on_the_epoch_slider(
    tab: Page, dashboard: Dashboard, run: Run
) -> None:
    opened(tab, dashboard, f"model={run.id}@3&index=3", "Kernels of C1")
    answer, layer = tab.get_by_role("img", name="; then "), tab.locator(".row canvas").first
    expect(answer).to_have_count(1)
    before = answer.get_attribute("aria-label"), layer.evaluate("each => each.toDataURL()")
    thumb = tab.get_by_test_id("stSliderThumbValue").first.bounding_box()
    x, y = thumb["x"] + thumb["width"] - 4, thumb["y"] + thumb["height"] + 8
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x - 1000, y, steps=10)
    expect(answer).not_to_have_accessible_name(before[0])
    assert layer.evaluate("each => each.toDataURL()") != before[1]
    assert query(tab)["model"] == f"{run.id}@3", "the page itself has heard of nothing yet"
    live = answer.get_attribute("aria-label").removeprefix("Not sure: ")
    tab.mouse.up()
    wait_until(lambda: query(tab)["model"] == f"{run.id}@0", 30)
    settle(tab)
    assert answer.get_attribute("aria-label").removeprefix("Not sure: ") == live


def test_a_click_on_a_map_opens_its_arithmetic(tab: Page, dashboard: Dashboard, run: Run) -> None:
    image, _ = datasets.sample("digits", 3)
    layer = (activations := api.activations(run.id, image, str(dashboard.runs))).layers[0]
    opened(tab, dashboard, f"model={run.id}&index=3", "Feature maps of C1")
    rows = layer.after.shape[0]
    click_value(tab, "Feature maps of C1", 2, 4, rows)
    tab.get_by_alt_text("Patch times kernel, channel by channel").wait_for(timeout=30_000)
    chosen = query(tab)
    assert [chosen[name] for name in ("layer", "channel", "row", "column")] == ["1_conv", "0", "2", "4"]
    own = tab.get_by_text("The network's own value at row 2, column 4").inner_text()
    assert float(own.split()[-1]) == pytest.approx(float(layer.after[2, 4, 0]), rel=1e-4)
    worked = work_out(layer, activations.inputs, 0, 2, 4)
    assert f"{worked.before:.5g}" in tab.locator(".katex").first.inner_text().replace("−", "-")

    click_value(tab, "What comes out: click a place", 1, 0, rows)
    expect(tab.get_by_text("The network's own value at row 1, column 0")).to_be_visible(timeout=30_000)
    settle(tab)
    tab.keyboard.press("ArrowDown")
    expect(tab.get_by_text("The network's own value at row 2, column 0")).to_be_visible(timeout=30_000)
    settle(tab)
    assert query(tab)["row"] == "2"


def test_a_click_on_a_map_is_one_step_for_whoever_goes_back(
    tab: Page, dashboard: Dashboard, run: Run
) -> None:
    opened(tab, dashboard, f"model={run.id}&index=3", "Feature maps of C1")
    settle(tab)
    entries = tab.evaluate("() => history.length")
    click_value(tab, "Feature maps of C1", 2, 4, 6)
    tab.get_by_alt_text("Patch times kernel, channel by channel").wait_for(timeout=30_000)
    assert tab.evaluate("() => history.length") == entries + 1
    tab.go_back()
    wait_until(lambda: "layer" not in query(tab), 30)
    tab.get_by_alt_text("Feature maps of C1").first.wait_for(timeout=30_000)
    expect(tab.get_by_role("radio", name="Kernels and maps")).to_be_checked()


def test_hovering_reads_a_value(tab: Page, dashboard: Dashboard, run: Run) -> None:
    image, _ = datasets.sample("digits", 0)
    layer = api.activations(run.id, image, str(dashboard.runs)).layers[0]
    opened(tab, dashboard, f"model={run.id}", "Feature maps of C1")
    picture = tab.get_by_alt_text("Feature maps of C1").first
    side = picture.bounding_box()["height"] / layer.after.shape[0]
    picture.hover(position={"x": 3.5 * side, "y": 2.5 * side})
    words = tab.locator("output", has_text="C1 map 0").inner_text()
    value = float(re.fullmatch(r"C1 map 0 · row 2, column 3: (\S+)", words)[1])
    assert value == pytest.approx(float(layer.after[2, 3, 0]), rel=1e-4)


def test_the_animation_walks_and_pauses(tab: Page, dashboard: Dashboard, run: Run) -> None:
    link = f"model={run.id}&view=Arithmetic&layer=1_conv&channel=1&row=0&column=0"
    opened(tab, dashboard, link, "What comes out: click a place")
    tab.get_by_role("radio", name="Fast").click()
    tab.get_by_role("button", name="Play").click()
    for column in (1, 2, 3):  # as they pass by, or later ones
        tab.get_by_text(re.compile(rf"at row 0, column [{column}-9]|at row [1-9]")).wait_for(timeout=30_000)
    tab.get_by_role("button", name="Pause").click()
    expect(tab.get_by_role("button", name="Play")).to_be_visible(timeout=30_000)
    settle(tab)
    stopped = query(tab)
    assert (int(stopped["row"]), int(stopped["column"])) >= (0, 3)
    shown = tab.get_by_text(f"at row {stopped['row']}, column {stopped['column']}")
    stays(shown.is_visible, 0.6)


def test_layers_and_filters_are_clicked(tab: Page, dashboard: Dashboard, run: Run) -> None:
    opened(tab, dashboard, f"model={run.id}&view=Ablation", "Feature maps of C1")
    tab.locator("[data-testid=stVegaLiteChart]").first.wait_for(timeout=60_000)  # all is drawn
    settle(tab)
    click_value(tab, "Feature maps of C1", 1, 1, 6)
    tab.get_by_text("Accuracy on 297 test images").wait_for(timeout=60_000)
    tab.get_by_text("Off: C1: 0").wait_for(timeout=30_000)
    tab.get_by_role("button", name="Switch all on").click()
    tab.get_by_text("Off: C1").wait_for(state="detached", timeout=30_000)
    tab.locator("[data-testid=stVegaLiteChart]").first.wait_for(timeout=60_000)
    tab.get_by_role("button", name=re.compile("^F3, ")).click()
    tab.get_by_alt_text("Feature maps of F3").wait_for(timeout=30_000)
    assert query(tab)["layer"] == "3_dense"


def test_a_point_of_the_map_opens_its_image(tab: Page, dashboard: Dashboard, run: Run) -> None:
    opened(tab, dashboard, f"model={run.id}", "Kernels of C1")
    tab.get_by_role("radio", name="Embedding").click()
    canvas = tab.get_by_role("application", name="Map of 297 test images")
    canvas.wait_for(timeout=60_000)
    settle(tab)
    rested(lambda: canvas.evaluate("each => each.toDataURL()"), 0.2)  # the points glide to their places
    box, found = canvas.bounding_box(), re.compile(r"· image (\d+)$")
    for x in range(100, int(box["width"]) - 100, 12):
        tab.mouse.move(box["x"] + x, box["y"] + box["height"] / 2)
        if tab.locator(".card").is_visible():
            break
    index = found.search(tab.locator(".card").inner_text())[1]
    tab.mouse.down()
    tab.mouse.up()
    tab.get_by_text(f"Test image {index} of").wait_for(timeout=30_000)
    assert query(tab)["index"] == index


def test_a_link_opens_the_drawing_and_nothing_is_cut(tab: Page, dashboard: Dashboard) -> None:
    link = f"drawing={url_encoding.encode(SEVEN)}&model=lenet5-relu&view=All layers"
    opened(tab, dashboard, link, "Feature maps of Output")
    assert tab.title() == "LeNet Lab" and not tab.get_by_role("dialog").count()
    for name in ("C1", "S2", "C3", "S4", "F5", "F6", "Output"):
        box = tab.get_by_alt_text(f"Feature maps of {name}", exact=True).bounding_box()
        assert box["x"] + box["width"] <= 1280


def test_an_error_is_chosen_from_the_grid(tab: Page, dashboard: Dashboard, run: Run) -> None:
    opened(tab, dashboard, f"model={run.id}@1", "Kernels of C1")
    tab.get_by_role("button", name="More images").click()
    grid = tab.get_by_alt_text("Images to choose from")
    grid.wait_for(timeout=60_000)
    settle(tab)
    grid.click(position={"x": 20, "y": 20})
    wait_until(lambda: "index" in query(tab), 30)
    expect(tab.get_by_text("Wrong prediction")).to_be_visible(timeout=30_000)
    assert query(tab).get("part", "test") == "test"


def test_a_model_from_a_file(tab: Page, dashboard: Dashboard, run: Run) -> None:
    opened(tab, dashboard, f"drawing={url_encoding.encode(SEVEN)}&model=cnn-16-32", "Kernels of C1")
    tab.get_by_role("button", name="Bring a file").click()
    tab.locator("input[type=file]").first.set_input_files(pretrained.path("lenet5-relu"))
    tab.get_by_role("button", name="Open it").click()
    tab.get_by_role("button", name=re.compile("^C1, Convolution 5×5, 6 filters")).wait_for(timeout=30_000)
    tab.get_by_text("the usual ranges were tried").wait_for(timeout=30_000)
    name = query(tab)["model"]
    kept = model_uploads.path_of(name, dashboard.runs)
    assert kept.read_bytes() == pretrained.path("lenet5-relu").read_bytes()
    assert model_uploads.title_of(name, dashboard.runs) == "lenet5-relu.keras"


def test_a_picture_of_ones_own(tab: Page, dashboard: Dashboard, tmp_path: Path) -> None:
    Image.fromarray(SEVEN).save(tmp_path / "seven.png")
    opened(tab, dashboard, "model=cnn-16-32&index=1", "Kernels of C1")
    tab.get_by_role("button", name="More images").click()
    tab.get_by_role("radio", name="Picture").click()
    tab.get_by_text("A picture of digits").wait_for(timeout=30_000)
    tab.locator("input[type=file][accept*=png]").set_input_files(tmp_path / "seven.png")
    tab.get_by_role("button", name="Look inside at this one").wait_for(timeout=30_000)
    settle(tab)
    tab.get_by_role("button", name="Look inside at this one").click()
    wait_until(lambda: "drawing" in query(tab), 30)
    np.testing.assert_array_equal(url_encoding.decode(query(tab)["drawing"]), SEVEN)
    tab.get_by_text("A drawing, or a picture of your own").wait_for(timeout=30_000)
    tab.get_by_role("radio", name="Picture").wait_for(state="detached", timeout=30_000)  # it is closed


def test_what_takes_long_shows_how_far_it_is_and_a_click_cancels_it(
    tab: Page, dashboard: Dashboard, require_mnist
) -> None:
    tab.goto(f"{dashboard.url}/inspect?model=cnn-16-32&dataset=mnist&part=test&view=Test+set&map-by=t-SNE")
    bar = tab.get_by_text(re.compile("Looking at all test images|The map is forming"))
    bar.first.wait_for(timeout=180_000)
    for _ in range(3):  # between two ticks, and on one
        tab.get_by_role("button", name="Cancel").click()
        tab.get_by_text("Cancelled").wait_for(timeout=30_000)
        assert not bar.count()
        tab.get_by_role("button", name="Ask again").click()
        tab.get_by_role("button", name="Cancel").wait_for(timeout=30_000)
    tab.get_by_text("2,000 test images by the last hidden layer").wait_for(timeout=180_000)  # a first map


def test_a_point_of_the_embedding_is_picked_without_a_mouse(
    tab: Page, dashboard: Dashboard, run: Run
) -> None:
    tab.goto(f"{dashboard.url}/inspect?model={run.id}&view=embedding&index=0")
    points = tab.get_by_role("application", name="Map of 297 test images")
    points.wait_for(timeout=180_000)
    settle(tab)
    said = tab.locator(".said")
    points.focus()
    heard = set()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"):
        tab.keyboard.press(key)
        heard.add(said.text_content())
    assert len(heard) == 4 and all(re.search(r"· image \d+$", words) for words in heard)
    index = said.text_content().split()[-1]
    tab.keyboard.press("Enter")
    wait_until(lambda: query(tab)["index"] == index, 30)
