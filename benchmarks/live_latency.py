"""Milliseconds from an event of the pen on the Draw page to new bars on the screen, while it moves.

    python benchmarks/live_latency.py [--strokes 200]        # every move: small, large, slow
    python benchmarks/live_latency.py --model lenet5-best    # every move: that model
    python benchmarks/live_latency.py --build PATH           # the pen's lift, beside a former build
    python benchmarks/live_latency.py --cold 5               # from a server's start; also with --build
    python benchmarks/live_latency.py --memory               # of the tab

In Chromium, on a dashboard of its own with warm workers, timed inside the page: from the first listener that
an event comes to until the bars are other ones, and until the first task after the painting of that frame;
also from the event's own time stamp, which may be a frame earlier. Two builds take turns. The former one's
answer has its doubts in it; the present one's follow a rest. Needs the packages of requirements-dev.txt.
"""

import argparse
import contextlib
import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psutil  # noqa: E402
from playwright.sync_api import Browser, CDPSession, Page, TimeoutError, sync_playwright  # noqa: E402

from lenet.networks.architectures import ARCHITECTURES  # noqa: E402
from lenet.npz import save_arrays  # noqa: E402
from lenet.runs.config import RunConfig  # noqa: E402
from lenet.runs.folder import Run  # noqa: E402
from tests import chromium  # noqa: E402
from tests.dashboard import Dashboard, dashboard  # noqa: E402

CANVAS = "canvas.upper-canvas"
MODEL, LARGE = "lenet5-draw", "lenet-20-50"
SMALL_LIMIT, LARGE_LIMIT, SLOW_LIMIT = 16, 33, 50  # milliseconds, 95th percentile
SLOW = 4  # times that the processor is throttled
MODELS = ((MODEL, 1, SMALL_LIMIT), ("lenet5-relu", 1, SMALL_LIMIT), ("lenet5-1998", 1, SMALL_LIMIT),
          (LARGE, 1, LARGE_LIMIT), (MODEL, SLOW, SLOW_LIMIT))  # fmt: skip
SOONER = 20  # times
STROKES_A_DRAWING, STROKES_A_TURN, MOVES = 3, 15, 10
FRAME = (0, 17)  # milliseconds: moves are told when a frame begins, a pen is lifted at any time
PAUSE = (50, 300)  # milliseconds between strokes
PATIENCE = 5_000  # milliseconds until an answer is taken for the same picture as the one before
FIRST_LIMIT, START_LIMIT, MEMORY_LIMIT = 1.0, 3.0, 400  # seconds, seconds, MB
SEVEN = [(0.3, 0.35), (0.4, 0.35), (0.5, 0.34), (0.62, 0.34), (0.57, 0.48), (0.52, 0.6), (0.46, 0.75)]
HEADING = (
    "| {} | events | to new bars: median, ms | 95 % | wanted | to the screen: median | 95 % | longest "
    "| from its time stamp: median | 95 % |\n|---|---|---|---|---|---|---|---|---|---|"
)

