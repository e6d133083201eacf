"""One image as a picture and as its matrix of numbers, as a Vega-Lite specification: hovering marks both.

Vega-Lite because a selection of it lives in both views at once, in the browser; plotly's hovering knows one.
Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lenet.figures.image_grid import data_uri

MOST_SIDE = 32  # rows and columns of numbers that are legible at once
_LARGEST_CELL = 48  # pixels
_MARK = "#ff4d8d"  # seen on black and on white
_PIXEL = "pixel"  # name of the selection
_MARKED = {"filter": {"param": _PIXEL, "empty": False}}


@dataclass(frozen=True)
class Room:
    """How much there is on a screen.

    Attributes:
        most: rows and columns of numbers that are legible at once.
        picture, matrix: pixels of their sides.
        letters: how many times as large as usual.
        is_narrow: whether the matrix is below the picture.
    """

    most: int = MOST_SIDE
    picture: int = 196
    matrix: int = 540
    letters: float = 1.0
    is_narrow: bool = False


@dataclass(frozen=True)
class Window:
    """The part of an image whose numbers are shown: from that row and column on."""

    top: int
    left: int
    height: int
    width: int


def window(image: np.ndarray, top: int = 0, left: int = 0, most: int = MOST_SIDE) -> Window:
    """The part of an image (H, W, …) of which there is room for the numbers; all of it where it is small."""
    height, width = (min(side, most) for side in image.shape[:2])
    return Window(min(top, image.shape[0] - height), min(left, image.shape[1] - width), height, width)


def pixel_rows(values: np.ndarray, part: Window) -> dict[str, list[float]]:
    """The columns of the chart's table, a row a pixel: row, column, value and the far edges.

    values: (H, W) uint8.
    """
    rows, columns = np.mgrid[part.top : part.top + part.height, part.left : part.left + part.width]
    return {
        "row": rows.ravel().tolist(),
        "column": columns.ravel().tolist(),
        "below": (rows + 1).ravel().tolist(),
        "right": (columns + 1).ravel().tolist(),
        "value": values[rows, columns].ravel().tolist(),
    }


def matrix_spec(
    image: np.ndarray,
    values: np.ndarray,
    part: Window,
    title: str,
    subtitle: str,
    ink: str,
    room: Room = Room(),
) -> dict[str, Any]:
    """The specification for `pixel_rows`: the picture, what is read under the pointer, and the matrix.

    Args:
        image: (H, W, C) uint8, the picture.
        values: (H, W) uint8, what is in the matrix: the picture, or one of its colors.
        part: what the matrix shows.
        title, subtitle: over the picture.
        ink: color of words, CSS.
        room: how much there is for it.
    """
    whole = Window(0, 0, *image.shape[:2])
    cell = min(round(_LARGEST_CELL * room.letters), room.matrix // max(part.height, part.width))
    scale = room.picture / max(image.shape[:2])
    shown = values[part.top : part.top + part.height, part.left : part.left + part.width]
    picture = _view("picture", image, whole, (round(scale * whole.width), round(scale * whole.height)))
    picture["title"] = _title(title, subtitle, ink, room.letters)
    matrix = _view("matrix", shown, part, (cell * part.width, cell * part.height), round(cell / 2))
    middle = {"row": part.top + part.height // 2, "column": part.left + part.width // 2}
    select = {"type": "point", "on": "pointerover", "clear": False, "fields": ["row", "column"]}
    return {
        "params": [{"name": _PIXEL, "select": select, "value": [middle], "views": ["picture", "matrix"]}],
        "vconcat" if room.is_narrow else "hconcat": [_with_readout(picture, ink, room), matrix],
        "spacing": 12,
        "autosize": {"type": "pad"},
        "padding": {"left": 4, "right": 4, "top": 4, "bottom": 4},
        "config": {"view": {"stroke": None}, "axis": _axis(room.letters)},
        "usermeta": {"embedOptions": {"renderer": "svg"}},
    }


def _view(
    name: str, image: np.ndarray, part: Window, size: tuple[int, int], number_size: int = 0
) -> dict[str, Any]:
    """An image, numbers over it (in that size of letters; 0: none), the mark, and what feels the pointer."""
    width, height = size
    picture = {"type": "image", "url": data_uri(image, max(1, width // image.shape[1]), most=2 * max(size))}
    picture |= {"width": width, "height": height, "aspect": False, "aria": False}
    middle = {"x": {"value": width / 2}, "y": {"value": height / 2}}
    cells = _cells(part, bool(number_size))
    mark = {"type": "rect", "fillOpacity": 0, "stroke": _MARK, "strokeWidth": 3}
    layers = [
        {"data": {"values": [{}]}, "mark": picture, "encoding": middle},
        *([_numbers(cells, number_size)] if number_size else []),
        {"transform": [_MARKED], "mark": mark, "encoding": cells},
        {"name": name, "mark": {"type": "rect", "fillOpacity": 0}, "encoding": cells},
    ]
    return {"width": width, "height": height, "layer": layers}


def _cells(part: Window, with_axes: bool) -> dict[str, Any]:
    """Where the square of a pixel lies."""
    places = {}
    for channel, near, far, first, count in (
        ("x", "column", "right", part.left, part.width),
        ("y", "row", "below", part.top, part.height),
    ):
        domain = [first, first + count] if channel == "x" else [first + count, first]
        every = 1 if count <= 16 else 5
        middles = [index + 0.5 for index in range(first, first + count) if index % every == 0]
        axis = {
            "values": middles, "labelExpr": "datum.value - 0.5", "labelPadding": 3, "title": near,
            "titlePadding": 2, "orient": "top" if channel == "x" else "left",
            "grid": False, "ticks": False, "domain": False,
        }  # fmt: skip
        places[channel] = {
            "field": near, "type": "quantitative", "scale": {"domain": domain, "nice": False, "zero": False},
            "axis": axis if with_axes else None,
        }  # fmt: skip
        places[f"{channel}2"] = {"field": far}
    return places


def _numbers(cells: dict[str, Any], size: int) -> dict[str, Any]:
    """The values in the middle of their squares; those of the background step back."""
    middle = {
        "x": cells["x"] | {"field": "middle_x"},
        "y": cells["y"] | {"field": "middle_y"},
    }
    color = {
        "condition": [
            {"test": "datum.value == 0", "value": "#6d7a78"},
            {"test": "datum.value > 117", "value": "#000"},
        ],
        "value": "#fff",
    }
    return {
        "transform": [
            {"calculate": "datum.column + 0.5", "as": "middle_x"},
            {"calculate": "datum.row + 0.5", "as": "middle_y"},
        ],
        "mark": {"type": "text", "fontSize": size, "baseline": "middle", "align": "center"},
        "encoding": middle | {"text": {"field": "value"}, "color": color},
    }


def _title(title: str, subtitle: str, ink: str, letters: float) -> dict[str, Any]:
    sizes = {"fontSize": 26 * letters, "subtitleFontSize": 14 * letters}
    words = {"text": title, "subtitle": subtitle, "anchor": "start"}
    return words | sizes | {"color": ink, "subtitleColor": ink}


def _axis(letters: float) -> dict[str, float]:
    return {"labelFontSize": 12 * letters, "titleFontSize": 12 * letters}


def _with_readout(picture: dict[str, Any], ink: str, room: Room) -> dict[str, Any]:
    return {"vconcat": [picture, _readout(ink, room)], "spacing": 8}


def _readout(ink: str, room: Room) -> dict[str, Any]:
    """The marked pixel in words: large, for a projector."""
    return {
        "width": room.picture,
        "height": 120 * room.letters,
        "transform": [_MARKED],
        "layer": [
            _line({"field": "value"}, 34, 52, ink, room.letters),
            _line("'row ' + datum.row + ', column ' + datum.column", 76, 17, ink, room.letters),
            _line("'scaled to 0–1: ' + format(datum.value / 255, '.3f')", 100, 15, ink, room.letters),
        ],
    }


def _line(text: str | dict[str, str], y: int, size: int, ink: str, letters: float) -> dict[str, Any]:
    """Words at that height, of a field or worked out."""
    mark = {
        "type": "text",
        "fontSize": size * letters,
        "align": "left",
        "x": 0,
        "y": y * letters,
        "color": ink,
    }
    if isinstance(text, dict):
        return {"mark": mark, "encoding": {"text": text}}
    return {
        "transform": [{"calculate": text, "as": "words"}],
        "mark": mark,
        "encoding": {"text": {"field": "words"}},
    }
