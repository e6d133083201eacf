"""The confusion matrix as a figure. Must not import Streamlit, TensorFlow or Keras."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lenet.figures.evaluation_figures import shortened_name
from lenet.figures.theme import CLEAR, Palette, blended, words_on
from lenet.formatting import percent


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

    Correct predictions and errors have a scale each, or the few errors would be as pale as none.

    Args:
        values: (K, K) what is shown: fractions 0–1, or counts.
        counts: (K, K) int.
        names: of the true classes, and of the predicted ones.
        hide_diagonal: leave out the correct predictions.
        selected: the cell with a frame.
        side: pixels of the matrix, about.
    """
    size = len(values)
    cell = int(np.clip(side // size, 9, side * 0.15))
    shown = values * (1 - np.eye(size)) if hide_diagonal else values
    strength = _strengths(shown)
    figure = go.Figure([_cells(cell, counts, names), _colors(strength, colors)])
    if cell >= 24:
        figure.add_traces(_numbers(shown, strength, counts, colors, cell))
    if selected:
        row, column = selected
        figure.add_shape(
            type="rect", x0=column - 0.5, x1=column + 0.5, y0=row - 0.5, y1=row + 0.5,
            line={"color": colors.ink, "width": 3},
        )  # fmt: skip
    _lay_out_matrix(figure, cell, [[shortened_name(name) for name in each] for each in names])
    return figure


def _strengths(values: np.ndarray) -> np.ndarray:
    """(K, K) 0–1 for correct predictions, 0 to −1 for errors, the largest of each at the end of its scale."""
    correct, wrong = np.diag(np.diag(values)), values * (1 - np.eye(len(values)))
    return correct / (correct.max() or 1) - wrong / (wrong.max() or 1)


def _cells(cell: int, counts: np.ndarray, names: tuple[Sequence[str], Sequence[str]]) -> go.Scatter:
    """Nearly invisible squares over the colors that receive the pointer: a heat map cannot be clicked."""
    rows, columns = (each.ravel() for each in np.indices(counts.shape))
    of_row, of_column = np.maximum(counts.sum(axis=1), 1), np.maximum(counts.sum(axis=0), 1)
    words = [
        f"<b>{names[0][row]}</b>, predicted <b>{names[1][column]}</b>: {counts[row, column]:,}<br>"
        f"{percent(counts[row, column] / of_row[row], 1)} of what is {names[0][row]}<br>"
        f"{percent(counts[row, column] / of_column[column], 1)} of what is called {names[1][column]}"
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
        colorscale=[[0, colors.wrong], [0.5, colors.paper], [1, colors.correct]],
    )  # fmt: skip


def _numbers(
    shown: np.ndarray, strength: np.ndarray, counts: np.ndarray, colors: Palette, cell: int
) -> list[go.Scatter]:
    """The black numbers and the white ones: of what is not selected Plotly fades all colors but one."""
    rows, columns = (each.ravel() for each in np.indices(shown.shape))
    are_counts = np.array_equal(shown[shown > 0], counts[shown > 0])
    texts = [
        "" if not value else f"{value:,.0f}" if are_counts else f"{100 * value:.1f}" for value in shown.flat
    ]
    behind = (
        blended(colors.correct if each > 0 else colors.wrong, colors.paper, abs(each))
        for each in strength.flat
    )
    inks = [words_on(each) for each in behind]
    return [
        go.Scatter(
            x=columns, y=rows, mode="text", hoverinfo="skip",
            text=[text if each == ink else "" for text, each in zip(texts, inks, strict=True)],
            textfont={"color": ink, "size": 14 if cell >= 40 else 11},
            unselected={"textfont": {"color": ink}},
        )
        for ink in sorted(set(inks))
    ]  # fmt: skip


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
        xaxis=axis | {"side": "top", "range": [-0.5, size - 0.5], "title": {"text": "Predicted class"},
                      "ticktext": [names[1][tick] for tick in ticks],
                      "tickangle": 0 if long[1] <= 4 else -40},
        yaxis=axis | {"range": [size - 0.5, -0.5], "title": {"text": "True class"},
                      "ticktext": [names[0][tick] for tick in ticks]},
    )  # fmt: skip
