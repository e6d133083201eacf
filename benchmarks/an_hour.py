"""What a class does to the memory of the page process and of both workers, an hour's worth in fast motion.

    python benchmarks/an_hour.py                       # about ten minutes on a quiet machine
    python benchmarks/an_hour.py --quick               # two
    python benchmarks/an_hour.py --build ../before     # another checkout first, in the same sitting
    python benchmarks/an_hour.py --people 30

In each minute of the class a teacher trains a run of `digits-quick`, and ten people look at a view each, of
every page, ask the workers, draw and upload files; after three views a session ends, and another one begins.
The next minute begins when all have seen what they asked for, so that every build does the same. Sessions are
`tests/tab.py`, since ten browsers would take the memory from what is measured. At the end stand the bounds
that the class should keep within. Needs the packages of requirements-dev.txt.
"""

import argparse
import asyncio
import contextlib
import shutil
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.class_hour_people import PATIENCE, Person, Teacher  # noqa: E402
from lenet.data.published_files import data_folders  # noqa: E402
from tests.dashboard import Dashboard, dashboard  # noqa: E402
from tests.tab import Tab  # noqa: E402

MINUTES, QUICK_MINUTES = 60, 12
# Streamlit keeps the session of a closed tab for two minutes: of the class, a minute of which takes 7 seconds
# on a quiet machine. Of two real minutes it would keep the sessions of a quarter of the hour.
KEPT = 15  # seconds
# By how much nicer than the page process, `lenet.engine.worker.NICENESS`.
ROLES = {3: "trainer", 5: "inference"}

MOST_MB_OF_PAGE, MOST_MB_A_SESSION = 250, 3
MOST_MB = {"trainer": 1500, "inference": 1200}
MOST_GROWTH = 1.05  # from the middle to the end


# What it costs


@dataclass
class Sample:
    """Megabytes at the end of one minute of the class; of several workers of a role the largest."""

    minute: int
    sessions: int  # open
    page: float
    page_shared: float  # the page process' proportional share (PSS); 0 where nobody tells
    trainer: float
    inference: float

    @property
    def all_together(self) -> float:
        """Of the page process and both workers."""
        return self.page + self.trainer + self.inference


def sample(running: Dashboard, minute: int, sessions: int) -> Sample:
    """As it is now."""
    page = psutil.Process(running.pid)
    sizes = {"trainer": 0.0, "inference": 0.0}
    for worker in page.children():
        with contextlib.suppress(psutil.Error):  # just ended
            role = ROLES.get(worker.nice() - page.nice())
            if role:
                sizes[role] = max(sizes[role], worker.memory_info().rss / 1e6)
    memory = page.memory_full_info()
    return Sample(minute, sessions, memory.rss / 1e6, getattr(memory, "pss", 0) / 1e6, **sizes)


async def play(running: Dashboard, minutes: int, patience: float, how_many: int) -> AsyncIterator[Sample]:
    """The class; a sample at the beginning, and one after each minute."""
    people = [Person(running, number, patience) for number in range(how_many)]
    async with Tab(f"{running.url}/train?recipe=digits-quick") as tab:
        teacher = Teacher(running, tab)
        await teacher.train()  # the workers are warm
        yield sample(running, 0, 1)
        for minute in range(1, minutes + 1):
            await asyncio.gather(teacher.train(), *(each.look(minute) for each in people))
            yield sample(running, minute, how_many + 1)
        for each in people:
            await each.leave()
        await asyncio.sleep(3 * KEPT)
        left = sample(running, minutes, 1)
        print(f"\nA minute after they left the page process has {left.page:.0f} MB.")
    seen = [is_there for person in people for is_there in person.waited.values()]
    print(f"\n{sum(seen)} of {len(seen)} views were there within {patience:.0f} s. A run took "
          f"{statistics.median(teacher.seconds[:5]):.1f} s at first, "
          f"{statistics.median(teacher.seconds[-5:]):.1f} s at the end.")  # fmt: skip
    if late := [view for person in people for view, is_there in person.waited.items() if not is_there]:
        print(f"Not there: {', '.join(late)}.")


