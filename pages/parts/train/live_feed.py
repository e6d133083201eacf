"""What the components on the Train page ask over HTTP while they watch runs: `GET lenet/live`.

One reading of a run's files serves all who watch it, and they get what is new to them, at a rhythm that slows
as their number grows: no page runs for it. Must not import Dask, TensorFlow or Keras.
"""

import threading
import time
from asyncio import CancelledError
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from lenet.data import datasets
from lenet.errors import DatasetError, EngineError, RunError, SweepError
from lenet.live import LiveRun, digest, feature_maps, figures, shown, signature
from lenet.runs.folder import Run, default_folder
from lenet.runs.listing import RunSummary
from lenet.runs.run_index import index_of
from lenet.runs.status import ACTIVE_STATES
from lenet.sweep.folder import Sweep
from pages.parts.shared.engine import READY, engine, engine_id, engine_words
from pages.parts.shared.room import person

_FASTEST, _SLOWEST, _IDLE = 0.5, 1.5, 2.0  # seconds between two questions of a tab
_PER_TAB = 0.05  # seconds that each tab adds
_GONE = 10.0  # seconds after which a tab that asks no more is none
_MOST_RUNS = 16  # kept in memory: those asked for last
_MOST_IMAGES = 4  # of a run, whose feature maps are kept up to date
_LONGEST = 200  # characters of a parameter


@dataclass
class _Maps:
    """The feature maps of one test image, and the question for newer ones."""

    version: int = 0  # of the weights that were asked for last
    future: Any = None
    answer: dict[str, Any] | None = None

    def collect(self, run: Run) -> None:
        """Take the answer, if it is there."""
        if self.future is None or not self.future.done():
            return
        try:
            self.answer = feature_maps(run, self.future.result(timeout=1)) | {"known": str(self.version)}
        except (Exception, CancelledError):  # whatever the worker raised: the next checkpoint asks again
            self.answer = None
        self.future = None

    def ask(self, run: Run, image: int, version: int) -> None:
        """Ask the inference worker, where these weights have not been asked for yet."""
        ready = engine()
        if self.future is not None or version in (0, self.version) or ready is None:
            return
        try:
            self.future = ready.infer(
                "lenet.inspection.api.live_feature_maps", str(run.path.resolve()), image
            )
            self.version = version
        except EngineError:  # the page says what is missing
            return


class _Watched:
    """A run that somebody watches; one thread at a time."""

    def __init__(self, run: Run) -> None:
        self.live = LiveRun(run)
        self.lock = threading.Lock()
        self._maps: OrderedDict[int, _Maps] = OrderedDict()

    def maps(self, image: int) -> dict[str, Any] | None:
        """The newest maps of that test image that there are; newer ones are on their way."""
        maps = self._maps.setdefault(image, _Maps())
        self._maps.move_to_end(image)
        while len(self._maps) > _MOST_IMAGES:
            self._maps.popitem(last=False)
        maps.collect(self.live.run)
        maps.ask(self.live.run, image, self.live.version)
        return maps.answer


class Feed:
    """Answers every tab of every browser."""

    def __init__(self) -> None:
        self._watched: OrderedDict[str, _Watched] = OrderedDict()
        self._tabs: dict[str, float] = {}
        self._lock = threading.Lock()

    def answer(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """What is new to a tab.

        Args:
            asked: `run`, the run that it shows; `wanted`, the one that its link names; `tab`, which tab it
                is; `figures`, `steps`, `epochs`, `kernels`, `maps`: what it has of each, as told; `image`:
                the test image whose feature maps it wants; `sweep`: the sweep that it shows.
        """
        asked = {name: value[:_LONGEST] for name, value in asked.items()}
        wait = self._rhythm(asked.get("tab", ""))
        index = index_of(default_folder().absolute())
        runs = index.runs(engine_id(), fresh=wait / 2)
        summary = next((run for run in runs if run.id == asked.get("run")), None)
        now = summary if asked.get("wanted") and summary else shown(runs, person())
        answer = {"signature": page_signature(now), "runs": index.version, "engine": engine_words()}
        if "sweep" in asked:
            answer["sweep"] = {"id": asked["sweep"], "version": _sweep_version(asked["sweep"])}
        if summary is not None:
            answer |= self._about(summary, runs, asked)
        is_moving = any(run.state in ACTIVE_STATES for run in runs) or answer["engine"] not in ("", READY)
        return answer | {"wait": wait if is_moving else max(wait, _IDLE)}

    def _about(self, summary: RunSummary, runs: list[RunSummary], asked: Mapping[str, str]) -> dict[str, Any]:
        """Of that run, without what the tab has."""
        try:
            watched = self._watch(summary.id)
        except RunError:  # deleted meanwhile: the next list has it no more
            return {}
        with watched.lock:
            watched.live.refresh()
            parts = {
                "figures": figures(summary, runs),
                "steps": watched.live.steps.since(asked.get("steps", "")),
                "epochs": watched.live.epochs.since(asked.get("epochs", "")),
            }
            parts["figures"]["known"] = digest(parts["figures"])
            if "image" in asked:
                parts["kernels"] = watched.live.kernels()
            if "image" in asked and not datasets.hidden(summary.dataset, watched.live.run.path):
                image = asked["image"]
                parts["maps"] = watched.maps(int(image) if image.isdecimal() and len(image) < 10 else 0)
        return {name: part for name, part in parts.items() if part and part["known"] != asked.get(name)}

    def _watch(self, run_id: str) -> _Watched:
        with self._lock:
            if run_id not in self._watched:
                self._watched[run_id] = _Watched(Run.open(run_id))
            self._watched.move_to_end(run_id)
            while len(self._watched) > _MOST_RUNS:
                self._watched.popitem(last=False)
            return self._watched[run_id]

    def _rhythm(self, tab: str) -> float:
        """Seconds until that tab should ask again; it counts as one who watches."""
        now = time.monotonic()
        with self._lock:
            self._tabs[tab] = now
            self._tabs = {each: asked for each, asked in self._tabs.items() if now - asked < _GONE}
            return min(_SLOWEST, max(_FASTEST, _PER_TAB * len(self._tabs)))


def page_signature(summary: RunSummary | None) -> str:
    """Of all that the live panel draws besides what this feed brings."""
    ready = engine()
    return signature(summary, ready is not None, ready.state().problem if ready else None)


def _sweep_version(sweep_id: str) -> str:
    """Of all that the panel of a sweep draws; empty of one that is gone."""
    try:
        return Sweep.open(sweep_id).version()
    except SweepError:
        return ""


_feed = Feed()


def live(request: Request) -> JSONResponse:
    """The route; in a thread of Starlette's pool, since it reads files."""
    try:
        answer = _feed.answer(request.query_params)
    except (OSError, RunError, DatasetError) as error:  # of a folder that vanishes under it
        return JSONResponse({"problem": str(error)[:_LONGEST], "wait": _IDLE}, status_code=503)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})
