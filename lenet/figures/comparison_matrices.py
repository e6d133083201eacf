"""Matrices of the Compare page: the difference of two confusion matrices, the p-values of all pairs of runs.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lenet.evaluation.mcnemar import LIKELY_CHANCE, p_value_text
from lenet.figures.evaluation_figures import shortened_name
from lenet.figures.theme import CLEAR, Palette, blended, words_on

_LEAST_CELL = {"difference": 26, "p_value": 44}  # pixels of a cell that has room for its number
TARGETS = 1  # the trace that is clicked
MOST_TARGETS = 40  # rows whose cells are seen one by one, and clicked
_LEAST_TICK = 16  # pixels of a row that has a name
_LONGEST = 30  # characters of a run's name beside a matrix


def difference_figure(
    difference: np.ndarray, names: Sequence[str], ends: tuple[str, str], titles: tuple[str, str],
    colors: Palette, side: int = 460,
) -> go.Figure:  # fmt: skip
    """What one network does more often than another: a cell has the color of the one that has more there.

    Args:
        difference: (K, K), of the first one's confusion matrix and the second one's.
        ends: the colors of the first and of the second one.
        titles: what these are called.
    """
    limit = float(np.abs(difference).max()) or 1.0
    words = [
        [_in_words(value, names[row], names[column], titles) for column, value in enumerate(cells)]
        for row, cells in enumerate(difference)
    ]
    scale = [[0, ends[1]], [0.5, colors.paper], [1, ends[0]]]
    texts = [["" if not value else _signed(value) for value in cells] for cells in difference]
    figure = _matrix(difference, limit, scale, words)
    if side / len(names) >= _LEAST_CELL["difference"]:
        figure.add_traces(_numbers(difference / limit, scale, texts, colors))
    short = [shortened_name(name) for name in names]
    _lay_out(figure, side, short, short, "Predicted class", "True class")
    return figure


def _signed(value: float) -> str:
    return f"{value:+.3g}".replace("-", "−")


def _in_words(value: float, true: str, predicted: str, titles: tuple[str, str]) -> str:
    more = titles[0] if value > 0 else titles[1]
    what = f"<b>{true}</b> predicted as <b>{predicted}</b>"
    return f"{what}: as often by both" if not value else f"{what}: {abs(value):.3g} more by {more}"


def p_value_figure(
    p_values: np.ndarray, only_first: np.ndarray, names: Sequence[str], colors: Palette, side: int = 460,
    are_named: bool = True,
) -> go.Figure:  # fmt: skip
    """McNemar's p-value of each two runs, (n, n): strong where chance hardly explains the difference.

    Of not too many runs a click selects the point of a cell, row by row, in `TARGETS`.

    Args:
        p_values: NaN of two that were not asked the same images.
        only_first: (n, n) int, the images on which only the run of the row is correct.
        are_named: whether there is room for the names at the left; else a row has its number.
    """
    count = len(names)
    leads = only_first > only_first.T
    strength = np.clip(np.log10(np.maximum(p_values, 1e-6)) / -6, 0, 1)
    # From a p-value that chance explains on a cell is pale, below it the color of who is ahead
    shown = np.where(p_values < LIKELY_CHANCE, 0.35 + 0.65 * strength, 0.15 * strength)
    shown = np.where(leads, shown, -shown)
    words = [[_pair(p_values, only_first, names, row, column) for column in range(count)]
             for row in range(count)]  # fmt: skip
    texts = [["" if row == column else _in_cell(p_values[row, column]) for column in range(count)]
             for row in range(count)]  # fmt: skip
    scale = [[0, colors.wrong], [0.5, colors.paper], [1, colors.correct]]
    shown = np.nan_to_num(shown)
    figure = _matrix(shown, 1.0, scale, words)
    if count <= MOST_TARGETS:
        figure.add_trace(_targets(words, side / count))
    if side / count >= _LEAST_CELL["p_value"]:
        figure.add_traces(_numbers(shown, scale, texts, colors))
    numbers = [str(number) for number in range(1, count + 1)]
    rows = [f"{_middle_left_out(name)}  {number}" for name, number in zip(names, numbers, strict=True)]
    rows = rows if are_named else numbers
    _lay_out(figure, side, numbers, rows, "", "")
    return figure


def _targets(words: list, cell: float) -> go.Scatter:
    """Nearly invisible squares that receive the pointer: a heat map cannot be clicked."""
    rows, columns = (each.ravel() for each in np.indices((len(words), len(words))))
    return go.Scatter(
        x=columns, y=rows, mode="markers", hoverinfo="text",
        hovertext=[words[row][column] for row, column in zip(rows, columns, strict=True)],
        marker={"symbol": "square", "size": cell, "color": "rgba(128,128,128,0.01)"},
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
    )  # fmt: skip


def _middle_left_out(name: str) -> str:
    """Names of runs differ at their ends."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 9]}…{name[-8:]}"


