"""One value of a layer, worked out, as SVG: patch × kernel = products, channel by channel, with the numbers.

Must not import Streamlit, TensorFlow or Keras.
"""

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from lenet.figures.mosaics import diverging
from lenet.figures.theme import words_on
from lenet.layers.arithmetic import Distance, Pooled, Shares, Subsampled, Term, WeightedSum

WIDTH = 860  # of every picture
MOST_TERMS = 32  # rows of one picture
_FONT = "Source Sans Pro, Segoe UI, Roboto, Noto Sans, sans-serif"
_LABEL, _TOTAL, _SIGN = 92, 96, 30  # widths
_LINE = 8  # numbers in a row of what is no picture
_FRAME = "#e06500"
_DIGIT = 0.58  # width of a digit, of the size of its font: of the widest of these fonts
_GAP = 4


def digits(value: float, count: int = 5) -> str:
    """A number with so many digits that count: 0.67812, −12.3, 1.2·10⁻⁷."""
    text = f"{value:.{count}g}"
    mantissa, exponent, power = text.partition("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")) if exponent else ""
    return f"{mantissa}·10{raised}".replace("-", "−") if exponent else text.replace("-", "−")


def weighted_sum(worked: WeightedSum, ink: str, names: Sequence[str] = ()) -> str:
    """A row for each input channel: its patch, its kernel, their products, their sum.

    Of many channels those are shown that add most, in order; the others as one line.

    Args:
        ink: color of words, CSS.
        names: of the channels; "channel 3" where there are none.
    """
    connected = [index for index, term in enumerate(worked.terms) if term.kernel.any()] or [0]
    order = sorted(connected, key=lambda index: -abs(worked.terms[index].total))
    shown = sorted(order[:MOST_TERMS])
    limits = [_limit([term.patch for term in worked.terms]), _limit([term.kernel for term in worked.terms])]
    limits.append(_limit([term.products for term in worked.terms]))
    parts, top = [_heads(worked.terms[0])], 26.0
    for channel in shown:
        name = names[channel] if channel < len(names) else f"channel {channel}"
        row, height = _term(worked.terms[channel], name if len(worked.terms) > 1 else "", top, limits)
        parts.append(row)
        top += height + 12
    if len(shown) < len(connected):
        rest = math.fsum(worked.terms[index].total for index in connected if index not in shown)
        words = f"and {len(connected) - len(shown)} more channels, each smaller: {digits(rest)} in all"
        parts.append(_text(0, top + 14, words, 14))
        top += 26
    return _svg(top, parts, ink)


def distance(worked: Distance, ink: str) -> str:
    """What comes in, the code, and their squared differences, as bitmaps."""
    starts, width = _starts(worked.code.shape[1])
    cell, line = width / worked.code.shape[1], 22
    middle, grids = 26 + worked.code.shape[0] * line / 2, (worked.values, worked.code, worked.squares)
    heads = ("what comes in", "the code of the class", "squared differences")
    parts = [
        _grid(grid, x, 26, cell, line, _limit([grid]), 2)
        + _text(x + width / 2, 14, words, 14, 'text-anchor="middle" opacity="0.75"')
        for grid, x, words in zip(grids, starts, heads, strict=True)
    ]
    signs = ((starts[1], "−"), (starts[2], "→"))
    parts += [_text(x - _SIGN / 2, middle, sign, 20, 'text-anchor="middle"') for x, sign in signs]
    bold = 'text-anchor="end" font-weight="600"'
    parts.append(_text(WIDTH, middle, f"Σ {digits(-worked.before)}", 17, bold))
    return _svg(30 + worked.code.shape[0] * line, parts, ink)


def pooled(worked: Pooled | Subsampled, ink: str) -> str:
    """The window, with the largest value framed."""
    columns = worked.window.shape[1]
    cell = 70 if columns <= 8 else min(40, WIDTH / columns)
    line = 34 if cell >= 24 else cell  # without numbers, squares
    marked = worked.marked if isinstance(worked, Pooled) else None
    grid = _grid(worked.window, 0, 4, cell, line, _limit([worked.window]), 3 if cell >= 40 else 2, marked)
    return _svg(worked.window.shape[0] * line + 8, [grid], ink)


def shares(worked: Shares, names: Sequence[str], chosen: int, ink: str) -> str:
    """A row for each class: its score, e to the power of it, its share of the sum."""
    heads = ((110, "score z"), (300, "eᶻ⁻ᵐ, m the largest score"), (480, "share of the sum"))
    parts = [_text(x, 14, words, 13, 'opacity="0.75"') for x, words in heads]
    for index, name in enumerate(names):
        y = 26 + 24 * index
        weight = 'font-weight="700"' if index == chosen else ""
        share = float(worked.shares[index])
        parts.append(_text(0, y + 16, name[:14], 15, weight))
        parts.append(_text(110, y + 16, digits(float(worked.scores[index])), 15, weight))
        parts.append(_text(300, y + 16, digits(float(worked.powers[index])), 15, weight))
        parts.append(_text(480, y + 16, digits(share), 15, weight))
        parts.append(
            f'<rect x="580" y="{y + 3}" width="{270 * share:.1f}" height="15" rx="2" fill="#0d847c"/>'
        )
    y = 26 + 24 * len(names)
    parts.append(f'<path d="M300 {y + 2}h100" stroke="currentColor"/>')
    parts.append(_text(300, y + 20, digits(worked.total), 15))
    parts.append(_text(420, y + 20, "the sum", 13, 'opacity="0.75"'))
    return _svg(y + 30, parts, ink)


