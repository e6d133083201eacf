"""Figures of the glossary: lines, bars, points and small pictures, for light and dark pages.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from lenet.figures.mosaics import diverging, grey
from lenet.figures.theme import standing

Line = tuple[Sequence[float], Sequence[float]]  # x, y
_HEIGHT = 330


def line_figure(
    lines: Mapping[str, Line],
    x_title: str,
    y_title: str,
    y_range: tuple[float, float] | None = None,
    points: str = "",
) -> go.Figure:
    """A line for each name; `y_range`: where a line may leave the figure; `points`: one without a line."""
    figure = go.Figure([
        go.Scatter(x=list(x), y=list(y), name=name, marker={"size": 9 if name == points else 5},
                   mode="markers" if name == points else "lines+markers" if len(x) < 60 else "lines")
        for name, (x, y) in lines.items()
    ])  # fmt: skip
    figure.update_layout(
        **standing(_HEIGHT), showlegend=len(lines) > 1,
        xaxis={"title": {"text": x_title}, "fixedrange": True},
        yaxis={"title": {"text": y_title}, "fixedrange": True, "range": y_range},
    )  # fmt: skip
    return figure


def bar_figure(
    names: Sequence[str], bars: Mapping[str, Sequence[float]], y_title: str, number: str = ".4~g"
) -> go.Figure:
    """A bar for each name, side by side where there are several kinds; `number`: how plotly writes them."""
    figure = go.Figure([
        go.Bar(x=list(names), y=list(values), name=kind, texttemplate=f"%{{y:{number}}}",
               textposition="outside", cliponaxis=False)
        for kind, values in bars.items()
    ])  # fmt: skip
    figure.update_layout(
        **standing(_HEIGHT), showlegend=len(bars) > 1, barmode="group",
        xaxis={"type": "category", "fixedrange": True},
        yaxis={"title": {"text": y_title}, "fixedrange": True, "tickformat": number},
    )  # fmt: skip
    return figure


def point_figure(points: np.ndarray, labels: np.ndarray, titles: tuple[str, str]) -> go.Figure:
    """Points (N, 2) in the color of their class (N,); `titles`: of the axes."""
    figure = go.Figure()
    for label in np.unique(labels):
        x, y = points[labels == label].T
        figure.add_scatter(x=x, y=y, mode="markers", name=str(label), marker={"size": 8}, hoverinfo="name")
    figure.update_layout(
        **standing(460), showlegend=True, xaxis={"title": {"text": titles[0]}, "fixedrange": True},
        yaxis={"title": {"text": titles[1]}, "fixedrange": True},
    )  # fmt: skip
    return figure


def picture(values: np.ndarray, width: int, is_signed: bool = False) -> np.ndarray:
    """(H, W) float, or (H, W, 3) uint8, as (H', W', 3) uint8, about `width` wide, each pixel a sharp square.

    is_signed: blue for negative, white for zero, red for positive; else black to white.
    """
    colored = values if values.ndim == 3 else diverging(values) if is_signed else grey(values)
    zoom = max(1, round(width / values.shape[1]))
    return colored.repeat(zoom, axis=0).repeat(zoom, axis=1)
