"""What the teacher does with the class from the board. No TensorFlow."""

from functools import partial

import streamlit as st

from lenet.activities import activity
from lenet.activities.guess import Game, go_on, reveal
from lenet.activities.guess import opened as game_of
from lenet.activities.write_along import WriteAlong, hide, keep
from lenet.activities.write_along import opened as request_of
from lenet.data import datasets
from lenet.formatting import counted
from lenet.networks.pretrained import BEST
from lenet.runs.folder import Run, default_folder
from lenet.training.fine_tuning import find, fine_tuned
from pages.parts.board.beginning import guess_form, write_form
from pages.parts.shared.deed import do
from pages.parts.shared.launch import launch
from pages.parts.shared.link import write
from pages.parts.shared.link_fields import BOARD as LINK

_KEPT = "board-kept"  # key of the session


def controls() -> None:
    """To begin something, and to lead what is on; in a row with others."""
    runs = default_folder()
    folder = activity.now_on(runs)
    write_form()
    guess_form()
    if game := game_of(folder):
        _game(game)
    elif request := request_of(activity.newest(runs, "write")):
        _request(request)
    if folder:
        st.button("End it", icon=":material/stop:", key="activity-end", on_click=do,
                  args=(activity.put_on, runs, None))  # fmt: skip
    if words := st.session_state.pop(_KEPT, None):
        st.toast(words, icon=":material/check:")


def _game(game: Game) -> None:
    """Reveal, then go on."""
    if game.phase == "asking":
        st.button("Reveal", icon=":material/visibility:", type="primary", key="guess-reveal", on_click=do,
                  args=(reveal, game.folder))  # fmt: skip
    elif game.phase == "revealed":
        is_last = game.number + 1 == len(game.choice.rounds)
        words = "Who is better?" if is_last else "Next image"
        st.button(words, icon=":material/arrow_forward:", type="primary", key="guess-next", on_click=do,
                  args=(go_on, game.folder))  # fmt: skip


def _request(request: WriteAlong) -> None:
    """What becomes of all that was written."""
    st.button("Make it the class's data set", icon=":material/dataset:", key="write-keep", on_click=do,
              args=(_keep, request))  # fmt: skip
    lack = datasets.where_to_put(request.dataset) if not datasets.available(request.dataset) else ""
    st.button("Fine-tune on it", icon=":material/model_training:", key="write-train", disabled=bool(lack),
              help=lack or f"{BEST} goes on with all that is in the data set.", on_click=do,
              args=(_fine_tune, request))  # fmt: skip
    if request.hidden:
        st.button(f"Show {counted(len(request.hidden), 'hidden drawing')}", icon=":material/visibility:",
                  key="write-show", on_click=partial(_show_all, request))  # fmt: skip


def _show_all(request: WriteAlong) -> None:
    for who in request.hidden:
        do(hide, default_folder(), request.folder, who, False)


def _keep(request: WriteAlong) -> None:
    found = keep(default_folder(), request.dataset)
    title = datasets.info(request.dataset).title
    st.session_state[_KEPT] = f"{counted(found.added, 'drawing')} added to {title}; {found.known} were there."


def _fine_tune(request: WriteAlong) -> None:
    """An ordinary run of the teacher's, on the board at once."""
    config = fine_tuned(find(BEST, default_folder()), datasets.info(request.dataset))
    launch(Run.create(config))
    write(LINK["view"], "runs")
