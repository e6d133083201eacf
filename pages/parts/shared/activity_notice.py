"""What the class does together now: said on every page, by the browser, which asks over HTTP.

No page runs for it, but for that of the activity, which is drawn anew when there is something new. Must not
import Dask, TensorFlow or Keras.
"""

import time
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse

from lenet.activities import activity, guess, write_along
from lenet.runs.folder import default_folder
from pages.parts.shared.clicks import ACTIVITY
from pages.parts.shared.link import go
from pages.parts.shared.polling import with_polling
from pages.parts.shared.room import classroom

GUESS = "Guess with the machine"
_HERE = Path(__file__).parent
_WAIT, _WAIT_IN_GAME = 2.0, 1.0  # seconds between two questions of a tab
_QUIET = ("board", "class")  # pages where nobody is called away

_mount = st.components.v2.component(
    "lenet_activity_notice",
    html='<div class="notice" role="status" hidden><span></span><button>Take part</button></div>',
    css=(_HERE / "activity_notice.css").read_text("utf-8"),
    js=with_polling(_HERE / "activity_notice.js"),
)


def activity_notice(page: str) -> None:
    """On the page of that name in the address; nothing where people work alone."""
    if classroom() is not None and page not in _QUIET:
        data = {"is_here": page == "activity", "version": guess.version(default_folder())}
        _mount(key="activity-notice", data=data, on_changed_change=lambda: None,
               on_open_change=lambda: go(ACTIVITY))  # fmt: skip


def activity_now(request: Request) -> JSONResponse:
    """The route `GET lenet/activity`: what is on, and at which point it is; `left`: seconds of a round."""
    runs = default_folder()
    version, folder = guess.version(runs), activity.now_on(runs)
    game, words = guess.opened(folder), ""
    if game:
        words = f"{GUESS}: round {game.number + 1} of {len(game.choice.rounds)}"
    elif request_ := write_along.opened(folder):
        words = request_.request
    left = max(0.0, game.until - time.time()) if game and game.until and game.phase == "asking" else None
    wait = _WAIT_IN_GAME if game else _WAIT
    answer = {"version": version, "words": words, "left": left, "wait": wait}
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})
