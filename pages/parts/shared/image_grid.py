"""Many small images in one element; a click says which one. Must not import TensorFlow or Keras."""

import hashlib
from collections.abc import Sequence

import numpy as np
import streamlit as st

from lenet.figures.image_grid import GAP, grid_figure
from pages.parts.shared.screen import screen


def image_grid(
    images: np.ndarray,
    key: str,
    hover: Sequence[str],
    columns: int = 12,
    tile: int = 56,
    captions: Sequence[str] = (),
    frames: Sequence[str | None] = (),
    places: Sequence[int] = (),
    row_titles: Sequence[str] = (),
    ink: str | None = None,
) -> int | None:
    """Images in rows, as `grid_figure` draws them.

    Returns:
        The index of the one that was clicked; None as long as none was, or other images came in its place.
    """
    on = screen()
    if not len(places):
        tile = round(tile * on.letters)
        columns = min(columns, max(1, on.width // (tile + GAP)))
    digest = hashlib.blake2s(np.ascontiguousarray(images).tobytes() + "".join(hover).encode(), digest_size=6)
    state = st.plotly_chart(
        grid_figure(images, columns, tile, hover, captions, frames, places, row_titles, ink, on.letters),
        width="content", theme="streamlit", key=f"{key}-{digest.hexdigest()}",
        on_select="rerun", selection_mode="points", config={"displayModeBar": False},
    )  # fmt: skip
    points = [point for point in state.selection.points if point["curve_number"] == 0]
    return points[0]["point_index"] if points else None