async def measure(build: Path, minutes: int, patience: float, people: int) -> list[Sample]:
    """All samples of one build; prints some as a table."""
    samples, every = [], max(1, minutes // 12)
    print("\n| build | minute | sessions | page process, MB | its share (PSS) | inference, MB | trainer, MB |"
          "\n|---|---|---|---|---|---|---|", flush=True)  # fmt: skip
    with (
        tempfile.TemporaryDirectory() as folder,
        dashboard(Path(folder), build, **settings(Path(folder))) as running,
    ):
        async for now in play(running, minutes, patience, people):
            samples.append(now)
            if now.minute % every == 0:
                sizes = (now.page, now.page_shared, now.inference, now.trainer)
                row = " | ".join(f"{each:.0f}" for each in (now.minute, now.sessions, *sizes))
                print(f"| {build.name} | {row} |", flush=True)
    return samples


def settings(folder: Path) -> dict[str, str]:
    """Of the dashboard, in its environment."""
    data = str(copied_data(folder))
    return {"LENET_DATA": data, "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(KEPT)}


def copied_data(folder: Path) -> Path:
    """A folder of data for this class alone: what it uploads goes there."""
    copies = folder / "data"
    copies.mkdir()
    for name in ("mnist.npz", "fashion_mnist.npz", "pen_strokes.jsonl.gz"):
        if file := next((each / name for each in data_folders() if (each / name).is_file()), None):
            shutil.copy(file, copies)
    return copies


def middle_and_end(samples: list[Sample], size: Callable[[Sample], float]) -> tuple[float, float]:
    """Medians of the middle tenth and of the last one, of which the noise of one minute is no part."""
    tenth, half = max(1, len(samples) // 10), len(samples) // 2
    parts = samples[half - tenth // 2 : half - tenth // 2 + tenth], samples[-tenth:]
    return tuple(statistics.median(map(size, part)) for part in parts)


def print_verdicts(samples: list[Sample]) -> None:
    """Of this build, bound by bound."""
    bounds = {"page": MOST_MB_OF_PAGE + MOST_MB_A_SESSION * samples[-1].sessions, **MOST_MB}
    for name, most in bounds.items():
        highest = max(getattr(each, name) for each in samples)
        middle, end = middle_and_end(samples, lambda each, name=name: getattr(each, name))
        print(f"{name}: {highest:.0f} MB at most (wanted: {most}), {_word(highest <= most)}; "
              f"{middle:.0f} in the middle, {end:.0f} at the end, {end / middle:.3f} "
              f"(wanted: {MOST_GROWTH}), {_word(end <= MOST_GROWTH * middle)}")  # fmt: skip


def print_comparison(samples: list[Sample], others: list[Sample]) -> None:
    """What is held at the end, beside the other build."""
    for name in ("page", "inference", "trainer", "all_together"):
        ours, theirs = (
            middle_and_end(each, lambda now, name=name: getattr(now, name))[1] for each in (samples, others)
        )
        print(f"{name}: {ours:.0f} MB instead of {theirs:.0f}, {ours / theirs:.2f}")


def _word(is_kept: bool) -> str:
    return "kept" if is_kept else "NOT KEPT"


def main(given: Any) -> None:
    """Print the table of each build, the verdicts, and the comparison."""
    minutes = QUICK_MINUTES if given.quick else given.minutes
    how = minutes, given.patience, given.people
    others = asyncio.run(measure(given.build.resolve(), *how)) if given.build else []
    samples = asyncio.run(measure(ROOT, *how))
    print()
    print_verdicts(samples)
    if others:
        print_comparison(samples, others)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=MINUTES, help="of the class")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_MINUTES} minutes of the class")
    parser.add_argument(
        "--patience", type=float, default=PATIENCE, help="seconds that somebody waits for a view"
    )
    parser.add_argument("--people", type=int, default=10, help="who look at views")
    parser.add_argument("--build", type=Path, help="another checkout, to be compared with")
    main(parser.parse_args())
