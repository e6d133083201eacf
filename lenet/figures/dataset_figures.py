"""Figures of the Data page: classes with their counts and mean images, steps of the preprocessing, a label.

The matrix of numbers, a Vega-Lite specification, is in `pixel_matrix.py`. Must not import Streamlit,
TensorFlow or Keras.
"""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from lenet.figures.image_grid import data_uri
from lenet.figures.theme import CLEAR, Palette, words_on

MEANS_HEIGHT = 84  # pixels
MOST_WITH_MEANS = 20  # classes for whose mean images and numbers there is room in one row
LONGEST_NAME = 14  # letters of a class's name that there is room for

_MOST_TICKS = 34  # names of classes under their bars
_LEFT = 70  # pixels, for the numbers of an axis
_WIDTH = 800  # of all steps, in pixels
_STEP_GAP = 34  # pixels between two steps
_STEP_HEIGHT = 280  # pixels, at most
_MARK = "#d4487f"  # what was there before the padding
_ONE = "#159e94"  # the class that a label is
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


def class_figure(names: Sequence[str], train: np.ndarray, test: np.ndarray, colors: Palette) -> go.Figure:
    """How many images each class has, in training and test part: (classes,) counts."""
    figure, places, texts = go.Figure(), list(range(len(names))), len(names) <= MOST_WITH_MEANS
    named = places[:: math.ceil(len(names) / _MOST_TICKS)]
    for part, counts, color in (("Training", train, colors.correct), ("Test", test, colors.wrong)):
        figure.add_bar(
            x=places, y=counts, name=part, marker_color=color,
            text=[f"{each:,}" for each in counts] if texts else None,
            textposition="outside", cliponaxis=False, textangle=0, textfont_size=11,
            customdata=[html.escape(name) for name in names],
            hovertemplate=f"<b>%{{customdata}}</b><br>{part}: %{{y:,}} images<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        height=390, margin={"l": _LEFT, "r": 0, "t": 24, "b": 8}, bargap=0.12, bargroupgap=0.04,
        dragmode=False, hovermode="closest",
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
        xaxis={"tickvals": named, "ticktext": [short(names[place]) for place in named], "fixedrange": True,
               "range": [-0.5, len(names) - 0.5], "tickfont_size": 14, "showgrid": False},
        yaxis={"fixedrange": True, "title": "Images", "tickformat": ",", "automargin": False},
    )  # fmt: skip
    return figure


def means_figure(names: Sequence[str], means: np.ndarray) -> go.Figure:
    """The mean image of each class, (classes, H, W, C) uint8, each above its bars in `class_figure`."""
    places = list(range(len(names)))
    figure = go.Figure(go.Scatter(
        x=places, y=[0.5] * len(names), mode="markers", marker={"size": 60, "opacity": 0},
        hovertext=[f"Mean of <b>{html.escape(name)}</b>" for name in names], hoverinfo="text",
    ))  # fmt: skip
    figure.layout.images = [
        {"source": data_uri(mean, _zoom(mean), most=256), "xref": "x", "yref": "y", "x": place, "y": 0.5,
         "xanchor": "center", "yanchor": "middle", "sizex": 0.94, "sizey": 1, "sizing": "contain"}
        for place, mean in enumerate(means)
    ]  # fmt: skip
    figure.update_layout(
        height=MEANS_HEIGHT, margin={"l": _LEFT, "r": 0, "t": 0, "b": 0}, dragmode=False, hovermode="closest",
        xaxis=_PLAIN | {"range": [-0.5, len(names) - 0.5]}, yaxis=_PLAIN | {"range": [0, 1]},
        showlegend=False,
    )  # fmt: skip
    return figure


def steps_figure(steps: Sequence[Step], first: int = 1, times: float = 1.0) -> go.Figure:
    """Images side by side, a value as large in each, with an arrow between; hovering reads the values.

    What the padding has added is outside of a dotted frame. `first`: number of the first step;
    `times`: how much larger than usual the images are.
    """
    height = max(step.values.shape[0] for step in steps)
    columns = sum(step.values.shape[1] for step in steps)
    cell = min((_WIDTH - _STEP_GAP * (len(steps) - 1)) / columns, _STEP_HEIGHT / height)
    cell = max(1.0, cell * times)
    total = columns * cell + _STEP_GAP * (len(steps) - 1)  # pixels
    figure, left = go.Figure(), 0.0
    for number, step in enumerate(steps, start=1):
        rows, width = step.values.shape[:2]
        axis, margin = str(number), (1 - rows / height) / 2
        right = left + width * cell / total
        figure.add_trace(_picture(step).update(xaxis=f"x{axis}", yaxis=f"y{axis}"))
        figure.layout[f"xaxis{axis}"] = _PLAIN | {"domain": [left, right], "range": [-0.5, width - 0.5]}
        figure.layout[f"yaxis{axis}"] = _PLAIN | {"domain": [margin, 1 - margin], "range": [rows - 0.5, -0.5]}
        _add_words(figure, first + number - 1, step, left)
        if step.values.shape != steps[0].values.shape:
            _add_frame(figure, steps[0], step, axis)
        if number < len(steps):
            middle = right + _STEP_GAP / 2 / total
            figure.add_annotation(
                x=middle, xref="paper", y=0.5, yref="paper", text="→", showarrow=False, font_size=26
            )
        left = right + _STEP_GAP / total
    figure.update_layout(
        width=round(total), height=round(height * cell) + 96, margin={"l": 0, "r": 0, "t": 32, "b": 64},
        paper_bgcolor=CLEAR, plot_bgcolor=CLEAR, hovermode="closest", dragmode=False,
    )  # fmt: skip
    return figure


