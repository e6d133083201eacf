"""Figures with larger letters, for a projector. Must not import Streamlit, TensorFlow or Keras."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go

_USUAL = 12  # pixels of letters whose size a figure leaves open
_USUAL_HEIGHT = 450  # pixels of a figure that leaves it open


def enlarged(figure: go.Figure, times: float) -> go.Figure:
    """The figure, changed: letters and margins so many times as large; the height, where no width is set."""
    if times == 1:
        return figure
    for font in _fonts(figure):
        font.size = np.multiply(_USUAL if font.size is None else font.size, times).tolist()
    layout, added = figure.layout, {"l": 0.0, "r": 0.0, "t": 0.0, "b": 0.0}
    for side in added:
        added[side] = (layout.margin[side] or 0) * (times - 1)
        layout.margin[side] = added[side] + layout.margin[side] if layout.margin[side] is not None else None
    if layout.width is None:
        layout.height = round((layout.height or _USUAL_HEIGHT) * times)
    else:
        layout.width += added["l"] + added["r"]
        layout.height += added["t"] + added["b"]
    return figure


def enlarged_spec(spec: dict[str, Any], times: float) -> dict[str, Any]:
    """A Vega-Lite specification whose axes, legends and titles have letters so many times as large."""
    sizes = {f"{what}FontSize": _USUAL * times for what in ("label", "title")}
    return (
        spec if times == 1 else spec | {"config": spec.get("config", {}) | {"axis": sizes, "legend": sizes}}
    )


def _fonts(figure: go.Figure) -> Iterator[Any]:
    layout = figure.layout
    yield from (layout.font, layout.legend.font, layout.hoverlabel.font)
    for axis in (*figure.select_xaxes(), *figure.select_yaxes()):
        yield from (axis.tickfont, axis.title.font)
    yield from (note.font for note in figure.select_annotations())
    yield from (trace.textfont for trace in figure.data if "textfont" in trace)
