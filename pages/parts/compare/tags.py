"""Tags of the runs that are compared: words by which they are found again. Must not import TensorFlow."""

import streamlit as st

from lenet.comparison.compared_run import ComparedRun
from lenet.errors import RunError
from lenet.formatting import counted
from lenet.people.owner import may_change
from lenet.runs.status import LONGEST_TAG
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import person

_PROBLEM = "compare-tag-problem"  # key of the session


def tags_menu(runs: list[ComparedRun]) -> None:
    """Give all of them a tag that the person may change, or take one away."""
    who = person()
    runs = [each for each in runs if may_change(each.run.path, who)]
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(escaped(problem))
    with st.popover("Tags", icon=":material/sell:", disabled=not runs):
        of = counted(len(runs), "run")
        st.text_input("Tag", key="compare-tag", max_chars=LONGEST_TAG, placeholder="A word or two")
        st.button(f"Give it to {of}", icon=":material/add:", on_click=_give, args=(runs,))
        for tag in sorted({tag for each in runs for tag in each.summary.tags}):
            st.button(f"Take “{escaped(tag)}” away", icon=":material/close:", key=f"compare-untag-{tag}",
                      on_click=_tag, args=(runs, tag, False))  # fmt: skip


def _give(runs: list[ComparedRun]) -> None:
    _tag(runs, st.session_state.get("compare-tag", ""), True)


def _tag(runs: list[ComparedRun], tag: str, is_wanted: bool) -> None:
    for each in runs:
        try:
            each.run.tag(tag, is_wanted)
        except RunError as error:
            st.session_state[_PROBLEM] = str(error)
            return
