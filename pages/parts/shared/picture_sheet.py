"""A sheet of small pictures as one element: hovering reads values, a click picks a tile or a value in one.

What changes is drawn in place, without a flash: an epoch slider moves it some times a second. A component of
our own, for a plotly figure is mounted anew at every change. Must not import TensorFlow or Keras.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from lenet.figures.feature_map_sheets import Sheet
from lenet.figures.mosaics import data_url

_MOST_VALUES = 150_000  # sent along for hovering: 800 kB
_HERE = Path(__file__).parent

_mount = st.components.v2.component(
    "lenet_picture_sheet",
    html='<figure><img><div class="marks"></div><output></output></figure>',
    css=(_HERE / "picture_sheet.css").read_text("utf-8"),
    js=(_HERE / "picture_sheet.js").read_text("utf-8"),
)

Pick = Callable[[int, int, int], None]  # tile, row, column


@dataclass(frozen=True)
class Mark:
    """A frame on a sheet, in values of a tile: "chosen", "window", or "off"."""

    kind: Literal["chosen", "window", "off"]
    tile: int
    row: float = 0
    column: float = 0
    height: float = 1
    width: float = 1


def picture_sheet(
    sheet: Sheet,
    key: str,
    alt: str,
    on_pick: Pick | None = None,
    picks: Literal["tile", "value"] = "tile",
    picked: tuple[int, int, int] = (-1, 0, 0),
    marks: Sequence[Mark] = (),
    pace: int = 0,
    on_step: Callable[[], None] | None = None,
) -> None:
    """The sheet.

    Args:
        alt: what it shows, for those who hear it.
        on_pick: called with tile, row and column of what is clicked; None: nothing can be clicked.
        picks: what a click is for: "tile" or "value"; the arrow keys go from the `picked` one to the next.
        pace: milliseconds after which `on_step` is called, once this has been drawn; 0: never.
    """
    step = st.session_state.get(f"{key}-place", 0)

    def stepped() -> None:
        st.session_state[f"{key}-place"] = step + 1
        if on_step:
            on_step()

    data = sheet_data(sheet) | {
        "alt": alt, "picks": picks if on_pick else "", "picked": picked, "pace": pace, "step": step,
        "marks": [vars(mark) for mark in marks],
    }  # fmt: skip
    _mount(
        key=key, data=data, on_stepped_change=stepped,
        on_picked_change=lambda: on_pick and _picked(key, sheet, on_pick),
    )  # fmt: skip


def sheet_data(sheet: Sheet) -> dict[str, Any]:
    """What the browser needs of it."""
    picture = sheet.picture()
    values = sheet.values if sheet.values is not None and sheet.values.size <= _MOST_VALUES else None
    return {
        "src": data_url(picture), "width": picture.shape[1], "cells": sheet.tiles.shape[1:3],
        "count": len(sheet.tiles), "columns": sheet.columns, "zoom": sheet.zoom, "gap": sheet.gap,
        "labels": sheet.labels, "values": "" if values is None else _base64(values.astype("<f4").tobytes()),
    }  # fmt: skip


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _picked(key: str, sheet: Sheet, on_pick: Pick) -> None:
    """What the browser says was clicked, if it can have been."""
    match st.session_state[key].get("picked"):
        case [int(tile), int(row), int(column)] if 0 <= tile < len(sheet.tiles):
            on_pick(tile, row, column)
