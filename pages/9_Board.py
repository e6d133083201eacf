"""Board: what everybody's runs do, for a projector: who leads, and the newest runs as they learn."""

import streamlit as st

from lenet.comparison.compared_run import compared_runs
from lenet.comparison.leaderboard import RANKINGS
from lenet.runs.folder import default_folder
from lenet.runs.run_index import list_runs
from pages.parts.board.leaders import leaders
from pages.parts.board.tiles import tiles
from pages.parts.shared.engine import engine_id
from pages.parts.shared.guidance import heading
from pages.parts.shared.link import bound, hold, read
from pages.parts.shared.link_fields import BOARD as LINK

TICK = 2.0  # seconds: often enough for a class, and each costs a tenth of one


@st.fragment(run_every=TICK)
def board() -> None:
    """Drawn anew by itself; the ranking is in the link."""
    hold()
    by = read(LINK["by"])
    st.segmented_control(
        "Rank by", list(RANKINGS), format_func=lambda key: RANKINGS[key].title, required=True,
        **bound(LINK["by"], by),
    )  # fmt: skip
    folder = default_folder()
    listed = [run for run in list_runs(folder, engine_id()) if not run.problem]
    runs, _ = compared_runs([run.id for run in listed], listed, folder)
    if not runs:
        return st.info("No run yet. What somebody starts on **Train** is here at once.")
    left, right = st.columns([1, 1.8], gap="large")
    with left:
        leaders(runs, RANKINGS[by])
    with right:
        tiles(runs)


heading("Board")
board()
