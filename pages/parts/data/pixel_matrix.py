"""One image as a picture and as its matrix of numbers; hovering one marks the other.

Must not import TensorFlow or Keras.
"""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lenet.data.dataset import DatasetInfo
from lenet.figures.pixel_matrix import Room, Window, matrix_spec, pixel_rows, window
from pages.parts.data.image_choice import Picked, image_choice
from pages.parts.shared import tour
from pages.parts.shared.screen import screen
from pages.parts.shared.tables import table
from pages.parts.shared.theme import ink

_COLORS = ("Red", "Green", "Blue")
_IN_GRAY = "A picture is a matrix of numbers: 0 is black, 255 is white."
_IN_COLOR = "A picture in color is three matrices of numbers: 0 is nothing of that color, 255 is all of it."
_ROOMS = {
    "laptop": Room(),
    "touch": Room(most=14, picture=140, matrix=308, is_narrow=True),
    "projector": Room(most=18, picture=480, matrix=756, letters=1.7),
}


def show(about: DatasetInfo, side: DeltaGenerator, stage: DeltaGenerator) -> None:
    """The view: the image is chosen at the left."""
    with side:
        picked = image_choice(about)
    if picked is None:
        return
    with stage:
        values, part = _what_of_it(picked)
        spec = matrix_spec(picked.image, values, part, picked.class_name, picked.title, ink(), _room())
        st.vega_lite_chart(
            table(pixel_rows(values, part)), spec, width="content", key="data-matrix",
            alt=f"{picked.title}, {picked.class_name}, as a picture and as its matrix of numbers",
        )  # fmt: skip
        words = _IN_COLOR if picked.image.shape[2] == 3 else _IN_GRAY
        st.caption(f"{words} Move over either to find the same pixel in the other.")
        tour.reached("load")


def _what_of_it(picked: Picked) -> tuple[np.ndarray, Window]:
    """(H, W) uint8, one color of it; and the part of that for which there is room."""
    image, channel, place = picked.image, 0, (0, 0)
    if image.shape[2] == 3:
        channel = _COLORS.index(
            st.segmented_control("Numbers of", _COLORS, default="Red", required=True, key="data-color")
        )
    if max(image.shape[:2]) > _room().most:
        place = _corner(image.shape)
    return image[..., channel], window(image, *place, _room().most)


def _room() -> Room:
    return _ROOMS[screen().name]


def _corner(shape: tuple[int, ...]) -> tuple[int, int]:
    """Row and column where the window of numbers begins."""
    columns, corner = st.columns(2), []
    for column, axis, name in zip(columns, shape, ("row", "column"), strict=False):
        beyond = max(axis - _room().most, 0)
        corner.append(
            column.slider(f"From {name}", 0, beyond, beyond // 2, key=f"data-{name}") if beyond else 0
        )
    return corner[0], corner[1]
