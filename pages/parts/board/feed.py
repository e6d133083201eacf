"""What the board shows, worked out once for all who look at it: `GET lenet/board`.

A tab says what it has and is answered with HTML where there is something else; no page runs for it. Must not
import Dask, TensorFlow or Keras.
"""

import hashlib
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from lenet.activities import activity, guess, write_along
from lenet.comparison.compared_run import ComparedRun, compared_runs
from lenet.comparison.leaderboard import OWN_DIGITS, RANKINGS, Ranking, of_one_data_set
from lenet.data.drawing_collection import Collection
from lenet.formatting import counted
from lenet.people.person import TEACHER, Person
from lenet.runs.folder import default_folder
from lenet.runs.run_index import index_of
from pages.parts.board.answers import Answers
from pages.parts.board.guess_html import guess_html
from pages.parts.board.own_digits import share, test_digits
from pages.parts.board.runs_html import runs_html
from pages.parts.board.writing_html import people_html, read, recent_html, writing_html
from pages.parts.shared.engine import engine_id
from pages.parts.shared.orders import orders
from pages.parts.shared.room import asking, classroom

SHOWN = ("now", "runs", "activity", "people")
_WAIT, _WAIT_IN_GAME = 2.0, 1.0  # seconds between two questions of a tab
_FRESH = 0.8  # seconds that a view is good, whoever asks
_MOST_VIEWS = 16


@dataclass
class _View:
    """What was worked out.

    Attributes:
        state: of all that it was made of; `looked`: when that was looked at.
        is_wanting: whether answers of models are missing.
    """

    state: tuple = ()
    is_wanting: bool = False
    looked: float = -1e9
    version: str = ""
    html: str = ""


class BoardFeed:
    """Answers every tab of every browser."""

    def __init__(self) -> None:
        self._answers, self._lock = Answers(), threading.Lock()
        self._views: dict[tuple[str, str], _View] = {}

    def answer(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """`asked`: `show` and `by`, as in the page's link; `have`: the version that the tab shows."""
        show = asked.get("show") if asked.get("show") in SHOWN else "now"
        by = asked.get("by") if asked.get("by") in RANKINGS else "accuracy"
        with self._lock:
            view = self._view(show, by)
        is_game = guess.opened(activity.now_on(default_folder())) is not None
        wait = _WAIT_IN_GAME if is_game else _WAIT
        at = guess.version(default_folder())
        answer = {"version": view.version, "at": at, "now": time.time(), "wait": wait}
        return answer if asked.get("have") == view.version else answer | {"html": view.html}

    def _view(self, show: str, by: str) -> _View:
        view = self._views.setdefault((show, by), _View())
        if time.monotonic() - view.looked < _FRESH:
            return view
        while len(self._views) > _MOST_VIEWS:
            del self._views[next(iter(self._views))]
        self._answers.look()
        if (state := self._state()) != view.state or view.is_wanting:
            self._answers.is_wanting = False
            view.html = self._html(show, by)
            view.is_wanting = self._answers.is_wanting
            view.version = hashlib.sha256(view.html.encode()).hexdigest()[:16]
            view.state = state
        view.looked = time.monotonic()
        return view

    def _state(self) -> tuple:
        """Of all that is shown; another one wherever something is new."""
        runs = default_folder()
        index = index_of(runs.absolute())
        index.runs(engine_id(), fresh=_FRESH)
        folders = [Collection().folder, *(each / "drawings" for each in activity.folders(runs))]
        game = guess.opened(_last(runs))
        return (
            index.version, guess.version(runs), *map(_changed, folders),
            len(game.answers()) if game else 0, self._answers.version, tuple(_people()), _count(()),
            engine_id(),
        )  # fmt: skip

    def _html(self, show: str, by: str) -> str:
        folder = activity.now_on(default_folder())
        if show == "people":
            return self._people()
        if show == "activity":
            folder = _last(default_folder())
            if folder is None:
                return "<p>Nothing was on yet.</p>"
        if show in ("now", "activity"):
            if game := guess.opened(folder):
                return guess_html(game, _people(), _count(game.said(game.number)))
            if request := write_along.opened(folder):
                people = _count(request.drawings())
                return writing_html(request, read(request, self._answers), _names(), people)
        return self._runs(by)

    def _runs(self, by: str) -> str:
        folder = default_folder()
        listed = [
            run for run in index_of(folder.absolute()).runs(engine_id(), fresh=_FRESH) if not run.problem
        ]
        runs, _ = compared_runs([run.id for run in listed], listed, folder)
        ranking, note = self._ranking(by, runs)
        last = write_along.opened(activity.newest(folder, write_along.KIND))
        recent = recent_html(last, read(last, self._answers), _names()) if last and last.shown() else ""
        return runs_html(runs, ranking, note) + recent

    def _ranking(self, by: str, runs: Sequence[ComparedRun]) -> tuple[Ranking, str]:
        """And what it is of, in words."""
        ranking = RANKINGS[by]
        if by == OWN_DIGITS:
            digits = test_digits()
            note = f"Of {counted(len(digits), 'drawing')} that no training sees" if digits else ""
            return replace(ranking, of=lambda run: share(run, digits, self._answers)), note or "No digits yet"
        rivals = {run.id: run.summary.dataset for run in of_one_data_set(runs)}
        note = next((f"Runs on {name}" for name in rivals.values()), "")
        return replace(ranking, of=lambda run: ranking.of(run) if run.id in rivals else None), note

    def _people(self) -> str:
        last = write_along.opened(activity.newest(default_folder(), write_along.KIND))
        if last is None:
            return "<p>Nobody was asked to write yet.</p>"
        same = [each for each in write_along.all_of(default_folder(), last.dataset) if each.name == last.name]
        asked = [replace(each, models=last.models) for each in same]
        return people_html([(each, read(each, self._answers)) for each in asked], _names())


def _changed(folder: Path) -> int:
    """When, in ns, something came into the folder or went; 0: there is none."""
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def _last(runs: Path) -> Path | None:
    """The folder of what is on, else of what was on last."""
    return activity.now_on(runs) or next(iter(reversed(activity.folders(runs))), None)


def _people() -> list[Person]:
    room = classroom()
    return room.people if room else []


def _count(sent: Iterable[str]) -> int:
    """How many of the class have a page open, or are among those who have sent something."""
    ids = {each.id for each in _people()}
    return len(ids & (orders().here() | set(sent)))


def _names() -> dict[str, str]:
    return {each.id: each.name for each in (*_people(), TEACHER)}


@cache
def feed() -> BoardFeed:
    """One for the whole server."""
    return BoardFeed()


def board(request: Request) -> JSONResponse:
    """The route; in a thread, since it reads files. What it shows is the same whoever asks."""
    asking.set(None)
    return JSONResponse(feed().answer(request.query_params), headers={"Cache-Control": "no-store"})
