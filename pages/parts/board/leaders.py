"""Who leads: a line for each person, in letters for the last row. Must not import TensorFlow or Keras."""

from collections.abc import Sequence

import streamlit as st

from lenet.comparison.compared_run import ComparedRun
from lenet.comparison.leaderboard import Ranking, leaderboard
from pages.parts.shared.markdown import escaped

_MOST = 10  # lines: more are not read from the last row


def leaders(runs: Sequence[ComparedRun], ranking: Ranking) -> None:
    """The best of each person."""
    lines = leaderboard(runs, ranking)
    if not lines:
        st.caption(f"Nobody's run has this figure yet: {ranking.title.lower()}.")
    for line in lines[:_MOST]:
        with st.container(gap="xxsmall"):
            with st.container(horizontal=True, horizontal_alignment="distribute"):
                st.markdown(f"#### {line.place}. {escaped(line.person)}", width="content")
                st.markdown(f"#### {ranking.form(line.value)}", width="content")
            st.caption(escaped(line.run.title))
    if (more := len(lines) - _MOST) > 0:
        st.caption(f"And {more} more.")