# In every frame while an event waits: has the answer been drawn anew since it came? An event that changes
# nothing is answered as well: the SVG's words are set again. The former build's pictures are told apart by
# their addresses.
_CLOCK = """() => {
  const answered = { mousedown: [], mousemove: [], mouseup: [] };
  const clock = window.clock = { answered, first: {} };
  let roots = [];
  const inside = () => {
    if (roots.length && roots.every((each) => each.host.isConnected)) return roots;
    const elements = document.querySelectorAll('[class*="st-key-live-prediction"] *');
    return roots = [...elements].map((each) => each.shadowRoot).filter(Boolean);
  };
  const picture = (root) => root.querySelector('svg.prediction');
  const words = (each) => each?.getAttribute('aria-label') ?? each?.alt ?? '';
  const isAnswer = (each) => words(each).includes('; then ');
  const former = () => [...document.images].filter(isAnswer);
  clock.words = () => words([...inside().map(picture), ...former()].find(isAnswer));

  const watched = new WeakSet();
  let [waiting, drawn, changedAt, pictures, isDown, isLooking] = [[], 0, 0, '', false, false];
  const count = () => [drawn, changedAt] = [drawn + 1, performance.now()];
  const watch = (root) => {
    if (watched.has(root)) return;
    watched.add(root);
    const look = () => isAnswer(picture(root)) && count();
    const what = { subtree: true, childList: true, attributeFilter: ['aria-label'] };
    new MutationObserver(look).observe(root, what);
    look();
  };
  const timesDrawn = () => {
    inside().forEach(watch);
    const now = former().map((each) => each.src).join();
    if (now && now !== pictures) count();
    pictures = now;
    return drawn;
  };

  const look = () => {
    isLooking = false;
    const [times, now] = [timesDrawn(), performance.now()];
    waiting = waiting.filter((each) => {
      if (times <= each.times) return true;
      answered[each.type].push([now - each.now, now - each.stamp, changedAt - each.now]);
      clock.first[each.type] ??= [performance.timeOrigin + each.now, performance.timeOrigin + now];
      return false;
    });
    if (waiting.length) later();
  };
  const channel = new MessageChannel(); // its message is a task after the frame's painting
  channel.port1.onmessage = look;
  const later = () => {
    if (!isLooking) requestAnimationFrame(() => channel.port2.postMessage(0));
    isLooking = true;
  };
  const onEvent = (event) => {
    const now = performance.now();
    if (event.type === 'mousedown') isDown = event.composedPath()[0].matches?.('canvas.upper-canvas');
    if (!isDown) return;
    if (event.type === 'mouseup') isDown = false;
    waiting.push({ type: event.type, now, stamp: event.timeStamp, times: timesDrawn() });
    later();
  };
  for (const name of Object.keys(answered)) window.addEventListener(name, onEvent, true);
  clock.forget = () => { waiting = []; };
}"""


# A hand with a mouse


def new_page(browser: Browser) -> Page:
    """An empty tab whose clock listens before anything else does."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(f"({_CLOCK})()")
    page.set_default_timeout(180_000)  # milliseconds
    return page


def open_page(page: Page, running: Dashboard, model: str) -> None:
    """The Draw page with a first answer, which the clock forgets."""
    page.goto(f"{running.url}/draw?model={model}")
    page.locator(CANVAS).first.wait_for()
    page.wait_for_timeout(1500)
    draw(page, SEVEN)
    page.wait_for_function("() => clock.words()", timeout=180_000)
    page.wait_for_timeout(3000)
    clear(page)
    page.evaluate("() => Object.values(clock.answered).forEach((each) => each.length = 0)")


def draw(page: Page, places: list[tuple[float, float]]) -> None:
    """One stroke by the mouse, through places in shares of the canvas."""
    box = page.locator(CANVAS).first.bounding_box()
    for number, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if number == 0:
            page.mouse.down()
    page.wait_for_timeout(random.uniform(*FRAME))
    page.mouse.up()


def stroke() -> list[tuple[float, float]]:
    """Somewhere below the canvas' own toolbar, to and fro."""
    x, y = random.uniform(0.2, 0.6), random.uniform(0.35, 0.5)
    return [(x + 0.03 * number, y + random.uniform(0, 0.4)) for number in range(1 + MOVES)]


def clear(page: Page) -> None:
    """An empty canvas; the words of the answer are gone."""
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("() => !clock.words()")
    page.wait_for_timeout(600)  # what the canvas says of having loaded nothing is over


# What is measured


def times(page: Page, *kinds: str) -> list[tuple[float, float, float]]:
    """Of each event of these kinds, milliseconds: to the screen, from its time stamp, to changed bars."""
    return page.evaluate("(kinds) => kinds.flatMap((kind) => clock.answered[kind])", list(kinds))


def row(what: str, found: list[tuple[float, float, float]], wanted: str) -> str:
    """As the table has it."""
    heard, stamped, changed = map(quantiles, zip(*found, strict=True))
    bars, others = (" | ".join(map("{:.1f}".format, each)) for each in (changed[:2], (*heard, *stamped[:2])))
    return f"| {what} | {len(found):,} | {bars} | {wanted} | {others} |"