def _in_cell(p_value: float) -> str:
    return "<0.001" if p_value < 0.001 else p_value_text(p_value)


def _pair(p_values: np.ndarray, only: np.ndarray, names: Sequence[str], row: int, column: int) -> str:
    first, second = names[row], names[column]
    if row == column:
        return first
    if not np.isfinite(p_values[row, column]):
        return f"{first} and {second} were not asked the same images"
    return (
        f"Only <b>{first}</b> is correct: {only[row, column]:,}<br>only <b>{second}</b>: "
        f"{only[column, row]:,}<br>p: {p_value_text(p_values[row, column])}"
    )


def _matrix(values: np.ndarray, limit: float, scale: list, words: list) -> go.Figure:
    gap = int(len(values) <= MOST_TARGETS)  # pixels
    return go.Figure(
        go.Heatmap(z=values, zmin=-limit, zmax=limit, colorscale=scale, showscale=False, xgap=gap, ygap=gap,
                   hovertext=words, hoverinfo="text")
    )  # fmt: skip


def _numbers(shares: np.ndarray, scale: list, texts: list, colors: Palette) -> list[go.Scatter]:
    """The black ones and the white ones; `shares`: of the full color at one end, (n, n), -1 to 1."""
    rows, columns = (each.ravel() for each in np.indices(shares.shape))
    flat = [text for cells in texts for text in cells]
    inks = [
        words_on(blended(scale[2 if share > 0 else 0][1], colors.paper, abs(share))) for share in shares.flat
    ]
    return [
        go.Scatter(
            x=columns, y=rows, mode="text", hoverinfo="skip", textfont={"color": ink, "size": 12},
            text=[text if each == ink else "" for text, each in zip(flat, inks, strict=True)],
            unselected={"textfont": {"color": ink}},
        )
        for ink in sorted(set(inks))
    ]  # fmt: skip


def _lay_out(
    figure: go.Figure, side: int, columns: Sequence[str], rows: Sequence[str], above: str, left: str
) -> None:
    is_numbered = side / len(columns) >= _LEAST_TICK
    long = max(map(len, rows)) * 6.8 + 30 if is_numbered else 30
    is_slanted = is_numbered and max(map(len, columns)) > 4
    top, beyond = (40 + 5.5 * max(map(len, columns)), 60) if is_slanted else (52, 12)
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "",
            "showticklabels": is_numbered, "tickvals": list(range(len(columns)))}  # fmt: skip
    figure.update_layout(
        width=int(side + long + beyond), height=int(side + top + 8),
        margin={"l": int(long), "r": beyond, "t": int(top), "b": 8},
        paper_bgcolor=CLEAR, plot_bgcolor=CLEAR, dragmode=False, showlegend=False,
        clickmode="event+select", hovermode="closest",
        xaxis=axis | {"side": "top", "range": [-0.5, len(columns) - 0.5], "title": {"text": above},
                      "ticktext": list(columns), "tickangle": -40 if is_slanted else 0},
        yaxis=axis | {"range": [len(rows) - 0.5, -0.5], "title": {"text": left}, "ticktext": list(rows)},
    )  # fmt: skip
