"""The Draw page in a real browser: drawn with the mouse, answered as the command line answers it."""

import gzip
import json
import re
import weakref
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import psutil
import pytest
from PIL import Image
from playwright.sync_api import Page, WebSocket, expect
from typer.testing import CliRunner

from lenet.cli import app
from lenet.drawing import url_encoding
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing, to_json
from lenet.networks.pretrained import BEST as MODEL
from tests import chromium
from tests.dashboard import Dashboard, dashboard
from tests.drawing_board import canvas, draw, kept, seen, settle, wait_for_canvas, wait_for_image
from tests.drawn_digits import drawn_digits
from tests.engine_fixtures import wait_until
from tests.paper import Look, photograph, tile_of_drawing

pytestmark = pytest.mark.browser

PEN = 20  # of the page's usual canvas of 320 pixels
COUNT = 50
_connections: weakref.WeakKeyDictionary[Page, WebSocket] = weakref.WeakKeyDictionary()


@pytest.fixture(scope="module")
def drawing_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard of its own: one test kills its worker, and drawings are stored in its data folder."""
    folder = tmp_path_factory.mktemp("draw")
    with dashboard(folder, LENET_DATA=str(folder / "data")) as running:
        yield running


@pytest.fixture
def draw_page(page: Page, drawing_board: Dashboard) -> Page:
    """The Draw page with an empty canvas."""
    open_draw(page, drawing_board)
    settle(page)
    return page


def open_draw(page: Page, running: Dashboard, **query: str) -> None:
    query = {"model": MODEL} | query
    with page.expect_websocket() as connection:
        page.goto(f"{running.url}/draw?" + "&".join(f"{key}={value}" for key, value in query.items()))
    _connections[page] = connection.value
    wait_for_canvas(page)


def clear(page: Page) -> None:
    """Until the canvas has told the page that it is empty, too."""
    with _connections[page].expect_event("framesent", lambda frame: b'"objects":[]' in frame):
        page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("img", name="No prediction yet")).to_have_count(1, timeout=30_000)
    settle(page)


def first_prediction(page: Page) -> str:
    """The most probable class of the first model."""
    words = page.get_by_role("img", name="; then ").first.get_attribute("aria-label")
    return re.fullmatch(r"(?:Not sure: )?(\d), .*", words)[1]


def predicted(drawings: list[Drawing], folder: Path) -> list[str]:
    """What `python -m lenet predict` says to these strokes, as a person gives them to it: in a file."""
    file = folder / "strokes.jsonl.gz"
    with gzip.open(file, "wt") as lines:
        lines.writelines(json.dumps(to_json(drawing)) + "\n" for drawing in drawings)
    result = CliRunner().invoke(app, ["predict", MODEL, str(file), "--json"])
    assert result.exit_code == 0, result.output
    return [str(each["prediction"]) for each in json.loads(result.stdout)["predictions"]]


def every_fifth_point(drawing: Drawing) -> Drawing:
    """And the last of each stroke: the mouse waits a frame of the screen for each."""
    strokes = (np.concatenate([stroke[:-1:5], stroke[-1:]]) for stroke in drawing.strokes)
    return Drawing(tuple(strokes), drawing.canvas, drawing.pen)


def test_fifty_digits_are_answered_as_by_the_command_line(draw_page: Page, tmp_path: Path) -> None:
    page, answers = draw_page, []
    digits = [(every_fifth_point(drawing), label) for drawing, label in drawn_digits(COUNT)]
    for drawing, _ in digits:
        scale = 320 / drawing.canvas
        visited = draw(page, [stroke * scale for stroke in drawing.strokes])
        drawn = Drawing(tuple(kept(points) for points in visited), 320, PEN)
        wait_for_image(page, render([drawn])[0])  # bit for bit what the same points are rendered to
        answers.append(first_prediction(page))
        clear(page)
    assert answers == predicted([drawing for drawing, _ in digits], tmp_path)
    right = sum(answer == str(label) for answer, (_, label) in zip(answers, digits, strict=True))
    assert right >= 40, "so that equal answers are not equal by being the same nonsense"


CORNER = [np.array([[60.0, 60], [60, 200], [180, 200]])]
BAR = [np.array([[120.0, 150], [120, 280]])]


def image_of(strokes: list[np.ndarray], size: int = 320) -> np.ndarray:
    return render([Drawing(tuple(kept(points) for points in strokes), size, PEN)])[0]


def test_undo_clear_and_drawing_on(draw_page: Page) -> None:
    page = draw_page
    undo = page.get_by_role("button", name="Undo").first
    for _ in range(2):  # the second time the canvas is told to load what it has loaded before
        draw(page, CORNER)
        wait_for_image(page, image_of(CORNER))
        draw(page, BAR)
        wait_for_image(page, image_of(CORNER + BAR))
        undo.click()
        wait_for_image(page, image_of(CORNER))
        draw(page, BAR)
        wait_for_image(page, image_of(CORNER + BAR))
        undo.click()
        wait_for_image(page, image_of(CORNER))
        undo.click()
        expect(page.get_by_role("img", name="No prediction yet")).to_have_count(1)
        settle(page)
    draw(page, CORNER)
    wait_for_image(page, image_of(CORNER))
    clear(page)
    undo.click()
    wait_for_image(page, image_of(CORNER))
    clear(page)


def test_a_drawing_survives_another_screen_another_page_and_a_reload(draw_page: Page) -> None:
    page = draw_page
    draw(page, CORNER)
    wait_for_image(page, image_of(CORNER))
    unsure = page.get_by_role("img", name=re.compile("^Not sure: .*; then "))  # a corner is no digit
    words = unsure.get_attribute("aria-label")
    page.get_by_role("radio", name="Large").click()
    expect(canvas(page)).to_have_js_property("width", 760)
    settle(page)
    assert_about(seen(page), image_of(CORNER))
    bar = draw(page, [stroke * 760 / 320 for stroke in BAR])  # beside what was drawn on the smaller canvas
    both = [kept(CORNER[0]) * 760 / 320, kept(bar[0])]
    wait_until(lambda: close(seen(page), render([Drawing(tuple(both), 760, PEN)])[0]), 15)
    page.get_by_role("button", name="Undo").first.click()
    wait_until(lambda: close(seen(page), image_of(CORNER)), 15)
    page.get_by_role("link", name="Train").click()
    page.get_by_role("button", name="Start", exact=True).wait_for()
    page.get_by_role("link", name="Draw").click()
    for _ in range(2):
        expect(page.get_by_role("img", name="; then ")).to_have_attribute("aria-label", words, timeout=20_000)
        assert_about(seen(page), image_of(CORNER))
        wait_until(lambda: ink_on(page) > 1000, 10)
        settle(page)
        page.reload()


def test_a_finger_draws_on_a_phone_and_the_page_stays_where_it_is(
    browser, drawing_board: Dashboard, draw_page: Page
) -> None:
    agent = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, user_agent=agent
    )
    page, pen = context.new_page(), 26
    open_draw(page, drawing_board)
    expect(page.get_by_role("radio", name="Phone")).to_be_checked()
    place = canvas(page).bounding_box()
    assert place["x"] >= 0 and place["x"] + place["width"] <= 390
    touch = context.new_cdp_session(page)
    stroke = np.array([[160.0, 60], [158, 100], [156, 150], [154, 200], [150, 280]])
    for kind, points in (("touchStart", stroke[:1]), ("touchMove", stroke[1:]), ("touchEnd", [None])):
        for point in points:
            at = [] if point is None else [{"x": place["x"] + point[0], "y": place["y"] + point[1]}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
    wait_for_image(page, render([Drawing((kept(stroke),), 320, pen)])[0])
    assert page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTop") == 0
    answer = page.get_by_role("img", name="; then ").bounding_box()
    assert answer["y"] + answer["height"] <= 844, "canvas and answer are on the first screen"
    context.close()


def close(one: np.ndarray, other: np.ndarray) -> bool:
    """The same pixels, but for a line that a thousandth of a pixel has moved over an edge."""
    return np.abs(one.astype(int) - other).max() <= 2


def assert_about(one: np.ndarray, other: np.ndarray) -> None:
    assert close(one, other), np.abs(one.astype(int) - other).max()


def ink_on(page: Page) -> int:
    """Dark pixels on the canvas itself; −1 while there is no canvas, for it can come later than the rest."""
    return page.evaluate(
        """() => {
          const roots = [document, ...[...document.querySelectorAll('*')].map(each => each.shadowRoot)];
          const found = roots.map(root => root?.querySelector('canvas.dc-canvas'));
          const canvas = found.find(Boolean);
          if (!canvas) return -1;
          const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          let dark = 0;
          for (let at = 0; at < pixels.length; at += 4) dark += pixels[at + 3] > 100 && pixels[at] < 100;
          return dark;
        }"""
    )


def test_a_reload_in_another_tab_leaves_the_first_one_alone(draw_page: Page) -> None:
    page = draw_page
    draw(page, CORNER)
    wait_for_image(page, image_of(CORNER))
    page.wait_for_url("**sketch=*")  # the server has heard of it, a moment after the browser's own answer
    tab = page.context.new_page()
    tab.goto(page.url)
    tab.get_by_role("img", name="; then ").wait_for(timeout=30_000)
    assert_about(seen(tab), image_of(CORNER))
    wait_for_canvas(tab)
    draw(tab, BAR)
    wait_until(lambda: close(seen(tab), image_of(CORNER + BAR)), 15)
    page.reload()
    page.get_by_role("img", name="; then ").wait_for(timeout=30_000)
    settle(page)
    assert_about(seen(page), image_of(CORNER))


def test_a_dead_worker_is_said_and_what_it_answers_comes_by_itself(
    draw_page: Page, drawing_board: Dashboard
) -> None:
    page = draw_page
    page.get_by_role("radio", name="Attribution").click()
    workers = psutil.Process(drawing_board.pid).children(recursive=True)
    assert len(workers) == 2
    max(workers, key=psutil.Process.create_time).kill()  # the trainer is started first
    draw(page, CORNER)
    expect(page.get_by_role("img", name="; then ")).to_have_count(1)
    expect(page.get_by_text("the answer comes by itself")).to_be_visible(timeout=30_000)
    draw(page, BAR)
    page.get_by_alt_text("Grad-CAM over the drawing").wait_for(timeout=120_000)
    assert_about(seen(page), image_of(CORNER + BAR))
    settle(page)
    expect(page.get_by_text("the answer comes by itself")).to_have_count(0)


def test_why_opens_the_same_drawing_on_the_inspect_page(draw_page: Page) -> None:
    page = draw_page
    draw(page, CORNER)
    wait_for_image(page, image_of(CORNER))
    page.get_by_role("radio", name="Attribution").click()
    page.get_by_alt_text("Grad-CAM over the drawing").wait_for(timeout=30_000)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open on the Inspect page").click()
    address = urlsplit(opened.value.url)
    asked = parse_qs(address.query)
    assert address.path == "/inspect" and asked["model"] == [MODEL]
    assert np.array_equal(url_encoding.decode(asked["drawing"][0]), image_of(CORNER))
    opened.value.get_by_alt_text("The image that is looked at").wait_for(timeout=30_000)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A photograph of a 2, a 7 and a 4 on paper."""
    labels = [2, 7, 4]
    drawings = [next(drawing for drawing, label in drawn_digits(50) if label == each) for each in labels]
    look = Look(digit=150, ink=0.15, paper=0.85, light=0.2, shadow=0.1, noise=2, texture=0.01, blur=1)
    tiles = [tile_of_drawing(drawing, look.digit, 13) for drawing in drawings]
    file = tmp_path / "paper.jpg"
    Image.fromarray(photograph(tiles, 3, look, np.random.default_rng(0))).resize((640, 480)).save(file)
    return file


