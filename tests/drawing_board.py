"""The canvas of the Draw page in a browser, and a hand with a mouse."""

import numpy as np
from playwright.sync_api import Page, expect

from tests.engine_fixtures import wait_until

SEEN = "The 28×28 pixels that the network sees"
_STATE = "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState"


def canvas(page: Page):
    return page.locator("canvas.upper-canvas").first


def wait_for_canvas(page: Page, seconds: float = 60.0) -> None:
    """Until the mouse draws on it: its cursor says so, and its toolbar has moved out of the way."""
    canvas(page).wait_for(timeout=1000 * seconds)

    def is_drawn_on() -> bool:
        canvas(page).hover(position={"x": 5, "y": 100})
        canvas(page).hover()
        return canvas(page).evaluate("each => getComputedStyle(each).cursor") == "crosshair"

    wait_until(is_drawn_on, seconds)
    expect(page.locator(".dc-toolbar").first).to_have_css("opacity", "1")


def slowly(stroke: np.ndarray, count: int = 8) -> np.ndarray:
    """With so many points from each to the next: of a corner alone the canvas makes a curve."""
    legs = [np.linspace(*leg, count, endpoint=False) for leg in zip(stroke[:-1], stroke[1:], strict=True)]
    return np.concatenate([*legs, stroke[-1:]])


def draw(page: Page, strokes: list[np.ndarray]) -> list[np.ndarray]:
    """By the mouse, in pixels of the canvas; where on it the mouse was, in whole pixels of the page.

    Chromium takes the mouse once for each frame of a screen, and each move waits for that.
    """
    box, visited = canvas(page).bounding_box(), []
    corner = np.array([box["x"], box["y"]])
    whole = np.rint(corner)
    for stroke in strokes:
        points = np.rint(stroke)
        points = points[np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))]
        for number, (x, y) in enumerate(points):
            page.mouse.move(whole[0] + x, whole[1] + y)
            if number == 0:
                page.mouse.down()
        page.mouse.up()
        visited.append(points + whole - corner)
    return visited


def settle(page: Page) -> None:
    """The page has nothing more to do."""
    wait_until(lambda: page.evaluate(_STATE) == "notRunning", 30)


def kept(points: np.ndarray) -> np.ndarray:
    """What Fabric keeps of a stroke: all points but the last but one."""
    return np.delete(points, -2, axis=0) if len(points) > 2 else points


def seen(page: Page) -> np.ndarray:
    """(28, 28) uint8: the pixels in the picture of what the network sees."""
    script = "(canvas) => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]"
    colors = page.get_by_role("img", name=SEEN).evaluate(script)
    return np.array(colors, np.uint8).reshape(28, 28, 4)[..., 0]


def wait_for_image(page: Page, image: np.ndarray) -> None:
    """The network sees just these pixels, and the page has answered."""
    wait_until(lambda: np.array_equal(seen(page), image), 15)
    settle(page)
