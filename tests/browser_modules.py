"""The JavaScript modules of `lenet/browser/`, run in a real Chromium without a dashboard."""

import base64
from collections.abc import Sequence

import numpy as np
from playwright.sync_api import Page, Route

from lenet.browser.modules_folder import FOLDER
from lenet.browser.no_digit_file import no_digit_file
from lenet.drawing.strokes import Drawing, to_json

_ORIGIN = "http://modules.test/"
_PREDICT = """async ({file, images, count}) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const { readNetwork } = await import("/network.js");
  const network = readNetwork(bytes(file).buffer);
  const all = bytes(images), size = all.length / count;
  const found = new Float32Array(count * network.classes.length);
  for (let index = 0; index < count; index += 1) {
    const image = all.subarray(index * size, (index + 1) * size);
    found.set(network.predict(image), index * network.classes.length);
  }
  return btoa(Array.from(new Uint8Array(found.buffer), (each) => String.fromCharCode(each)).join(""));
}"""
_RENDER = """async ({drawings, box, center}) => {
  const { render } = await import("/rasterization.js");
  const pixels = new Uint8Array(drawings.length * 784);
  drawings.forEach((each, index) => pixels.set(render(each, {box, center}), index * 784));
  return btoa(Array.from(pixels, (each) => String.fromCharCode(each)).join(""));
}"""

_DOUBT = """async ({file, noDigit, images, count}) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const { readNetwork } = await import("/network.js");
  const { doubt, variants } = await import("/abstention.js");
  const network = readNetwork(bytes(file).buffer), known = readNetwork(bytes(noDigit).buffer);
  const all = bytes(images);
  return Array.from({ length: count }, (_, index) => {
    const pixels = all.subarray(index * 784, (index + 1) * 784);
    const found = [pixels, ...variants(pixels)].map((each) => network.predict(each));
    return doubt(pixels, found, known, network.classes);
  });
}"""


def open_modules(page: Page) -> Page:
    """A blank page of a server that has the modules and nothing else."""
    page.route(f"{_ORIGIN}**", _answer)
    page.goto(_ORIGIN)
    return page


def _answer(route: Route) -> None:
    name = route.request.url.removeprefix(_ORIGIN)
    if not name:
        route.fulfill(body="<!doctype html><meta charset=utf-8><body></body>", content_type="text/html")
    else:
        route.fulfill(path=FOLDER / name, content_type="text/javascript")


def predict(page: Page, file: bytes, images: np.ndarray) -> np.ndarray:
    """(N, H, W, C) uint8 → (N, classes) float32: what the browser says of a network's file."""
    about = {"file": _text(file), "images": _text(images.tobytes()), "count": len(images)}
    found = np.frombuffer(base64.b64decode(page.evaluate(_PREDICT, about)), np.float32)
    return found.reshape(len(images), -1)


def doubts(page: Page, file: bytes, images: np.ndarray) -> list[str]:
    """(N, 28, 28) uint8 → why the browser doubts that network's predictions, "" where it does not."""
    about = {"file": _text(file), "noDigit": _text(no_digit_file())}
    return page.evaluate(_DOUBT, about | {"images": _text(images.tobytes()), "count": len(images)})


def render(page: Page, drawings: Sequence[Drawing], box: bool = True, center: bool = True) -> np.ndarray:
    """(N, 28, 28) uint8: what the browser makes of strokes."""
    about = {"drawings": [to_json(each) for each in drawings], "box": box, "center": center}
    found = np.frombuffer(base64.b64decode(page.evaluate(_RENDER, about)), np.uint8)
    return found.reshape(-1, 28, 28)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
