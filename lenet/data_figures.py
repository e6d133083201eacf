"""Figures of the Data page: classes with their counts and mean images, steps of the preprocessing, a label.

The matrix of numbers, a Vega-Lite specification, is in `pixel_matrix.py`. Must not import Streamlit,
TensorFlow or Keras.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from lenet.grid_figure import data_uri

LONGEST_NAME = 14  # letters of a class's name that there is room for

_WIDTH = 800  # of all steps, in pixels
_STEP_GAP = 34  # pixels between two steps
_MARK = "#d4487f"  # what was there before the padding
_PLAIN = {"visible": False, "fixedrange": True}


@dataclass(frozen=True)
class Step:
    """An image on its way into the network.

    Attributes:
        title: one or two words.
        words: a line on shape, type and range; HTML of plotly.
        values: (H, W, C), any type.
        low, high: what is shown as black and as white.
    """

    title: str
    words: str
    values: np.ndarray
    low: float
    high: float


def short(name: str) -> str:
    """A class's name as HTML of plotly, cut where it is long."""
    return html.escape(name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…")


def class_figure(
    names: Sequence[str], train: np.ndarray, test: np.ndarray, means: np.ndarray | None
) -> go.Figure:
    """How many images each class has, and above it their mean.

    Args:
        names: of the classes.
        train, test: (classes,) counts.
        means: (classes, H, W, C) float, 0 to 255; None: not known yet.
    """
    figure = go.Figure()
    places, texts = list(range(len(names))), len(names) <= 20
    for part, counts in (("Training", train), ("Test", test)):
        figure.add_bar(
            x=places, y=counts, name=part, text=[f"{each:,}" for each in counts] if texts else None,
            textposition="outside", cliponaxis=False, textangle=0, textfont_size=11,
            customdata=[html.escape(name) for name in names],
            hovertemplate=f"<b>%{{customdata}}</b><br>{part}: %{{y:,}} images<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        height=480, margin={"l": 0, "r": 0, "t": 0, "b": 8}, bargap=0.12, bargroupgap=0.04, dragmode=False,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 0.75, "yanchor": "bottom"},
        hovermode="closest",
        xaxis={"tickvals": places, "ticktext": [short(name) for name in names], "fixedrange": True,
               "range": [-0.5, len(names) - 0.5], "tickfont_size": 14, "showgrid": False},
        yaxis={"domain": [0, 0.72], "fixedrange": True, "title": "Images", "tickformat": ","},
    )  # fmt: skip
    for place, mean in enumerate(means if means is not None else ()):
        figure.add_layout_image(
            source=data_uri(np.rint(mean).astype(np.uint8), zoom=_zoom(mean), most=256), xref="x", x=place,
            yref="paper", y=1, xanchor="center", yanchor="top", sizex=0.94, sizey=0.2, sizing="contain",
        )  # fmt: skip
    return figure


def steps_figure(steps: Sequence[Step]) -> go.Figure:
    """Images side by side, a value as large in each, with an arrow between.

    What an image becomes larger by is outside of a dashed frame.
    """
    columns = sum(step.values.shape[1] for step in steps)
    cell = max(1.0, min(28.0, (_WIDTH - _STEP_GAP * (len(steps) - 1)) / columns, 330 / _height(steps)))
    gap, height = _STEP_GAP / cell, _height(steps)
    figure, left = go.Figure(), 0.0
    for number, step in enumerate(steps, start=1):
        rows, width = step.values.shape[:2]
        top = (height - rows) / 2
        figure.add_trace(_picture(step, left, top))
        _add_words(figure, number, step, left, cell)
        if step.values.shape != steps[0].values.shape:
            _add_frame(figure, steps[0], step, left, top)
        if number < len(steps):
            figure.add_annotation(
                x=left + width + gap / 2, y=height / 2, text="→", showarrow=False, font_size=26
            )
        left += width + gap
    total = left - gap
    figure.update_layout(
        width=round(total * cell), height=round(height * cell) + 96,
        margin={"l": 0, "r": 0, "t": 32, "b": 64},
        xaxis=_PLAIN | {"range": [0, total]}, yaxis=_PLAIN | {"range": [height, 0]},
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", hovermode="closest", dragmode=False,
    )  # fmt: skip
    return figure


def one_hot_figure(label: int, names: Sequence[str]) -> go.Figure:
    """The label as the numbers that the network's outputs are compared with: 1 for its class, else 0."""
    columns = min(len(names), 20)
    rows = -(-len(names) // columns)
    values, words, hover = (np.full((rows, columns), fill, object) for fill in (None, "", ""))
    for index, name in enumerate(names):
        place = divmod(index, columns)
        values[place], words[place] = int(index == label), f"{int(index == label)}"
        hover[place] = f"{html.escape(name)}: {int(index == label)}"
    figure = go.Figure(go.Heatmap(
        z=values, text=words, texttemplate="%{text}", textfont={"size": 18}, hovertext=hover,
        hoverinfo="text",
        colorscale=[[0, "rgba(128,128,128,0.15)"], [1, "#159e94"]], zmin=0, zmax=1, showscale=False,
        xgap=4, ygap=4,
    ))  # fmt: skip
    ticks = {"tickvals": list(range(columns)), "ticktext": [short(name) for name in names]}
    figure.update_layout(
        width=columns * max(40, min(80, _WIDTH // columns)), height=rows * 44 + 26, dragmode=False,
        margin={"l": 0, "r": 0, "t": 0, "b": 26}, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        xaxis={"fixedrange": True, "showgrid": False, "zeroline": False, "tickfont_size": 14, "ticks": ""}
        | (ticks if rows == 1 else {"visible": False}),
        yaxis=_PLAIN | {"autorange": "reversed"},
    )  # fmt: skip
    return figure


def _zoom(image: np.ndarray) -> int:
    """Enough for a screen not to blur it."""
    return max(1, 128 // max(image.shape[:2]))


def _height(steps: Sequence[Step]) -> int:
    return max(step.values.shape[0] for step in steps)


def _picture(step: Step, left: float, top: float) -> go.Heatmap | go.Image:
    """The values at that place; hovering reads them."""
    rows, width, channels = step.values.shape
    if channels == 3:
        shown = (step.values - step.low) / (step.high - step.low) * 255
        words = [[" ".join(_number(value) for value in pixel) for pixel in row] for row in step.values]
        return go.Image(
            z=np.rint(shown).clip(0, 255).astype(np.uint8), x0=left + 0.5, y0=top + 0.5,
            hovertext=_places(words), hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
    words = [[_number(value) for value in row] for row in step.values[..., 0]]
    return go.Heatmap(
        z=step.values[..., 0].astype(float), x0=left + 0.5, y0=top + 0.5, dx=1, dy=1, zmin=step.low,
        zmax=step.high, colorscale="gray", showscale=False, hovertext=_places(words),
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def _places(words: list[list[str]]) -> list[list[str]]:
    return [
        [f"row {row}, column {column}: <b>{each}</b>" for column, each in enumerate(line)]
        for row, line in enumerate(words)
    ]


def _number(value: float) -> str:
    """Whole numbers as they are stored, others to four digits."""
    return f"{value}" if isinstance(value, np.integer) else f"{value:.4g}".replace("-", "−")


def _add_words(figure: go.Figure, number: int, step: Step, left: float, cell: float) -> None:
    place = {"x": left, "xanchor": "left", "showarrow": False, "yref": "paper", "align": "left"}
    figure.add_annotation(text=f"<b>{number} {step.title}</b>", y=1, yanchor="bottom", font_size=16, **place)
    figure.add_annotation(text=step.words, y=0, yanchor="top", yshift=-4, font_size=13, **place)


def _add_frame(figure: go.Figure, first: Step, step: Step, left: float, top: float) -> None:
    """Around what was there before the padding, as `preprocessing.pad` places it."""
    margins = [(step.values.shape[axis] - first.values.shape[axis]) // 2 for axis in (0, 1)]
    x, y = left + margins[1], top + margins[0]
    figure.add_shape(
        type="rect", x0=x, x1=x + first.values.shape[1], y0=y, y1=y + first.values.shape[0],
        line={"color": _MARK, "width": 2, "dash": "dot"},
    )  # fmt: skip
