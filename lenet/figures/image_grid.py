"""Many small pictures as one figure that says which one is under the pointer, or was clicked.

Must not import Streamlit, TensorFlow or Keras.
"""

import base64
import io
import math
import re
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from lenet.figures.theme import BARE, CLEAR

GAP = 6  # pixels between two pictures
_LINE = 17  # pixels of a line of words below a picture
_WIDEST_TITLE = 130  # pixels
_LEAST_WIDTH = 150  # pixels: Streamlit 1.67 lays a narrower figure out for as many, and cuts it


def grid_figure(
    images: np.ndarray,
    columns: int,
    tile: int,
    hover: Sequence[str],
    captions: Sequence[str] = (),
    frames: Sequence[str | None] = (),
    places: Sequence[int] = (),
    row_titles: Sequence[str] = (),
    ink: str | None = None,
    letters: float = 1.0,
) -> go.Figure:
    """Pictures in rows. A click on one selects the point of its index.

    Args:
        images: (N, H, W), (N, H, W, 1) or (N, H, W, 3) uint8.
        columns: pictures in a row.
        tile: pixels that the longer side of a picture takes; it is enlarged without blur.
        hover: a text (HTML of plotly) for each.
        captions: a line below each, or some with <br>; none by default.
        frames: a color around each, CSS, or None.
        places: the cell of each, counted row by row; by default one after the other.
        row_titles: words at the left of each row, HTML of plotly; `ink`: their color, CSS.
        letters: how many times as large as usual they are.

    Returns:
        A figure of a fixed size in pixels, as wide as all columns, 150 at least.
    """
    cells = np.asarray(places if len(places) else range(len(images)), int)
    rows = max(1, math.ceil((cells.max(initial=0) + 1) / columns), len(row_titles))
    below = round(_LINE * letters) * max((1 + caption.count("<br>") for caption in captions), default=0)
    step_x, step_y = tile + GAP, tile + GAP + below
    lefts, tops = cells % columns * step_x + GAP / 2, cells // columns * step_y + GAP / 2
    figure = go.Figure(_targets(lefts + tile / 2, tops + tile / 2, tile, hover, frames))
    if captions:
        figure.add_trace(_captions(lefts + tile / 2, tops + tile + below / 2 + 2, captions, letters))
    _add_pictures(figure, images, lefts, tops, tile)
    _lay_out(figure, max(columns * step_x, _LEAST_WIDTH), rows * step_y)
    _add_row_titles(figure, row_titles, step_y, ink, letters)
    return figure


def _targets(
    x: np.ndarray, y: np.ndarray, tile: int, hover: Sequence[str], frames: Sequence[str | None]
) -> go.Scatter:
    """Squares over the pictures, nearly invisible, that receive the pointer; their outlines are frames."""
    outlines = [frame or CLEAR for frame in frames] or CLEAR
    marker = {"symbol": "square", "size": tile + 2, "color": "rgba(128,128,128,0.01)"}
    marker["line"] = {"width": 3 if frames else 0, "color": outlines}
    return go.Scatter(
        x=x, y=y, mode="markers", marker=marker, hovertext=list(hover), hoverinfo="text",
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
    )  # fmt: skip


def _captions(x: np.ndarray, y: np.ndarray, captions: Sequence[str], letters: float) -> go.Scatter:
    font = {"size": 12 * letters}
    return go.Scatter(x=x, y=y, mode="text", text=list(captions), textfont=font, hoverinfo="skip")


def _add_pictures(
    figure: go.Figure, images: np.ndarray, lefts: np.ndarray, tops: np.ndarray, tile: int
) -> None:
    """All at once: each addition would look at all before it again."""
    places = zip(images, lefts.tolist(), tops.tolist(), strict=True)
    figure.layout.images = [_placed(*each, tile) for each in places]


def _placed(picture: np.ndarray, left: float, top: float, tile: int) -> dict[str, object]:
    height, width = picture.shape[:2]
    zoom = max(1, tile // max(height, width))
    return {
        "source": data_uri(picture, zoom, most=2 * tile), "xref": "x", "yref": "y", "x": left, "y": top,
        "sizex": tile, "sizey": tile, "sizing": "contain", "layer": "below",
    }  # fmt: skip


def data_uri(picture: np.ndarray, zoom: int, most: int) -> str:
    """(H, W), (H, W, 1) or (H, W, 3) uint8 → a PNG as an address.

    Its sides are up to `most` pixels, its pixels enlarged by a whole number: a browser would blur them.
    """
    if picture.ndim == 3 and picture.shape[2] == 1:
        picture = picture[..., 0]
    file = io.BytesIO()
    enlarged = Image.fromarray(picture.repeat(zoom, axis=0).repeat(zoom, axis=1))
    enlarged.thumbnail((most, most), Image.Resampling.BOX)
    enlarged.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _lay_out(figure: go.Figure, width: int, height: int) -> None:
    figure.update_layout(
        width=width,
        height=height,
        **BARE,
        clickmode="event+select",
        xaxis={"visible": False, "fixedrange": True, "range": [0, width]},
        yaxis={"visible": False, "fixedrange": True, "range": [height, 0]},
    )


def _add_row_titles(
    figure: go.Figure, titles: Sequence[str], step_y: int, ink: str | None, letters: float
) -> None:
    """In a margin that the figure is made wider by."""
    if not titles:
        return
    lines = [re.sub("<[^>]*>", "", line) for title in titles for line in title.split("<br>")]
    margin = round(letters * min(_WIDEST_TITLE, 16 + 8 * max(map(len, lines))))
    figure.update_layout(width=figure.layout.width + margin, margin_l=margin)
    figure.layout.annotations = [
        {"text": title, "x": 0, "xref": "paper", "xanchor": "right", "xshift": -8, "y": (row + 0.5) * step_y,
         "yref": "y", "yanchor": "middle", "showarrow": False, "align": "right",
         "font": {"size": 15 * letters, "color": ink}} for row, title in enumerate(titles)
    ]  # fmt: skip
