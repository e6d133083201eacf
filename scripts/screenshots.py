"""Takes the pictures of `docs/pages.md` again: each view of each page, light theme, 1280 pixels wide.

    python scripts/screenshots.py [--runs FOLDER] [--only train sweep data evaluate inspect compare class …]

"paper": the network of 1998; "glossary": that page, and the tour; "screens": each page on a phone and on a
projector. Trains some networks first, unless a folder of runs is given. Needs Chromium,
requirements-dev.txt, and the data (LENET_DATA).
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from lenet.lessons.lesson_file import parse  # noqa: E402
from lenet.lessons.shelf import text_of  # noqa: E402
from lenet.people.person import set_acting  # noqa: E402
from lenet.runs.folder import Run  # noqa: E402
from lenet.training.recipes import RECIPES  # noqa: E402
from lenet.training.trainer import train as train_run  # noqa: E402
from tests import chromium  # noqa: E402
from tests.class_dashboard import class_dashboard  # noqa: E402
from tests.dashboard import Dashboard, dashboard  # noqa: E402
from tests.drawing_board import canvas, draw  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
WIDTH, LEAST_HEIGHT, MOST_HEIGHT = 1280, 800, 1800
COLORS = 160  # of a picture's palette: a quarter of the bytes

# Page → its views, by the words on their buttons.
VIEWS = {
    "data": ["Samples", "Classes", "One image", "Preprocessing", "Augmentation"],
    "evaluate": ["Confusion matrix", "Classes", "Errors", "Calibration", "Two networks", "History"],
    "inspect": [
        "Kernels and maps",
        "All layers",
        "Arithmetic",
        "Weights",
        "Attribution",
        "Feature visualization",
        "Ablation",
        "Embedding",
    ],
    "compare": [
        "Curves",
        "Scatter",
        "Parallel coordinates",
        "Kernels",
        "Confusion matrices",
        "Errors",
        "McNemar",
        "Chart of 1998",
    ],
}
# What is trained: a recipe and its settings; seeds and rates of one are beside each other on Compare
TRAINED = [("lenet5-relu",), ("cnn-16-32",)] + [
    ("digits-quick", "epochs=12", f"learning_rate={rate}", f"seed={seed}")
    for rate in (0.0003, 0.001, 0.003)
    for seed in range(3)
]
ADDRESSES = {
    "data": "/data?dataset=mnist",
    "evaluate": "/evaluate",
    "inspect": "/inspect?dataset=mnist&part=test&index=18",
}
# The layers that only the network of 1998 has → their keys on Inspect
PAPER_LAYERS = {"c3": "3_partial_conv", "s4": "4_subsampling", "codes": "7_radial_basis"}
SLOW = {"Feature visualization": 20_000, "Ablation": 25_000, "Embedding": 45_000}  # milliseconds
CHOICES = ["train", "sweep", *VIEWS, "paper", "glossary", "lessons", "class", "screens"]
PEOPLE = ("Ada", "Ben", "Cem", "Dora", "Emre")
# Link → its screen, in pixels, and what of the picture is kept
SCREENS = {"phone": ("touch", (390, 844), 1.0), "projector": ("projector", (1920, 1080), 0.5)}
SEVEN = [np.array([[70.0, 70], [140, 68], [220, 66], [200, 120], [160, 180], [130, 270]])]


def train(runs: Path) -> None:
    """Finished runs, the newest of which Evaluate and Inspect show."""
    for recipe, *settings in reversed(TRAINED):
        command = [sys.executable, "-m", "lenet", "train", recipe, "--runs", str(runs)]
        command += [part for setting in settings for part in ("--set", setting)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def settle(page: Page, milliseconds: int = 4000) -> None:
    """So long, and until nothing is awaited any more."""
    page.wait_for_timeout(milliseconds)
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stSkeleton]') && "
        "!document.body.innerText.includes('comes by itself')",
        timeout=120_000,
    )


def shoot(page: Page, name: str) -> None:
    """The whole page, from its head to the end of what it shows."""
    height = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": min(max(height, LEAST_HEIGHT), MOST_HEIGHT)})
    settle(page, 2500)
    keep(page, name)
    page.set_viewport_size({"width": WIDTH, "height": LEAST_HEIGHT})


def views(page: Page, running: Dashboard, name: str, runs: Path) -> None:
    """Every view of one page."""
    page.goto(running.url + (to_compare(runs) if name == "compare" else ADDRESSES[name]))
    settle(page, 12_000)
    for view in VIEWS[name]:
        page.get_by_role("radio", name=view, exact=True).first.click()
        settle(page, SLOW.get(view, 4000))
        shoot(page, f"{name}-{view.lower().replace(' ', '-')}")


def to_compare(runs: Path) -> str:
    """The address of Compare with the runs of the digits."""
    return "/compare?" + "&".join(f"runs={run.name}" for run in sorted(runs.glob("[!.]*digits-quick*")))


def sweep(page: Page, running: Dashboard) -> None:
    """A sweep that has finished, in a folder of its own, so that no other picture shows its runs."""
    varied = ("learning_rate=1e-4..1e-1:log", "batch_size=32,64,128", "layers.1.filters=4..32")
    command = [sys.executable, "-m", "lenet", "sweep", "digits-quick", "--runs", str(running.runs)]
    command += [
        "--trials",
        "16",
        "--pruner",
        "median",
        *(word for line in varied for word in ("--vary", line)),
    ]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    page.goto(f"{running.url}/train?recipe=digits-quick&mode=sweep")
    settle(page, 10_000)
    shoot(page, "train-sweep")


def train_and_draw(page: Page, running: Dashboard) -> None:
    """The two pages that are not made of views."""
    page.goto(f"{running.url}/train")
    settle(page, 10_000)
    shoot(page, "train")
    page.goto(f"{running.url}/draw?model=lenet5-draw&model=lenet5-1998&model=dense-2")
    canvas(page).wait_for(timeout=60_000)
    page.wait_for_timeout(3000)
    canvas(page).hover()
    draw(page, SEVEN)
    page.get_by_role("img", name="; then ").first.wait_for(timeout=60_000)
    settle(page)
    shoot(page, "draw")
    page.get_by_role("radio", name="Attribution").click()
    settle(page)
    shoot(page, "draw-attribution")


def paper(page: Page, running: Dashboard) -> None:
    """What only the network of 1998 has."""
    for name, layer in PAPER_LAYERS.items():
        page.goto(f"{running.url}{ADDRESSES['inspect']}&model=lenet5-1998&layer={layer}")
        settle(page, 10_000)
        shoot(page, f"inspect-1998-{name}")


def glossary_and_tour(page: Page, running: Dashboard) -> None:
    """A term with its figure, and the first step of the tour."""
    page.goto(f"{running.url}/glossary?term=receptive-field")
    settle(page, 8000)
    shoot(page, "glossary")
    page.goto(f"{running.url}/tour")
    settle(page, 8000)
    keep(page, "tour")


def lessons(page: Page, running: Dashboard) -> None:
    """The list, a step beside its page, and the editor."""
    step = parse(text_of("a-filter-by-hand", running.runs), "").steps[3].page
    for name, address in {
        "lessons": "lessons",
        "lesson": f"{step}&lesson=a-filter-by-hand&step=4",
        "lesson-editor": "lessons?view=write&edit=what-is-a-pixel",
    }.items():
        page.goto(f"{running.url}/{address}")
        settle(page, 10_000)
        keep(page, name)


def lesson(page: Page, folder: Path) -> None:
    """A class that has trained a run each, as its teacher sees it."""
    folder.mkdir()
    with class_dashboard(folder) as lab:
        for number, name in enumerate(PEOPLE):
            lab.joined(name)
            person = next(each for each in lab.room.people if each.name == name)
            set_acting(lambda person=person: person)
            config = RECIPES["digits-quick"].config.model_copy(
                update={"epochs": 6 + 3 * number, "seed": number}
            )
            train_run(Run.create(config, lab.running.runs))
        set_acting(None)
        page.goto(f"{lab.url}/join?teacher={lab.room.teacher_secret}")
        settle(page, 8000)
        keep(page, "class")
        page.goto(f"{lab.url}/board")
        settle(page, 8000)
        keep(page, "board")


def screens(page: Page, running: Dashboard) -> None:
    """The first screen of each page on a phone and on a projector."""
    for name, (screen, (width, height), scale) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        for each in ("data", "train", "evaluate", "inspect", "draw"):
            address = ADDRESSES.get(each, f"/{each}")
            page.goto(f"{running.url}{address}{'&' if '?' in address else '?'}screen={screen}")
            settle(page, 10_000)
            if each == "draw":
                canvas(page).hover()
                draw(page, [SEVEN[0] * canvas(page).bounding_box()["width"] / 320])
                page.get_by_role("img", name="; then ").first.wait_for(timeout=60_000)
                page.mouse.move(1, 1)  # the canvas' own buttons are there while the mouse is
                settle(page)
            keep(page, f"{name}-{each}", scale)


def keep(page: Page, name: str, scale: float = 1.0) -> None:
    """What is seen, as a small file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    picture = Image.open(path).convert("RGB")
    size = round(scale * picture.width), round(scale * picture.height)
    picture.resize(size, Image.Resampling.LANCZOS).quantize(COLORS).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB", flush=True)


def main(runs: Path | None, only: list[str]) -> None:
    """The pictures of those pages."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        runs = runs or Path(folder) / "own"
        if not runs.is_dir():
            train(runs)
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": LEAST_HEIGHT}, color_scheme="light")
        if "class" in only:
            lesson(page, Path(folder, "class"))
        if "sweep" in only:
            with dashboard(Path(folder)) as running:
                sweep(page, running)
        with dashboard(Path(folder), LENET_RUNS=str(runs)) as running:
            if "train" in only:
                train_and_draw(page, running)
            for name in VIEWS:
                if name in only:
                    views(page, running, name, runs)
            if "paper" in only:
                paper(page, running)
            if "glossary" in only:
                glossary_and_tour(page, running)
            if "lessons" in only:
                lessons(page, running)
            if "screens" in only:
                screens(page, running)
        browser.close()


if __name__ == "__main__":
    os.chdir(ROOT)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=Path)
    parser.add_argument("--only", nargs="+", choices=CHOICES, default=CHOICES)
    arguments = parser.parse_args()
    main(arguments.runs, arguments.only)
