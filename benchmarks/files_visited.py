"""How many files are visited from a click on Evaluate to its figure, and from Start to the first point.

    python benchmarks/files_visited.py [--names]

The pages run as in AppTest, the workers as always. A profiler notes each file of `lenet/` and `pages/` at the
first call of one of its functions, in the page's process and in the worker, and which file called it. An
arrow is a pair of files of which one calls the other; it leads back where the called one was visited first.
For Evaluate: an epoch of a run whose evaluation is not stored yet, from the first drawing of the page to the
confusion matrix and its images. For Start: from the click to the answer of the live feed with a first point.
Needs the packages of requirements-dev.txt; the data are the bundled digits.
"""

import argparse
import inspect
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from streamlit.testing.v1 import AppTest  # noqa: E402

from lenet.engine.base import Engine  # noqa: E402
from lenet.runs.run_index import list_runs  # noqa: E402
from pages.parts.shared import engine as shared_engine  # noqa: E402
from pages.parts.train.live_feed import Feed  # noqa: E402
from tests.start_button import StartButton  # noqa: E402


def begin(root: str) -> None:
    """Note calls in this thread, and in those that are still to begin."""
    files: dict[str, float] = {}  # in the order of their first call → when that was, in seconds since 1970
    arrows: dict[tuple[str, str], float] = {}
    names: dict[str, str] = {}

    def name_of(frame: Any) -> str:
        """The file of ours in which that function is; "" of any other."""
        path = frame.f_code.co_filename
        if path not in names:
            inside = path.removeprefix(f"{root}/")
            is_ours = inside != path and inside.startswith(("lenet/", "pages/"))
            names[path] = inside if is_ours else ""
        is_script = names[path].startswith(("pages/2", "pages/3"))
        is_function = bool(frame.f_code.co_flags & inspect.CO_OPTIMIZED)  # no module, no body of a class
        return names[path] if is_function or is_script else ""

    def way_up(frame: Any) -> Iterator[Any]:
        while (frame := frame.f_back) is not None:
            yield frame

    def note(frame: Any, event: str, _: Any) -> None:
        if event != "call" or not (called := name_of(frame)):
            return
        caller = next((name for each in way_up(frame) if (name := name_of(each))), called)
        if called in files and (caller == called or (caller, called) in arrows):
            return
        if any(each.f_code.co_filename.startswith("<frozen importlib") for each in way_up(frame)):
            return  # while a module is imported
        now = time.time()
        files.setdefault(called, now)
        if caller != called:
            arrows.setdefault((caller, called), now)

    sys.noted = files, arrows
    threading.setprofile(note)
    sys.setprofile(note)


def end() -> tuple[dict[str, float], dict[tuple[str, str], float]]:
    """What was noted since `begin`."""
    threading.setprofile(None)
    sys.setprofile(None)
    return tuple(dict(each) for each in sys.noted)


@dataclass(frozen=True)
class Way:
    """What was visited in one process, until a moment."""

    files: dict[str, float]
    arrows: dict[tuple[str, str], float]

    def until(self, moment: float) -> "Way":
        return Way(
            *({key: at for key, at in each.items() if at <= moment} for each in (self.files, self.arrows))
        )

    def back(self) -> int:
        """How many arrows lead to a file that was visited before the one that calls it."""
        return sum(self.files[called] < self.files[caller] for caller, called in self.arrows)


def on_worker(engine: Engine, role: str, function: Callable[..., Any], *args: Any) -> Any:
    """In the thread of that worker that answers, or trains."""
    return engine.client.submit(function, *args, resources={role: 1}, pure=False).result(60)


def evaluate(engine: Engine, run: str) -> tuple[Way, Way]:
    """In the page's process, and in the inference worker."""
    test = AppTest.from_file(ROOT / "pages" / "3_Evaluate.py", default_timeout=60)
    test.query_params["model"] = f"{run}@1"
    on_worker(engine, "inference", begin, str(ROOT))
    begin(str(ROOT))
    wait_until(lambda: len(test.run().get("plotly_chart")) == 2)
    page = Way(*end())
    assert not test.exception and test.metric
    return page, Way(*on_worker(engine, "inference", end))


def start(engine: Engine) -> tuple[Way, Way]:
    """In the page's process, and in the trainer."""
    test = AppTest.from_file(ROOT / "pages" / "2_Train.py", default_timeout=60)
    test.query_params["recipe"] = "digits-quick"
    wait_until(lambda: not StartButton(test.run()).disabled)
    feed, before = Feed(), {run.id for run in list_runs()}
    on_worker(engine, "trainer", begin, str(ROOT))
    begin(str(ROOT))
    StartButton(test).click()
    (run,) = (each.id for each in list_runs() if each.id not in before)
    wait_until(lambda: len(feed.answer({"run": run, "image": "0"}).get("steps", {}).get("step", ())) > 0)
    page, moment = Way(*end()), time.time()
    return page, Way(*on_worker(engine, "trainer", end)).until(moment)


def wait_until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not come"
        time.sleep(0.05)


def report(what: str, page: Way, worker: Way, with_names: bool) -> None:
    """Print it."""
    together = page.files.keys() | worker.files.keys()
    both = page.files.keys() & worker.files.keys()
    print(f"{what}: {len(together)} files, of which {len(both)} are visited in both processes")
    for process, way in (("page", page), ("worker", worker)):
        print(f"  {process}: {len(way.files)} files, {len(way.arrows)} arrows, {way.back()} lead back")
        if with_names:
            print(f"    {', '.join(way.files)}")


def main(arguments: argparse.Namespace) -> None:
    """Measure both, with runs of their own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LENET_RUNS"] = folder
        command = (sys.executable, "-m", "lenet", "train", "digits-quick", "--set", "epochs=2")
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        (run,) = list_runs()
        wait_until(lambda: shared_engine.engine() is not None)
        engine = shared_engine.engine()
        wait_until(lambda: engine.state().inference == engine.state().trainer == "ready")
        report("Evaluate to its figure", *evaluate(engine, run.id), arguments.names)
        report("Start to the first point", *start(engine), arguments.names)
        engine.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--names", action="store_true", help="which files, in the order of their first call")
    main(parser.parse_args())
