"""Board: what the class does, for a projector: who leads, runs as they learn, and what all do together."""

import streamlit as st

from lenet.activities import guess
from lenet.comparison.leaderboard import RANKINGS
from lenet.runs.folder import default_folder
from pages.parts.board.beginning import is_choosing
from pages.parts.board.controls import controls
from pages.parts.board.screen import board_screen
from pages.parts.shared import questions
from pages.parts.shared.guidance import heading
from pages.parts.shared.link import bound, read
from pages.parts.shared.link_fields import BOARD as LINK
from pages.parts.shared.room import person

TITLES = {"now": "What is on", "runs": "Runs", "activity": "Last activity", "people": "Whose are hard?"}

questions.will_look_again()
questions.begin()
at = guess.version(default_folder())
heading("Board")
who = person()
with st.container(horizontal=True, vertical_alignment="center"):
    show, by = read(LINK["view"]), read(LINK["by"])
    st.segmented_control("Show", list(TITLES), format_func=TITLES.get, required=True,
                         label_visibility="collapsed", **bound(LINK["view"], show))  # fmt: skip
    if show == "runs" or (show == "now" and not at):  # where runs are shown
        st.selectbox("Rank by", list(RANKINGS), format_func=lambda key: f"By {RANKINGS[key].title.lower()}",
                     width=380, label_visibility="collapsed", **bound(LINK["by"], by))  # fmt: skip
    if who is not None and who.is_teacher:
        controls()
is_choosing()
board_screen(show, by, who is not None and who.is_teacher, at)
questions.settle()
questions.look_again()