def one_hot_figure(label: int, names: Sequence[str], ink: str) -> go.Figure:
    """The label as the numbers that the network's outputs are compared with: 1 for its class, else 0.

    ink: color of the zeros, CSS.
    """
    columns = min(len(names), 20)
    rows = -(-len(names) // columns)
    values, words, hover = (np.full((rows, columns), fill, object) for fill in (None, "", ""))
    for index, name in enumerate(names):
        place = divmod(index, columns)
        values[place], words[place] = int(index == label), f"{int(index == label)}"
        hover[place] = f"{html.escape(name)}: {int(index == label)}"
    figure = go.Figure(go.Heatmap(
        z=values, text=words, hovertext=hover, hoverinfo="text",
        colorscale=[[0, "rgba(128,128,128,0.15)"], [1, _ONE]], zmin=0, zmax=1, showscale=False,
        xgap=4, ygap=4,
    ))  # fmt: skip
    figure.add_scatter(
        x=[index % columns for index in range(len(names))],
        y=[index // columns for index in range(len(names))], mode="text", hoverinfo="skip",
        text=[f"{int(index == label)}" for index in range(len(names))],
        textfont={"size": 18, "color": [words_on(_ONE) if index == label else ink
                                        for index in range(len(names))]},
    )  # fmt: skip
    ticks = {"tickvals": list(range(columns)), "ticktext": [short(name) for name in names]}
    figure.update_layout(
        width=columns * min(130, _WIDTH // columns), height=rows * 44 + 26, dragmode=False,
        margin={"l": 0, "r": 0, "t": 0, "b": 26}, paper_bgcolor=CLEAR, plot_bgcolor=CLEAR,
        xaxis={"fixedrange": True, "showgrid": False, "zeroline": False, "tickfont_size": 14, "ticks": ""}
        | (ticks if rows == 1 else {"visible": False}),
        yaxis=_PLAIN | {"autorange": "reversed"},
    )  # fmt: skip
    return figure


def _zoom(image: np.ndarray) -> int:
    """Enough for a screen not to blur it."""
    return max(1, 128 // max(image.shape[:2]))


def _picture(step: Step) -> go.Heatmap | go.Image:
    if step.values.shape[2] == 1:
        number = "%{z}" if step.values.dtype == np.uint8 else "%{z:.4g}"
        return go.Heatmap(
            z=step.values[..., 0], zmin=step.low, zmax=step.high, colorscale="gray", showscale=False,
            hovertemplate=f"row %{{y}}, column %{{x}}: <b>{number}</b><extra></extra>",
        )  # fmt: skip
    shown = (step.values - step.low) / (step.high - step.low) * 255
    return go.Image(
        z=np.rint(shown).clip(0, 255).astype(np.uint8),
        hovertext=[[" ".join(f"{value:.4g}" for value in pixel) for pixel in row] for row in step.values],
        hovertemplate="row %{y}, column %{x}: <b>%{hovertext}</b><extra></extra>",
    )


def _add_words(figure: go.Figure, number: int, step: Step, left: float) -> None:
    place = {
        "x": left,
        "xref": "paper",
        "xanchor": "left",
        "yref": "paper",
        "showarrow": False,
        "align": "left",
    }
    figure.add_annotation(text=f"<b>{number} {step.title}</b>", y=1, yanchor="bottom", font_size=16, **place)
    figure.add_annotation(text=step.words, y=0, yanchor="top", yshift=-4, font_size=13, **place)


def _add_frame(figure: go.Figure, first: Step, step: Step, axis: str) -> None:
    """Around what was there before the padding, as `preprocessing.pad` places it."""
    rows, columns = first.values.shape[:2]
    top, left = (
        (large - small) // 2 for large, small in zip(step.values.shape, (rows, columns), strict=False)
    )
    figure.add_shape(
        type="rect", xref=f"x{axis}", yref=f"y{axis}", x0=left - 0.5, x1=left + columns - 0.5, y0=top - 0.5,
        y1=top + rows - 0.5, line={"color": _MARK, "width": 2, "dash": "dot"},
    )  # fmt: skip
