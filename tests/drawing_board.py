"""The canvas of the Draw page in a browser, and a hand with a mouse."""

import numpy as np
from playwright.sync_api import Page


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