def test_a_photograph_from_a_file(draw_page: Page, paper: Path) -> None:
    page = draw_page
    draw(page, CORNER)
    wait_for_image(page, image_of(CORNER))
    page.get_by_role("radio", name="Photograph").click()
    page.locator("input[type=file]").set_input_files(paper)
    expect(page.get_by_role("heading", name="2 7 4")).to_be_visible(timeout=30_000)
    page.get_by_role("radio", name="3rd", exact=True).click()
    expect(page.get_by_role("img", name="; then ")).to_have_attribute(
        "aria-label", re.compile("4, "), timeout=30_000
    )
    page.get_by_role("radio", name="Canvas").click()
    canvas(page).wait_for()
    wait_until(lambda: close(seen(page), image_of(CORNER)), 15)
    wait_until(lambda: ink_on(page) > 1000, 10)


def test_a_photograph_from_the_camera(
    browser, drawing_board: Dashboard, draw_page: Page, paper: Path, tmp_path: Path
) -> None:
    film = tmp_path / "film.mjpeg"  # what Chromium takes for a camera
    film.write_bytes(paper.read_bytes() * 10)
    flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    flags.append(f"--use-file-for-fake-video-capture={film}")
    filming = browser.browser_type.launch(executable_path=chromium.find(), args=chromium.FLAGS + flags)
    page = filming.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{drawing_board.url}/draw?model={MODEL}&source=Photograph")
    page.get_by_role("radio", name="Camera").click()
    # As a person does: not before the camera's picture is there. Streamlit ignores a click sooner than that.
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 2", timeout=30_000)
    page.get_by_role("button", name="Take photo").click(timeout=30_000)
    expect(page.get_by_role("heading", name="2 7 4")).to_be_visible(timeout=30_000)
    filming.close()


def test_a_first_link_to_a_fresh_server_and_the_first_digit(tmp_path: Path, page: Page) -> None:
    """Nothing is trained, no data are here: a link to Draw, a digit, an answer."""
    folder = str(tmp_path / "data")
    with dashboard(tmp_path, module="tests.light_workers", LENET_DATA=folder) as fresh:
        page.goto(f"{fresh.url}/draw?model={MODEL}")
        wait_for_canvas(page)
        assert page.title() == "LeNet Lab"  # app.py says so; a page without it has its own title
        draw(page, CORNER)
        page.get_by_role("img", name="; then ").wait_for(timeout=120_000)  # there before the pen is lifted
        wait_for_image(page, image_of(CORNER))
        server = psutil.Process(fresh.pid)
        assert server.memory_info().rss < 250e6
        assert not [file.path for file in server.memory_maps() if "tensorflow" in file.path]
