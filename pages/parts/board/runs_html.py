"""Who leads, and everybody's runs as they learn, as HTML in letters for the last row.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from html import escape

import numpy as np

from lenet.comparison.compared_run import ComparedRun
from lenet.comparison.curves import epoch_rows
from lenet.comparison.leaderboard import Ranking, leaderboard
from lenet.comparison.measures import MEASURES
from lenet.formatting import percent
from lenet.runs.status import ACTIVE_STATES

_MOST_LINES, _MOST_TILES = 10, 12  # more are not read from the last row
_MOST_POINTS = 60  # of a curve so small
_STATES = {"running": "trains", "queued": "waits", "paused": "is paused", "failed": "failed"}


def runs_html(runs: Sequence[ComparedRun], ranking: Ranking, note: str = "") -> str:
    """Leaders at the left, a small curve of each run at the right; `note`: what the ranking is of."""
    if not runs:
        return "<p>No run yet. What somebody starts on <b>Train</b> is here at once.</p>"
    parts = _leaders(runs, ranking, note), _tiles(runs)
    return f'<div class="runs">{"".join(f"<section>{each}</section>" for each in parts)}</div>'


def _leaders(runs: Sequence[ComparedRun], ranking: Ranking, note: str) -> str:
    lines = leaderboard(runs, ranking)
    words = f"<h3>{escape(ranking.title)}</h3>" + (f"<small>{escape(note)}</small>" if note else "")
    if not lines:
        return words + f"<p>Nobody's run has this figure yet: {escape(ranking.title.lower())}.</p>"
    rows = "".join(
        f"<li><b>{each.place}. {escape(each.person)}</b><b>{escape(ranking.form(each.value))}</b>"
        f"<small>{escape(each.run.title)}</small></li>"
        for each in lines[:_MOST_LINES]
    )
    more = len(lines) - _MOST_LINES
    return f"{words}<ol>{rows}</ol>" + (f"<small>And {more} more.</small>" if more > 0 else "")


def _tiles(runs: Sequence[ComparedRun]) -> str:
    """Those that train, then the newest others; all curves on one scale."""
    in_order = sorted(
        runs, key=lambda run: (run.summary.state not in ACTIVE_STATES, -run.summary.status.created)
    )
    shown = in_order[:_MOST_TILES]
    curves = [_curve(run) for run in shown]
    least = min((float(each.min()) for each in curves if len(each)), default=0.0)
    floor = np.floor(10 * least) / 10
    tiles = "".join(_tile(run, curve, floor) for run, curve in zip(shown, curves, strict=True))
    words = f"Curves: validation accuracy by epoch, each from {percent(floor, 0)} to 100 %."
    if (more := len(runs) - len(shown)) > 0:
        words += f" And {more} more runs, on Compare."
    return f'<div class="tiles">{tiles}</div><small>{words}</small>'


def _curve(run: ComparedRun) -> np.ndarray:
    """(n,) validation accuracy, 0–1."""
    rows = epoch_rows(run.run)["val_accuracy"]
    curve = rows[np.isfinite(rows)]
    return (
        curve[np.linspace(0, len(curve) - 1, min(len(curve), _MOST_POINTS)).astype(int)]
        if len(curve)
        else curve
    )


def _tile(run: ComparedRun, curve: np.ndarray, floor: float) -> str:
    owner, status, state = run.summary.owner, run.summary.status, run.summary.state
    parameters = MEASURES["parameters"].of(run)
    facts = [f"epoch {status.epoch}/{status.epochs}"]
    facts += [f"{parameters:,.0f} parameters"] if parameters else []
    facts += [_STATES[state]] if state in _STATES else []
    return (
        f'<article class="{state}"><b>{escape(owner.name if owner else "")}</b>'
        f"<small>{escape(run.title)}</small><strong>{percent(run.summary.accuracy)}</strong>"
        f"{_line(curve, floor)}<small>{' · '.join(facts)}</small></article>"
    )


def _line(curve: np.ndarray, floor: float) -> str:
    """The curve, from `floor` to 1."""
    x = np.linspace(0, 100, len(curve)) if len(curve) > 1 else np.zeros(len(curve))
    y = 29 - 28 * (curve - floor) / max(1e-9, 1 - floor)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    shape = 'viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true"'
    return f'<svg {shape}><polyline points="{points}"/></svg>'
