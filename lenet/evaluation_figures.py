"""Figures of the Evaluate page: arrays and numbers in, plotly figures out, for light and dark pages.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from lenet.calibration import Calibration
from lenet.evaluation import ClassReport
from lenet.figure_layout import CLEAR

_LONGEST_NAME = 14  # characters of a class's name on an axis


@dataclass(frozen=True)
class Palette:
    """Colors of one theme, CSS."""

    paper: str
    ink: str
    faint: str  # lines behind everything
    right: str
    wrong: str
    third: str
    on_strong: str  # words on a strong `right` or `wrong` …
    strong_right: float  # … from this strength on, 0–1: where it is read better than `ink`
    strong_wrong: float


LIGHT = Palette("#ffffff", "#15211f", "#c9d4d1", "#0b7570", "#d55e00", "#3d5fc4", "#ffffff", 0.8, 2.0)
DARK = Palette("#0f1716", "#eaf2f0", "#3a4b48", "#4fc5ba", "#ff9f5a", "#8fa8ff", "#0f1716", 0.57, 0.57)


# The confusion matrix


def confusion_figure(
    values: np.ndarray,
    counts: np.ndarray,
    names: tuple[Sequence[str], Sequence[str]],
    colors: Palette,
    hide_diagonal: bool = False,
    selected: tuple[int, int] | None = None,
    side: int = 400,
) -> go.Figure:
    """The matrix as colors and numbers. Point i of the first trace is the cell (i // K, i % K).

    Right answers and errors have a scale each, or the few errors would be as pale as none.

    Args:
        values: (K, K) what is shown: fractions 0–1, or counts.
        counts: (K, K) int.
        names: of the true classes, and of the answers.
        hide_diagonal: leave out the right answers.
        selected: the cell with a frame.
        side: pixels of the matrix, about.
    """
    size = len(values)
    cell = int(np.clip(side // size, 9, 60))
    shown = values * (1 - np.eye(size)) if hide_diagonal else values
    strength = _strengths(shown)
    figure = go.Figure([_cells(cell, counts, names), _colors(strength, colors)])
    if cell >= 24:
        figure.add_trace(_numbers(shown, strength, counts, colors, cell))
    if selected:
        row, column = selected
        figure.add_shape(
            type="rect", x0=column - 0.5, x1=column + 0.5, y0=row - 0.5, y1=row + 0.5,
            line={"color": colors.ink, "width": 3},
        )  # fmt: skip
    _lay_out_matrix(figure, cell, [[_short(name) for name in each] for each in names])
    return figure


def _strengths(values: np.ndarray) -> np.ndarray:
    """(K, K) 0–1 for right answers, 0 to −1 for errors, each with its largest at the end of its scale."""
    right, wrong = np.diag(np.diag(values)), values * (1 - np.eye(len(values)))
    return right / (right.max() or 1) - wrong / (wrong.max() or 1)


def _cells(cell: int, counts: np.ndarray, names: tuple[Sequence[str], Sequence[str]]) -> go.Scatter:
    """Nearly invisible squares over the colors that receive the pointer: a heat map cannot be clicked."""
    rows, columns = (each.ravel() for each in np.indices(counts.shape))
    of_row, of_column = np.maximum(counts.sum(axis=1), 1), np.maximum(counts.sum(axis=0), 1)
    words = [
        f"<b>{names[0][row]}</b>, answered <b>{names[1][column]}</b>: {counts[row, column]:,}<br>"
        f"{_percent(counts[row, column] / of_row[row])} of what is {names[0][row]}<br>"
        f"{_percent(counts[row, column] / of_column[column])} of what is called {names[1][column]}"
        for row, column in zip(rows, columns, strict=True)
    ]
    return go.Scatter(
        x=columns, y=rows, mode="markers", hovertext=words, hoverinfo="text", zorder=2,
        marker={"symbol": "square", "size": cell, "color": "rgba(128,128,128,0.01)"},
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
    )  # fmt: skip


def _colors(strength: np.ndarray, colors: Palette) -> go.Heatmap:
    return go.Heatmap(
        z=strength, zmin=-1, zmax=1, showscale=False, hoverinfo="skip", xgap=1, ygap=1,
        colorscale=[[0, colors.wrong], [0.5, colors.paper], [1, colors.right]],
    )  # fmt: skip


def _numbers(
    shown: np.ndarray, strength: np.ndarray, counts: np.ndarray, colors: Palette, cell: int
) -> go.Scatter:
    rows, columns = (each.ravel() for each in np.indices(shown.shape))
    are_counts = np.array_equal(shown[shown > 0], counts[shown > 0])
    texts = [
        "" if not value else f"{value:,.0f}" if are_counts else f"{100 * value:.1f}" for value in shown.flat
    ]
    are_strong = (strength > colors.strong_right) | (strength < -colors.strong_wrong)
    words = [colors.on_strong if each else colors.ink for each in are_strong.flat]
    return go.Scatter(
        x=columns, y=rows, mode="text", text=texts, hoverinfo="skip",
        textfont={"color": words, "size": 14 if cell >= 40 else 11},
    )  # fmt: skip


def _lay_out_matrix(figure: go.Figure, cell: int, names: Sequence[Sequence[str]]) -> None:
    size = len(names[0])
    long = max(map(len, names[0])) * 7.5 + 46, max(map(len, names[1]))
    top, beyond = (52, 8) if long[1] <= 4 else (40 + 5.5 * long[1], 48)  # slanted names lean to the right
    ticks = list(range(size)) if cell >= 12 else list(range(0, size, 5))
    axis = {
        "showgrid": False, "zeroline": False, "fixedrange": True, "tickvals": ticks, "ticks": "",
        "tickfont": {"size": 14 if cell >= 24 else 9}, "title_standoff": 6,
    }  # fmt: skip
    figure.update_layout(
        width=int(cell * size + long[0] + beyond), height=int(cell * size + top + 8),
        margin={"l": int(long[0]), "r": beyond, "t": int(top), "b": 8},
        paper_bgcolor=CLEAR, plot_bgcolor=CLEAR, showlegend=False, dragmode=False,
        clickmode="event+select", hovermode="closest",
        xaxis=axis | {"side": "top", "range": [-0.5, size - 0.5], "title": {"text": "Answer"},
                      "ticktext": [names[1][tick] for tick in ticks],
                      "tickangle": 0 if long[1] <= 4 else -40},
        yaxis=axis | {"range": [size - 0.5, -0.5], "title": {"text": "True class"},
                      "ticktext": [names[0][tick] for tick in ticks]},
    )  # fmt: skip


# Classes


def class_figure(classes: Sequence[ClassReport], as_errors: bool, colors: Palette) -> go.Figure:
    """Bars for each class: precision, recall and F1; or what they lack, from zero, where little differs."""
    names = [_short(row.name) for row in classes]
    if as_errors:
        bars = [
            ("missed (1 − recall)", [1 - row.recall for row in classes], colors.wrong),
            ("false alarms (1 − precision)", [1 - row.precision for row in classes], colors.third),
        ]
    else:
        bars = [
            ("precision", [row.precision for row in classes], colors.third),
            ("recall", [row.recall for row in classes], colors.wrong),
            ("F1", [row.f1 for row in classes], colors.right),
        ]
    figure = go.Figure(
        [
            go.Bar(x=list(range(len(names))), y=values, name=name, marker={"color": color}, customdata=names,
                   hovertemplate=f"%{{customdata}}: {name} %{{y:.2%}}<extra></extra>")
            for name, values, color in bars
        ]
    )  # fmt: skip
    figure.update_layout(
        **_standing(320), barmode="group", bargap=0.25,
        xaxis={"tickvals": list(range(len(names))), "ticktext": names, "fixedrange": True},
        yaxis={"tickformat": ".1~%", "fixedrange": True, "rangemode": "tozero"},
    )  # fmt: skip
    return figure


# Certainty


def reliability_figure(calibration: Calibration, colors: Palette) -> go.Figure:
    """Accuracy in each bin of confidence beside the diagonal of an honest network; counts below."""
    bins = [each for each in calibration.bins if each.count]
    words = [
        f"{each.count:,} images answered with {_percent(each.low, 0)} to {_percent(each.high, 0)}:<br>"
        f"{_percent(each.confidence)} on average, {_percent(each.accuracy)} of them right"
        for each in bins
    ]
    middles = [(each.low + each.high) / 2 for each in bins]
    honest = go.Scatter(
        x=[0, 1], y=[0, 1], mode="lines", name="honest", hoverinfo="skip",
        line={"color": colors.ink, "dash": "dot", "width": 1.5},
    )  # fmt: skip
    accuracy = go.Bar(
        x=middles, y=[each.accuracy for each in bins], width=0.096, name="right", hovertext=words,
        hoverinfo="text", marker={"color": colors.right},
        text=[f"{each.count:,}" for each in bins], textposition="outside", cliponaxis=False,
        textfont={"size": 12},
    )  # fmt: skip
    confidence = go.Scatter(
        x=middles, y=[each.confidence for each in bins], mode="markers", name="confidence", hoverinfo="skip",
        marker={"symbol": "line-ew-open", "size": 26, "line": {"width": 3}, "color": colors.wrong},
    )  # fmt: skip
    figure = go.Figure([accuracy, confidence, honest])
    axis = {"tickformat": ".0%", "fixedrange": True, "tickvals": np.linspace(0, 1, 6)}
    figure.update_layout(
        **_standing(380),
        xaxis=axis | {"range": [0, 1.005], "title": {"text": "Confidence of the answer"}},
        yaxis=axis | {"range": [0, 1.09], "title": {"text": "Share that is right"}},
    )
    return figure


def rejection_figure(
    rejected: np.ndarray, accuracy: np.ndarray, chosen: tuple[float, float], colors: Palette
) -> go.Figure:
    """Accuracy on the rest against the share that is rejected, both 0–1, (n,); `chosen`: the point marked."""
    line = go.Scatter(
        x=rejected, y=accuracy, mode="lines", line={"color": colors.right, "width": 2.5},
        hovertemplate="reject %{x:.1%}: %{y:.2%} of the rest right<extra></extra>",
    )  # fmt: skip
    mark = go.Scatter(
        x=[chosen[0]], y=[chosen[1]], mode="markers", hoverinfo="skip",
        marker={"size": 12, "color": colors.wrong},
    )  # fmt: skip
    figure = go.Figure([line, mark])
    figure.update_layout(
        **_standing(380) | {"showlegend": False},
        xaxis={
            "tickformat": ".1~%",
            "fixedrange": True,
            "title": {"text": "Share rejected"},
            "rangemode": "tozero",
        },
        yaxis={"tickformat": ".2~%", "fixedrange": True, "title": {"text": "Right among the rest"}},
    )
    return figure


# History


@dataclass(frozen=True)
class Curves:
    """What is drawn of a run's history: columns by epoch, training by step, what was published by epoch."""

    epochs: Sequence[float]
    training: Sequence[float]
    validation: Sequence[float]
    step_epochs: Sequence[float]  # where in the epochs each row of `steps` lies
    steps: Sequence[float]
    published: Sequence[float] = ()
    best: int | None = None


def history_figure(curves: Curves, percent: bool, colors: Palette) -> go.Figure:
    """Training against validation, epoch by epoch; the best epoch has a line."""
    number = ".2%" if percent else ".4f"
    figure = go.Figure()
    figure.add_scatter(
        x=curves.step_epochs, y=curves.steps, mode="lines", showlegend=False, hoverinfo="skip",
        line={"color": colors.right, "width": 1}, opacity=0.3,
    )  # fmt: skip
    for name, values, color in (("training", curves.training, colors.right),
                                ("validation", curves.validation, colors.wrong)):  # fmt: skip
        figure.add_scatter(
            x=curves.epochs, y=values, mode="lines+markers", name=name, line={"color": color, "width": 2.5},
            marker={"size": 7}, hovertemplate=f"epoch %{{x}}: {name} %{{y:{number}}}<extra></extra>",
        )  # fmt: skip
    if curves.published:
        figure.add_scatter(
            x=list(range(1, len(curves.published) + 1)), y=curves.published, mode="lines+markers",
            name="published", line={"color": colors.third, "width": 1.5, "dash": "dot"}, marker={"size": 5},
            hovertemplate=f"epoch %{{x}}: published %{{y:{number}}}<extra></extra>",
        )  # fmt: skip
    if curves.best is not None:
        figure.add_vline(x=curves.best, line={"color": colors.ink, "width": 1.5, "dash": "dash"})
        is_early = curves.best < max(*curves.epochs, len(curves.published)) / 2
        figure.add_annotation(
            x=curves.best, y=0, yref="paper", yanchor="bottom", showarrow=False,
            xanchor="left" if is_early else "right", xshift=4 if is_early else -4,
            text=f"best epoch: {curves.best}",
        )  # fmt: skip
    figure.update_layout(
        **_standing(340), hovermode="closest",
        xaxis={"title": {"text": "Epoch"}, "fixedrange": True, "tickformat": "d",
               "dtick": max(1, round(len(curves.epochs) / 10))},
        yaxis={"tickformat": ".1~%" if percent else "~g", "fixedrange": True, "range": _around(curves)},
    )  # fmt: skip
    return figure


def _around(curves: Curves) -> list[float]:
    """A range that shows the epochs; the first steps, far off, may leave it."""
    values = np.array([*curves.training, *curves.validation, *curves.published])
    values = values[np.isfinite(values)]
    if not len(values):
        return [0.0, 1.0]
    margin = 0.08 * float(np.ptp(values)) or 0.01
    return [float(values.min()) - margin, float(values.max()) + margin]


def _standing(height: int) -> dict[str, object]:
    """What all figures of the page share that have axes of numbers."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 40, "b": 8},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "dragmode": False,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"},
    }


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _percent(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}%}".replace("%", " %")