def quantiles(values: list[float]) -> tuple[float, float, float]:
    """Median, 95th percentile, longest."""
    twentieths = statistics.quantiles([*values, *values], n=20, method="inclusive")
    return twentieths[9], twentieths[18], max(values)


def measure(page: Page, strokes: int) -> None:
    """So many strokes, three a drawing, each one drawn once the one before is answered."""
    for number in range(strokes):
        if number % STROKES_A_DRAWING == 0:
            clear(page)
        before = len(times(page, "mouseup"))
        draw(page, stroke())
        with contextlib.suppress(TimeoutError):  # the former build's picture is the same one as before
            page.wait_for_function(
                f"() => clock.answered.mouseup.length > {before}", timeout=PATIENCE, polling=20
            )
        page.evaluate("() => clock.forget()")
        page.wait_for_timeout(random.uniform(*PAUSE))


def random_run(name: str, runs: Path) -> str:
    """A run of that architecture whose first epoch has weights at random: how its model is called."""
    from lenet.networks.build import build

    layers, shape = ARCHITECTURES[name].layers, ARCHITECTURES[name].input_shape
    run = Run.create(RunConfig(dataset="mnist", layers=layers), runs)
    run.write_status(run.status().model_copy(update={"state": "stopped"}))
    weights = {
        each.path: each.numpy() for each in build(layers, shape, seed=1).weights if "seed" not in each.path
    }
    save_arrays(run.snapshot_path(0), weights)
    return f"{run.id}@0"


# The tables


def print_moves(browser: Browser, arguments: Any) -> None:
    """A row for each model: every event while the pen is down."""
    limits = {LARGE: LARGE_LIMIT}
    chosen = [(name, 1, limits.get(name, SMALL_LIMIT)) for name in arguments.model] or MODELS
    print(HEADING.format("model"), flush=True)
    with tempfile.TemporaryDirectory() as folder, dashboard(Path(folder)) as running:
        for name, slowness, limit in chosen:
            page = new_page(browser)
            open_page(page, running, random_run(name, running.runs) if name == LARGE else name)
            connection = page.context.new_cdp_session(page)
            connection.send("Emulation.setCPUThrottlingRate", {"rate": slowness})
            measure(page, arguments.strokes)
            what = name if slowness == 1 else f"{name}, processor {slowness} times slower"
            print(row(what, times(page, "mousedown", "mousemove"), f"{limit}"), flush=True)
            page.close()


def print_builds(browser: Browser, arguments: Any) -> None:
    """From the pen's lift to the answer, in both builds by turns; how many times sooner it is there now."""
    builds = [ROOT, arguments.build.resolve()]
    print(HEADING.format("build"), flush=True)
    with contextlib.ExitStack() as stack:
        pages = [new_page(browser) for _ in builds]
        for build, page in zip(builds, pages, strict=True):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            open_page(page, stack.enter_context(dashboard(folder, build)), MODEL)
        for start in range(0, arguments.strokes, STROKES_A_TURN):
            for page in pages:
                page.bring_to_front()
                measure(page, min(STROKES_A_TURN, arguments.strokes - start))
        kinds = ("mousedown", "mousemove", "mouseup"), ("mouseup",)  # whatever a build answers to
        found = [times(page, *each) for page, each in zip(pages, kinds, strict=True)]
        for build, each, heard in zip(builds, found, kinds, strict=True):
            print(row(f"{build.name}, {MODEL}, from {' and '.join(heard)}", each, "–"), flush=True)
        for page in pages:
            page.close()
    present, former = (statistics.median(changed for *_, changed in each) for each in found)
    print(f"\nThe medians: {former / present:.0f} times sooner (wanted {SOONER})", flush=True)


