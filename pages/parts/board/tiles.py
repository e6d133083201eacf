"""The runs that train, then the newest others: a small curve each. Must not import TensorFlow or Keras."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lenet.comparison.compared_run import ComparedRun
from lenet.comparison.curves import epoch_rows
from lenet.comparison.measures import MEASURES
from lenet.formatting import percent
from lenet.runs.status import ACTIVE_STATES
from pages.parts.shared.markdown import escaped

_MOST, _COLUMNS = 12, 3
_MOST_POINTS = 60  # of a curve so small


def tiles(runs: Sequence[ComparedRun]) -> None:
    """Three in a row."""
    in_order = sorted(runs, key=lambda run: (run.summary.state not in ACTIVE_STATES, -_begun(run)))
    shown = in_order[:_MOST]
    for start in range(0, len(shown), _COLUMNS):
        for run, column in zip(shown[start : start + _COLUMNS], st.columns(_COLUMNS), strict=False):
            with column:
                _tile(run)
    if (more := len(runs) - len(shown)) > 0:
        st.caption(f"And {more} more runs, on **Compare**.")


def _begun(run: ComparedRun) -> float:
    return run.summary.status.created


def _tile(run: ComparedRun) -> None:
    owner, status = run.summary.owner, run.summary.status
    rows = epoch_rows(run.run)["val_accuracy"]
    curve = 100 * rows[np.isfinite(rows)]
    st.metric(
        escaped(f"{owner.name} · {run.title}" if owner else run.title),
        percent(run.summary.accuracy),
        f"{status.epoch}/{status.epochs}{_size(run)}",
        delta_color="off", delta_arrow="off", border=True, chart_type="area",
        chart_data=curve[:: max(1, len(curve) // _MOST_POINTS)].tolist() if len(curve) > 1 else None,
    )  # fmt: skip


def _size(run: ComparedRun) -> str:
    parameters = MEASURES["parameters"].of(run)
    return f" · {parameters:,.0f} parameters" if parameters else ""