def _heads(term: Term) -> str:
    """What the grids are, above them."""
    starts, width = _starts(_shaped(term.patch).shape[1])
    words = ("what is under the window", "the kernel", "products")
    return "".join(
        _text(x + width / 2, 14, each, 14, 'text-anchor="middle" opacity="0.75"')
        for x, each in zip(starts, words, strict=True)
    ) + _text(WIDTH, 14, "sum", 14, 'text-anchor="end" opacity="0.75"')


def _term(term: Term, name: str, top: float, limits: Sequence[float]) -> tuple[str, float]:
    """One channel's row, and how high it is."""
    grids = [_shaped(each) for each in (term.patch, term.kernel, term.products)]
    rows, columns = grids[0].shape
    starts, width = _starts(columns)
    cell = width / columns
    line = 24 if cell >= 24 else cell
    places = 3 if columns <= 5 else 2
    height, middle = rows * line, top + rows * line / 2 + 6
    parts = [
        _grid(grid, x, top, cell, line, limit, places)
        for grid, x, limit in zip(grids, starts, limits, strict=True)
    ]
    parts.append(_text(0, middle, name[:13], 15))
    for x, sign in ((starts[1], "×"), (starts[2], "=")):
        parts.append(_text(x - _SIGN / 2, middle, sign, 20, 'text-anchor="middle"'))
    parts.append(_text(WIDTH, middle, digits(term.total), 17, 'text-anchor="end" font-weight="600"'))
    return "".join(parts), height


def _shaped(values: np.ndarray) -> np.ndarray:
    """A row of units as rows of a few, the last one filled up with NaN."""
    if values.shape[0] > 1 or values.shape[1] <= _LINE:
        return values
    filled = np.full(-(-values.size // _LINE) * _LINE, np.nan)
    filled[: values.size] = values.ravel()
    return filled.reshape(-1, _LINE)


def _starts(columns: int) -> tuple[list[float], float]:
    """Where the three grids begin, and how wide each is."""
    room = (WIDTH - _LABEL - _TOTAL - 2 * _SIGN) / 3
    width = min(room, 62 * columns)
    return [_LABEL + each * (width + _SIGN) for each in range(3)], width


def _grid(
    values: np.ndarray, left: float, top: float, cell: float, line: float, limit: float, places: int,
    marked: tuple[int, int] | None = None,
) -> str:  # fmt: skip
    """Values as colored squares, with the numbers where there is room for them."""
    colors, parts, size = diverging(values, limit), [], _fitting(values, cell, places)
    for row, column in np.ndindex(values.shape):
        value = float(values[row, column])
        if math.isnan(value):
            continue
        x, y = left + column * cell, top + row * line
        red, green, blue = map(int, colors[row, column])
        color = f"#{red:02x}{green:02x}{blue:02x}"
        parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{cell - 1:.1f}" height="{line - 1:.1f}" fill="{color}"/>'
        )
        if cell >= 24:
            style = f'text-anchor="middle" fill="{words_on(color)}"'
            parts.append(_text(x + cell / 2, y + line / 2 + size / 3, _short(value, places), size, style))
        if (row, column) == marked:
            style = f'fill="none" stroke="{_FRAME}" stroke-width="3"'
            parts.append(_rectangle(x + 1, y + 1, cell - 3, line - 3, style))
    return "".join(parts)


def _fitting(values: np.ndarray, cell: float, places: int) -> float:
    """The size of font in which the longest number leaves a gap to its neighbors."""
    longest = max((len(_short(float(each), places)) for each in values[~np.isnan(values)]), default=1)
    return min(14, cell / 3.2, (cell - _GAP) / (_DIGIT * longest))


def _short(value: float, places: int) -> str:
    """Few characters: it has to fit into a square."""
    if value == 0:
        return "0"
    return f"{value:.{places if abs(value) < 10 else 1 if abs(value) < 100 else 0}f}".replace("-", "−")


def _limit(arrays: Sequence[np.ndarray]) -> float:
    return max((float(np.abs(np.nan_to_num(each)).max(initial=0)) for each in arrays), default=1.0) or 1.0


def _rectangle(x: float, y: float, width: float, height: float, style: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" {style}/>'


def _text(x: float, y: float, words: str, size: float, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}" {more}>{escape(words)}</text>'


def _svg(height: float, parts: Sequence[str], color: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" color="{color}" fill="{color}" font-family="{_FONT}">{"".join(parts)}</svg>'
    )
