"""Figures of the Compare page: curves of many runs, one figure against another, parallel coordinates.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from lenet.figures.theme import CLEAR, Palette, standing

_LONGEST = 16  # characters of a word at an axis
_BESIDE = (-0.003, 0.0, 0.003)  # of an axis, a pixel or so
_MOST_THICK = 60  # runs
_MOST_TICKS = 8  # of values that are each named at an axis
_WIDE = 100.0  # times as large as the smallest: from there on an axis is logarithmic


@dataclass(frozen=True, eq=False)
class Line:
    """A run, or the mean of some. (n,) float each.

    Attributes:
        color: CSS; None: one of many thin ones, which only pointing at it tells apart.
        low, high: of a mean, the lowest and the highest.
    """

    name: str
    color: str | None
    x: np.ndarray
    y: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None


def curves_figure(
    lines: Sequence[Line], axis: str, in_percent: bool, is_log: bool, colors: Palette, height: int = 360
) -> go.Figure:
    """Curves over each other; `axis`: what their x is."""
    number = "%{y:.2f} %" if in_percent else "%{y:.4g}"
    figure = go.Figure([*_many([each for each in lines if each.color is None], number, colors)])
    for line in (each for each in lines if each.color):
        if line.low is not None:
            figure.add_traces(_band(line))
        is_short = len(line.x) <= 40
        figure.add_scatter(
            x=line.x, y=line.y, mode="lines+markers" if is_short else "lines", name=_short(line.name),
            line={"color": line.color, "width": 2.25}, marker={"size": 5}, hovertext=line.name,
            hovertemplate=f"%{{hovertext}}<br>{axis.lower()} %{{x:,}}: {number}<extra></extra>",
        )  # fmt: skip
    y_axis = {"tickformat": "~g", "fixedrange": True, "ticksuffix": " %" if in_percent else ""}
    figure.update_layout(
        **_standing(height),
        xaxis={"title": {"text": axis}, "fixedrange": True, "rangemode": "tozero"},
        yaxis=y_axis | ({"type": "log", "dtick": 1} if is_log else {}),
    )
    return figure


def _standing(height: int) -> dict[str, object]:
    """Without a legend: what has which color is said by the table below."""
    layout = standing(height)
    return layout | {"showlegend": False, "hovermode": "closest", "margin": layout["margin"] | {"t": 8}}


def _many(lines: Sequence[Line], number: str, colors: Palette) -> list[go.Scatter]:
    """All thin lines as one, with gaps between: a figure of two hundred traces takes seconds."""
    if not lines:
        return []
    gap = np.array([np.nan])
    x, y = (np.concatenate([part for each in lines for part in (getattr(each, name), gap)]) for name in "xy")
    names = [each.name for each in lines for _ in range(len(each.x) + 1)]
    return [
        go.Scatter(x=x, y=y, mode="lines", hovertext=names, line={"color": colors.thin, "width": 1},
                   hovertemplate=f"%{{hovertext}}<br>{number}<extra></extra>")
    ]  # fmt: skip


def _band(line: Line) -> list[go.Scatter]:
    edge = {"x": line.x, "mode": "lines", "line": {"width": 0, "color": line.color}, "hoverinfo": "skip"}
    return [
        go.Scatter(y=line.low, **edge),
        go.Scatter(y=line.high, fill="tonexty", fillcolor=_clear(line.color, 0.2), **edge),
    ]


def _clear(color: str, share: float) -> str:
    """A color `#rrggbb`, as opaque as `share`."""
    return f"rgba({', '.join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))}, {share})"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


# One figure against another


@dataclass(frozen=True, eq=False)
class Axis:
    """What points are placed by: a number or a text of each; None where there is none."""

    title: str
    values: Sequence[float | str | None]

    @property
    def is_of_words(self) -> bool:
        """Whether the values are texts: places in a list, then."""
        return any(isinstance(value, str) for value in self.values)

    @property
    def is_wide(self) -> bool:
        """Whether it is drawn in powers of ten."""
        numbers = self.numbers[np.isfinite(self.numbers)]
        return not self.is_of_words and len(numbers) > 0 and 0 < _WIDE * numbers.min() <= numbers.max()

    @property
    def words(self) -> list[str]:
        """The texts there are, in their order."""
        return sorted({str(value) for value in self.values if value is not None}) if self.is_of_words else []

    @property
    def numbers(self) -> np.ndarray:
        """(n,) float64; of a text its place among the `words`, NaN where there is nothing."""
        places = {word: float(place) for place, word in enumerate(self.words)}
        found = [
            np.nan if value is None else places[str(value)] if places else float(value)
            for value in self.values
        ]
        return np.array(found, np.float64)


def scatter_figure(
    x: Axis,
    y: Axis,
    names: Sequence[str],
    point_colors: Sequence[str | None],
    front: np.ndarray,
    colors: Palette,
    height: int = 440,
) -> go.Figure:
    """A point for each run; `front`: the places of the Pareto front, (k,) int, which has a line.

    Those with a color lie over the others.
    """
    figure, order = go.Figure(), _colored_last(point_colors)
    if len(front):
        figure.add_scatter(
            x=_shown(x)[front], y=_shown(y)[front], mode="lines", hoverinfo="skip",
            line={"color": colors.ink, "width": 1.5, "dash": "dot", "shape": "hv"},
        )  # fmt: skip
    on_front = np.isin(order, front)
    figure.add_scatter(
        x=_shown(x)[order], y=_shown(y)[order], mode="markers", hovertext=[names[place] for place in order],
        marker={"size": np.where(on_front, 13, 10), "opacity": 1,
                "color": [point_colors[place] or colors.thin for place in order],
                "line": {"width": np.where(on_front, 2, 0), "color": colors.ink}},
        hovertemplate=f"%{{hovertext}}<br>{x.title}: %{{x}}<br>{y.title}: %{{y}}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(**_standing(height), xaxis=_axis(x), yaxis=_axis(y))
    return figure


def _colored_last(colors: Sequence[str | None]) -> np.ndarray:
    """The places, (n,) int."""
    return np.argsort([color is not None for color in colors], kind="stable")


def _shown(axis: Axis) -> np.ndarray:
    """(n,) object: words as they are."""
    return np.array([None if each is None else each for each in axis.values], object)


def _axis(axis: Axis) -> dict[str, object]:
    kind = {"type": "category", "categoryarray": axis.words} if axis.is_of_words else {"tickformat": "~g"}
    if axis.is_wide:
        kind = {"type": "log", "tickformat": "~g"}
    return kind | {"title": {"text": axis.title}, "fixedrange": True, "automargin": True}


# Parallel coordinates


def parallel_figure(
    axes: Sequence[Axis], line_colors: Sequence[str | None], colors: Palette, height: int = 440
) -> go.Figure:
    """A vertical axis for each, a line for each run; a drag along an axis keeps the runs in that range.

    Plotly draws lines of one pixel. Of not too many runs each is drawn three times, close together.
    """
    beside = _BESIDE if len(line_colors) <= _MOST_THICK else _BESIDE[1:2]
    order = _colored_last(line_colors)
    shades = [colors.thin, *dict.fromkeys(each for each in line_colors if each)]
    places = [shades.index(line_colors[place] or colors.thin) for place in order]
    edges = [(number + end) / len(shades) for number in range(len(shades)) for end in (0, 1)]
    scale = [[edge, shades[number // 2]] for number, edge in enumerate(edges)]
    letters = {"color": colors.ink, "size": 13}
    figure = go.Figure(
        go.Parcoords(
            dimensions=[_dimension(each, order, beside) for each in axes],
            line={"color": np.repeat(places, len(beside)), "colorscale": scale, "cmin": -0.5,
                  "cmax": len(shades) - 0.5},
            labelfont=letters, tickfont=letters, rangefont={"color": CLEAR, "size": 1}, labelangle=-12,
            unselected={"line": {"color": colors.faint, "opacity": 0.4}},
        )
    )  # fmt: skip
    figure.update_layout(
        height=height, paper_bgcolor=CLEAR, plot_bgcolor=CLEAR, margin={"l": 120, "r": 70, "t": 70, "b": 20}
    )
    return figure


def _dimension(axis: Axis, order: np.ndarray, beside: Sequence[float]) -> dict[str, object]:
    """What is not there is drawn at the low end; `beside`: where its lines are, in shares of the axis."""
    numbers = axis.numbers[order]
    values = np.log10(numbers) if axis.is_wide else numbers
    low = np.nanmin(values) if np.isfinite(values).any() else 0.0
    known = np.where(np.isfinite(values), values, low)
    there = np.unique(known)
    places = there if len(there) <= _MOST_TICKS else np.linspace(known.min(), known.max(), 5)
    words = [_number(10**place if axis.is_wide else place) for place in places]
    if axis.is_of_words:
        places, words = np.arange(len(axis.words)), [_short(word) for word in axis.words]
    length = float(np.ptp(known)) or 1.0
    lines = (known[:, None] + length * np.array(beside)).ravel()
    ends = [known.min() - 2 * _BESIDE[-1] * length, known.max() + 2 * _BESIDE[-1] * length]
    return {"label": axis.title, "values": lines, "range": ends, "tickvals": places, "ticktext": words}


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
