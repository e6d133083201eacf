"""Figures of the Evaluate page: arrays and numbers in, plotly figures out, for light and dark pages.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from lenet.evaluation.calibration import Calibration
from lenet.evaluation.metrics import ClassReport
from lenet.figures.theme import Palette, standing
from lenet.formatting import percent

_LONGEST_NAME = 14  # characters of a class's name on an axis


# The confusion matrix


# Classes


def class_figure(classes: Sequence[ClassReport], as_errors: bool, colors: Palette) -> go.Figure:
    """Bars for each class: precision, recall and F1; or what they lack, from zero, where little differs.

    None where there are no images of a class.
    """
    names = [shortened_name(row.name) for row in classes]
    # (3, K) percents; NaN has no bar
    precision, recall, f1 = 100 * np.array([row.measures for row in classes], np.float64).T
    if as_errors:
        bars = [
            ("missed (1 − recall)", 100 - recall, colors.wrong),
            ("false alarms (1 − precision)", 100 - precision, colors.third),
        ]
    else:
        bars = [("precision", precision, colors.third), ("recall", recall, colors.wrong)]
        bars.append(("F1", f1, colors.correct))
    figure = go.Figure(
        [
            go.Bar(x=list(range(len(names))), y=values, name=name, marker={"color": color}, customdata=names,
                   hovertemplate=f"%{{customdata}}: {name} %{{y:.2f}} %<extra></extra>")
            for name, values, color in bars
        ]
    )  # fmt: skip
    figure.update_layout(
        **standing(320), barmode="group", bargap=0.25,
        xaxis={"tickvals": list(range(len(names))), "ticktext": names, "fixedrange": True},
        yaxis=_PERCENT | {"rangemode": "tozero"},
    )  # fmt: skip
    return figure


# Calibration and rejection


def reliability_figure(calibration: Calibration, colors: Palette) -> go.Figure:
    """Accuracy in each bin of confidence beside the diagonal of a well calibrated network; counts below."""
    bins = [each for each in calibration.bins if each.count]
    words = [
        f"{each.count:,} images predicted with {percent(each.low, 0)} to {percent(each.high, 0)}:<br>"
        f"{percent(each.confidence, 1)} on average, {percent(each.accuracy, 1)} of them correct"
        for each in bins
    ]
    middles = [50 * (each.low + each.high) for each in bins]
    calibrated = go.Scatter(
        x=[0, 100], y=[0, 100], mode="lines", name="well calibrated", hoverinfo="skip",
        line={"color": colors.ink, "dash": "dot", "width": 1.5},
    )  # fmt: skip
    accuracy = go.Bar(
        x=middles, y=[100 * each.accuracy for each in bins], width=9.6, name="correct", hovertext=words,
        hoverinfo="text", marker={"color": colors.correct},
        text=[f"{each.count:,}" for each in bins], textposition="outside", cliponaxis=False,
        textfont={"size": 12},
    )  # fmt: skip
    confidence = go.Scatter(
        x=middles, y=[100 * each.confidence for each in bins], mode="markers", name="confidence",
        hoverinfo="skip",
        marker={"symbol": "line-ew-open", "size": 26, "line": {"width": 3}, "color": colors.wrong},
    )  # fmt: skip
    figure = go.Figure([accuracy, confidence, calibrated])
    axis = _PERCENT | {"tickvals": np.linspace(0, 100, 6)}
    figure.update_layout(
        **standing(380),
        xaxis=axis | {"range": [0, 100.5], "title": {"text": "Confidence of the prediction"}},
        yaxis=axis | {"range": [0, 109], "title": {"text": "Accuracy"}},
    )
    return figure


def rejection_figure(
    rejected: np.ndarray, accuracy: np.ndarray, chosen: tuple[float, float], colors: Palette
) -> go.Figure:
    """Accuracy on the rest against the share that is rejected, both 0–1, (n,); `chosen`: the point marked."""
    line = go.Scatter(
        x=100 * rejected, y=100 * accuracy, mode="lines", line={"color": colors.correct, "width": 2.5},
        hovertemplate="reject %{x:.1f} %: %{y:.2f} % of the rest correct<extra></extra>",
    )  # fmt: skip
    mark = go.Scatter(
        x=[100 * chosen[0]], y=[100 * chosen[1]], mode="markers", hoverinfo="skip",
        marker={"size": 12, "color": colors.wrong},
    )  # fmt: skip
    figure = go.Figure([line, mark])
    figure.update_layout(
        **standing(380) | {"showlegend": False},
        xaxis=_PERCENT | {"title": {"text": "Share rejected"}, "rangemode": "tozero"},
        yaxis=_PERCENT | {"title": {"text": "Accuracy on the rest"}},
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


def history_figure(curves: Curves, in_percent: bool, colors: Palette) -> go.Figure:
    """Training against validation, epoch by epoch; the best epoch has a line, which the legend names."""
    unit, number, axis = (100, "%{y:.2f} %", _PERCENT) if in_percent else (1, "%{y:.4f}", _PLAIN)
    figure, low_and_high = go.Figure(), _around(curves, unit)
    figure.add_scatter(
        x=curves.step_epochs, y=_times(unit, curves.steps), mode="lines", showlegend=False, hoverinfo="skip",
        line={"color": colors.correct, "width": 1}, opacity=0.7,
    )  # fmt: skip
    for name, values, color in (("training", curves.training, colors.correct),
                                ("validation", curves.validation, colors.wrong)):  # fmt: skip
        figure.add_scatter(
            x=curves.epochs, y=_times(unit, values), mode="lines+markers", name=name,
            line={"color": color, "width": 2.5}, marker={"size": 7},
            hovertemplate=f"epoch %{{x}}: {name} {number}<extra></extra>",
        )  # fmt: skip
    if curves.published:
        figure.add_scatter(
            x=list(range(1, len(curves.published) + 1)), y=_times(unit, curves.published),
            mode="lines+markers", name="published", marker={"size": 5},
            line={"color": colors.third, "width": 1.5, "dash": "dot"},
            hovertemplate=f"epoch %{{x}}: published {number}<extra></extra>",
        )  # fmt: skip
    if curves.best is not None:
        figure.add_scatter(
            x=[curves.best] * 2, y=low_and_high, mode="lines", name=f"best epoch: {curves.best}",
            line={"color": colors.ink, "width": 1.5, "dash": "dash"}, hoverinfo="skip",
        )  # fmt: skip
    figure.update_layout(
        **standing(340), hovermode="closest",
        xaxis={"title": {"text": "Epoch"}, "fixedrange": True, "tickformat": "d",
               "dtick": max(1, round(len(curves.epochs) / 10))},
        yaxis=axis | {"range": low_and_high},
    )  # fmt: skip
    return figure


def _times(unit: float, values: Sequence[float]) -> list[float]:
    return [unit * value for value in values]


def _around(curves: Curves, unit: float) -> list[float]:
    """A range that shows the epochs; the first steps, far off, may leave it."""
    values = unit * np.array([*curves.training, *curves.validation, *curves.published])
    values = values[np.isfinite(values)]
    if not len(values):
        return [0.0, 1.0]
    margin = 0.08 * float(np.ptp(values)) or 0.01
    return [float(values.min()) - margin, float(values.max()) + margin]


_PLAIN = {"tickformat": "~g", "fixedrange": True}  # an axis of numbers
_PERCENT = _PLAIN | {"ticksuffix": " %"}


def shortened_name(name: str) -> str:
    """A class name as it fits beside a chart."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