def print_cold(browser: Browser, arguments: Any) -> None:
    """So many fresh servers of each build, by turns: seconds until the first digit."""
    builds = [ROOT, *([arguments.build.resolve()] if arguments.build else [])]
    found: dict[Path, list[tuple[float, ...]]] = {build: [] for build in builds}
    for _, build in itertools.product(range(arguments.cold), builds):
        found[build].append(first_digit(browser, build))
    print("| build | servers | what | median, s | longest | wanted |\n|---|---|---|---|---|---|")
    whats = (("start of the server → canvas", "–"),
             ("start of the server → first digit", f"≤ {START_LIMIT:g}"),
             ("first stroke's first event → first answer", f"≤ {FIRST_LIMIT:g}"))  # fmt: skip
    for build, rows in found.items():
        for (what, wanted), seconds in zip(whats, zip(*rows, strict=True), strict=True):
            figures = f"{statistics.median(seconds):.2f} | {max(seconds):.2f}"
            print(f"| {build.name} | {len(rows)} | {what} | {figures} | {wanted} |", flush=True)


def first_digit(browser: Browser, build: Path) -> tuple[float, float, float]:
    """Seconds from a server's start to the canvas, and to the first stroke's answer once that has ended.

    Also from that stroke's first event to its first answer.
    """
    page, started = new_page(browser), time.time()
    with tempfile.TemporaryDirectory() as folder, dashboard(Path(folder), build) as running:
        page.goto(f"{running.url}/draw?model={MODEL}", wait_until="commit")
        canvas = page.locator(CANVAS).first
        canvas.wait_for()
        there = time.time()
        for across in itertools.cycle((0.5, 0.45)):
            box = canvas.bounding_box()
            page.mouse.move(box["x"] + across * box["width"], box["y"] + 0.5 * box["height"])
            if canvas.evaluate("each => getComputedStyle(each).cursor") == "crosshair":
                break
        draw(page, SEVEN)
        page.wait_for_function("() => clock.first.mouseup", polling=20)
        first = page.evaluate("() => clock.first")
        print(f"{build.name}: {page.evaluate('() => clock.words()')}", file=sys.stderr, flush=True)
    page.close()
    (heard, answered), (_, recognised) = first["mousedown"], first["mouseup"]
    return there - started, recognised / 1000 - started, (answered - heard) / 1000


def print_memory(browser: Browser, arguments: Any) -> None:
    """The tab's own memory after all strokes, of its JavaScript and of its process."""
    page = new_page(browser)
    with tempfile.TemporaryDirectory() as folder, dashboard(Path(folder)) as running:
        open_page(page, running, MODEL)
        connection = page.context.new_cdp_session(page)
        before = memory(connection)
        measure(page, arguments.strokes)
        after = memory(connection)
        page.close()
    print("| memory, MB | before | after | wanted |\n|---|---|---|---|")
    print(f"| JavaScript | {before[0]:.0f} | {after[0]:.0f} | – |")
    print(f"| process | {before[1]:.0f} | {after[1]:.0f} | < {MEMORY_LIMIT} |", flush=True)


def memory(connection: CDPSession) -> tuple[float, float]:
    """MB: JavaScript's heap; the process of the only tab."""
    connection.send("Performance.enable")
    metrics = {each["name"]: each["value"] for each in connection.send("Performance.getMetrics")["metrics"]}
    processes = psutil.Process().children(recursive=True)
    tabs = [each for each in processes if "--type=renderer" in each.cmdline()]
    return metrics["JSHeapUsedSize"] / 1e6, max(each.memory_info().rss for each in tabs) / 1e6


def main(arguments: Any) -> None:
    """Print the table that is asked for."""
    random.seed(0)
    table = print_cold if arguments.cold else print_memory if arguments.memory else None
    table = table or (print_builds if arguments.build else print_moves)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        table(browser, arguments)
        browser.close()
    print(f"\nLoad of this machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=int, default=200, help="of each measurement")
    parser.add_argument("--model", action="append", default=[], help="these alone, as in the link")
    parser.add_argument("--build", type=Path, help="a former checkout: compare with that")
    parser.add_argument("--cold", type=int, metavar="N", help="so many fresh servers")
    parser.add_argument("--memory", action="store_true", help="of the tab")
    main(parser.parse_args())
