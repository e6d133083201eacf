"""The table of the runs: their settings that differ, and their figures; a click opens a run, or sets it up.

Must not import TensorFlow or Keras.
"""

import math
from collections.abc import Callable
from typing import Any

import streamlit as st

from lenet.comparison.compared_run import ComparedRun
from lenet.comparison.measures import MEASURES, figures
from lenet.comparison.settings import Setting, differing, title
from lenet.runs.history import STATISTICS, describe
from pages.parts.compare.looks import Looks
from pages.parts.shared.clicks import TRAIN, select_box
from pages.parts.shared.link import address, leave
from pages.parts.shared.link_fields import TRAIN as LINK_OF_TRAIN
from pages.parts.shared.run_draft import set_up
from pages.parts.shared.tables import show_table

_SHOWN = (
    "test-accuracy",
    "best-accuracy",
    "best-loss",
    "best-epoch",
    "parameters",
    "multiply-adds",
    "seconds",
)
_USE = "Settings"
_ACCURACY = "test-accuracy"
# Of runs that differ in nothing but the seed: what a column is called → which statistic it is
_STATISTICS = {
    "Runs": "count",
    "Mean": "mean",
    "Standard deviation": "std",
    "Lowest": "min",
    "Highest": "max",
}


def run_table(looks: Looks) -> None:
    """A row for each run."""
    runs = looks.runs
    settings = {title(name): values for name, values in differing(runs).items()}
    measured = {MEASURES[key].title: figures(key, runs) for key in _SHOWN}
    columns = {
        " ": [looks.swatch(place) for place in range(len(runs))],
        "Run": [each.title for each in runs],
        _USE: [":material/tune: Use" for _ in runs],
        **_states(runs),
        **settings,
        **{name: values for name, values in measured.items() if any(each is not None for each in values)},
    }
    if looks.are_means:
        _over_seeds(looks)
    st.markdown("**What differs, and what it brings**")
    formats = {
        " ": st.column_config.ImageColumn(width=40, pinned=True),
        "Run": _button("compare-open", runs, _open, type="tertiary", width="medium"),
        _USE: _button("compare-use", runs, _use),
        **_formats(settings),
        **{MEASURES[key].title: st.column_config.NumberColumn(format=MEASURES[key].form) for key in _SHOWN},
    }
    show_table(columns, column_config=formats, key="compare-table")
    if len(runs) > 1 and not settings:
        st.caption("No setting differs: these runs are the same.")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "A click on a name opens the run on Train; **Use** sets up another one like it there. A click on "
            "a heading sorts.", width="content",
        )  # fmt: skip
        _without_a_mouse(runs)


def _formats(settings: dict[str, list[Setting]]) -> dict[str, Any]:
    """Of columns of numbers: a rate of 0.00001 is no 0."""
    numbers = {
        name: [value for value in values if value is not None]
        for name, values in settings.items()
        if not any(isinstance(value, str) for value in values)
    }
    return {
        name: st.column_config.NumberColumn(format="%d" if all(map(_is_whole, values)) else "%.4g")
        for name, values in numbers.items()
    }


def _is_whole(value: float) -> bool:
    return float(value).is_integer()


def _states(runs: list[ComparedRun]) -> dict[str, list[str]]:
    """A column, where one of them has not finished."""
    states = [each.summary.state for each in runs]
    return {"State": states} if set(states) != {"finished"} else {}


def _over_seeds(looks: Looks) -> None:
    """A row for each group of seeds: how far apart their test accuracies are."""
    groups = [group for group in looks.seeds if len(group) > 1]
    firsts = [group[0] for group in groups]
    settings = differing([looks.runs[place] for place in firsts])
    accuracies = figures(_ACCURACY, looks.runs)
    found = [
        describe([value for place in group if (value := accuracies[place]) is not None]) for group in groups
    ]
    numbers = {
        name: [_or_none(row[STATISTICS.index(of)]) for row in found] for name, of in _STATISTICS.items()
    }
    st.markdown(f"**Over seeds: {MEASURES[_ACCURACY].title.lower()}**")
    show_table(
        {
            " ": [looks.swatch(place) for place in firsts],
            **{title(name): values for name, values in settings.items() if name != "seed"},
            **numbers,
        },
        column_config={
            " ": st.column_config.ImageColumn(width=40),
            **_formats({title(name): values for name, values in settings.items()}),
            "Runs": st.column_config.NumberColumn(format="%d"),
            **{name: st.column_config.NumberColumn(format="%.2f") for name in list(_STATISTICS)[1:]},
        },
        key="compare-seeds",
        width="content",
    )


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _button(
    key: str, runs: list[ComparedRun], act: Callable[[ComparedRun], None], **shown: Any
) -> dict[str, Any]:
    """A column of buttons, of which each does that with the run of its row."""

    def click() -> None:
        clicked = st.session_state.get(key)
        if clicked is not None and 0 <= clicked["row"] < len(runs):
            act(runs[clicked["row"]])

    return st.column_config.ButtonColumn(key=key, on_click=click, pinned=True, **shown)


def _without_a_mouse(runs: list[ComparedRun]) -> None:
    """The same two buttons where the Tab key comes to them: Streamlit 1.67 has none in a table."""
    with st.popover("Open or use a run", icon=":material/keyboard:"):
        by_id = {each.id: each for each in runs}
        first = next(iter(by_id))
        run = by_id[select_box("Run", list(by_id), first, "compare-run", lambda each: by_id[each].title)]
        st.button("Open it on Train", key="compare-open-it", on_click=_open, args=(run,))
        st.button("Use its settings", key="compare-use-it", on_click=_use, args=(run,))


def _open(run: ComparedRun) -> None:
    leave(TRAIN, address(LINK_OF_TRAIN, run=run.id))


def _use(run: ComparedRun) -> None:
    set_up(run.config.model_copy(update={"name": ""}))
    leave(TRAIN, {})
