"""The Draw page in a real browser: drawn with the mouse, answered as the command line answers it."""

import base64
import gzip
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from typer.testing import CliRunner

from lenet.cli import app
from lenet.shipped import SHIPPED
from lenet.strokes import Drawing, render, to_json
from tests.dashboard import Dashboard, dashboard
from tests.drawn_digits import drawn_digits
from tests.engine_fixtures import wait_until

pytestmark = pytest.mark.browser

MODEL = next(iter(SHIPPED))
SEEN = "The 28×28 pixels that the network sees"
PEN = 20  # of the page's usual canvas of 320 pixels
COUNT = 50
_STATE = "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState"


@pytest.fixture(scope="module")
def drawing_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard of its own: one test kills its worker, and drawings are stored in its data folder."""
    folder = tmp_path_factory.mktemp("draw")
    with dashboard(folder, LENET_DATA=str(folder / "data")) as running:
        yield running


@pytest.fixture
def draw_page(page: Page, drawing_board: Dashboard) -> Page:
    """The Draw page with an empty canvas, on a warm engine."""
    open_draw(page, drawing_board)
    draw(page, [np.array([[60.0, 60], [200, 250]])])
    page.get_by_alt_text("; then ").wait_for(timeout=180_000)
    clear(page)
    return page


def open_draw(page: Page, running: Dashboard, **query: str) -> None:
    query = {"model": MODEL} | query
    page.goto(f"{running.url}/draw?" + "&".join(f"{key}={value}" for key, value in query.items()))
    canvas(page).wait_for(timeout=60_000)
    canvas(page).hover()  # its toolbar moves out of the way
    page.wait_for_timeout(500)


def canvas(page: Page):
    return page.locator("canvas.upper-canvas").first


def draw(page: Page, strokes: list[np.ndarray]) -> list[np.ndarray]:
    """By the mouse, in pixels of the canvas; the whole pixels where the mouse was."""
    place, visited = canvas(page).bounding_box(), []
    for stroke in strokes:
        points = np.rint(stroke)
        points = points[np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))]
        for number, (x, y) in enumerate(points):
            page.mouse.move(place["x"] + x, place["y"] + y)
            if number == 0:
                page.mouse.down()
        page.mouse.up()
        visited.append(points)
    return visited


def clear(page: Page) -> None:
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_alt_text("No answer yet")).to_have_count(1, timeout=10_000)
    page.wait_for_timeout(400)  # what the canvas says of its being empty is over
    settle(page)


def settle(page: Page) -> None:
    """The page has nothing more to do."""
    wait_until(lambda: page.evaluate(_STATE) == "notRunning", 30)


def kept(points: np.ndarray) -> np.ndarray:
    """What Fabric keeps of a stroke: all points but the last but one."""
    return np.delete(points, -2, axis=0) if len(points) > 2 else points


def seen(page: Page) -> np.ndarray:
    """(28, 28) uint8: the pixels in the picture of what the network sees."""
    svg = base64.b64decode(page.get_by_alt_text(SEEN).get_attribute("src").partition(",")[2]).decode()
    png = re.search(r'data:image/png;base64,([^"]+)', svg)[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))))


def wait_for_image(page: Page, image: np.ndarray) -> None:
    """The network sees just these pixels, and the page has answered."""
    wait_until(lambda: np.array_equal(seen(page), image), 15)
    settle(page)


def guess(page: Page) -> str:
    """The first guess of the first model."""
    words = page.get_by_alt_text("; then ").first.get_attribute("alt")
    return re.fullmatch(r"(?:Not sure: )?(\d), .*", words)[1]


def predicted(drawings: list[Drawing], folder: Path) -> list[str]:
    """What `python -m lenet predict` says to these strokes, as a person gives them to it: in a file."""
    file = folder / "strokes.jsonl.gz"
    with gzip.open(file, "wt") as lines:
        lines.writelines(json.dumps(to_json(drawing)) + "\n" for drawing in drawings)
    result = CliRunner().invoke(app, ["predict", MODEL, str(file), "--json"])
    assert result.exit_code == 0, result.output
    return [str(each["prediction"]) for each in json.loads(result.stdout)["predictions"]]


def test_fifty_digits_are_answered_as_by_the_command_line(draw_page: Page, tmp_path: Path) -> None:
    page, answers = draw_page, []
    digits = drawn_digits(COUNT)
    for drawing, _ in digits:
        scale = 320 / drawing.canvas
        visited = draw(page, [stroke * scale for stroke in drawing.strokes])
        drawn = Drawing(tuple(kept(points) for points in visited), 320, PEN)
        wait_for_image(page, render([drawn])[0])  # bit for bit what the same points are rendered to
        answers.append(guess(page))
        clear(page)
    assert answers == predicted([drawing for drawing, _ in digits], tmp_path)
    right = sum(answer == str(label) for answer, (_, label) in zip(answers, digits, strict=True))
    assert right >= 40, "so that equal answers are not equal by being the same nonsense"
