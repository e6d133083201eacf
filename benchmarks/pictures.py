"""How many digits of made pictures are read right, kind by kind: `python -m lenet predict` on real files.

    python benchmarks/pictures.py                                 # this build
    python benchmarks/pictures.py --build ../before --count 20    # another checkout before this one
    python benchmarks/pictures.py --only "touching digits" --keep /tmp/pictures

Needs mnist.npz in a data folder. Each build is asked once, in a process of its own, for all pictures
together. A digit is right if it is read in its place: what is too many, too few or wrong counts against the
digits of its picture (edit distance). Beside it stands how many are wrong and not said to be unsure. Then
seconds and memory of one A4 photograph of 25 digits of 12 megapixels, read by this build.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402

from benchmarks import picture_kinds as made  # noqa: E402
from benchmarks import picture_kinds_of_forms as forms  # noqa: E402

# Each kind: how it is made, and how many pictures of it for each one that is asked for.
KINDS: dict[str, tuple[Callable[[np.random.Generator], made.Picture], float]] = {
    "plain": (made.plain, 1), "photographed": (made.lone_photograph, 0.5),
    "odd column": (made.odd_column, 1), "frame": (made.frame, 1),
    "board with a white column": (made.board_with_column, 1),
    "MNIST as JPEG, 20 to 32 pixels": (made.mnist_jpeg, 3), "MNIST enlarged": (made.mnist_enlarged, 1),
    "light digit in a dark rectangle": (made.dark_rectangle, 1), "gaps in strokes": (made.gaps, 1),
    "stencil": (made.stencil, 1), "smeared": (made.smeared, 1),
    "16 bits that hold fewer": (made.sixteen_bits, 1), "three big, three small": (made.big_and_small, 0.5),
    "touching digits": (made.touching, 0.5), "rows of ten": (made.row_of_ten, 0.2),
    "sheets of 14 to 30": (made.ordinary_sheet, 0.3), "A4, 25 digits": (made.a4, 0.1),
    "turned, by EXIF": (made.turned_by_exif, 0.1), "turned, unsaid": (made.turned, 0.2),
    "boxes of a form": (forms.form, 0.4), "comma, point, apostrophe": (forms.comma, 0.4),
    "ringed": (forms.ringed, 0.4), "underlined": (forms.underlined, 0.4),
    "round digits that touch": (forms.round_pairs, 0.4),
    "ringed, touching": (forms.tightly_ringed, 0.4),
}  # fmt: skip

Read = dict[str, list[dict]]  # by the name of a file


@dataclass
class Score:
    """Of one kind."""

    digits: int = 0
    right: int = 0
    wrong_and_sure: int = 0
    missed: list[str] | None = None


def pictures(kind: str, count: int, seed: int) -> list[made.Picture]:
    """So many of that kind, about `count` times its own share."""
    make, share = KINDS[kind]
    number = list(KINDS).index(kind)
    return [
        make(np.random.default_rng((seed, number, index))) for index in range(max(1, round(count * share)))
    ]


def written(kinds: list[str], count: int, seed: int, folder: Path) -> dict[str, list[tuple[str, tuple]]]:
    """The pictures as files: of each kind, names and labels."""
    files = {}
    for number, kind in enumerate(kinds):
        files[kind] = []
        for index, each in enumerate(pictures(kind, count, seed)):
            name = f"{number}-{index}.png"
            (folder / name).write_bytes(each.data)
            files[kind].append((name, each.labels))
    return files


def predicted(build: Path, folder: Path, model: str) -> Read:
    """What a build reads in each file."""
    names = sorted(each.name for each in folder.iterdir())
    command = [sys.executable, "-m", "lenet", "predict", model, "--json", *names]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": str(build)}, capture_output=True, text=True
    )
    if not done.stdout:
        raise SystemExit(f"{build}: {done.stderr[-2000:]}")
    read: Read = {name: [] for name in names}
    for each in json.loads(done.stdout)["predictions"]:
        read[each["file"]].append(each)
    return read


def distance(one: list[int], other: list[int]) -> int:
    """Insertions, deletions and changes from one row of digits to another (Levenshtein, 1965)."""
    row = list(range(len(other) + 1))
    for start, digit in enumerate(one, start=1):
        before, row[0] = row[0], start
        for place, second in enumerate(other, start=1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (digit != second)),
            )
    return row[-1]


def scored(files: list[tuple[str, tuple]], read: Read) -> Score:
    """One kind of pictures, by what was read in them."""
    score = Score(missed=[])
    for name, labels in files:
        found = [each["prediction"] for each in read[name]]
        errors = min(len(labels), distance(list(labels), found))
        sure = sum(each["sure"] for each in read[name])
        score.digits += len(labels)
        score.right += len(labels) - errors
        score.wrong_and_sure += max(0, errors - max(0, max(len(labels), len(found)) - sure))
        if errors:
            score.missed.append(f"{name} {''.join(map(str, labels))} read {''.join(map(str, found)) or '–'}")
    return score


def table(kinds: dict[str, list], readings: dict[str, Read]) -> None:
    """A line for each kind: of each build the share read right, and how many are wrong and sure."""
    heads = "".join(f"{name[-20:]:>22}" for name in readings)
    print(f"{'kind':34}{'digits':>8}{heads}   (right, wrong and sure)")
    for kind, files in kinds.items():
        scores = [scored(files, read) for read in readings.values()]
        cells = "".join(f"{each.right / each.digits:16.2%}{each.wrong_and_sure:6}" for each in scores)
        print(f"{kind:34}{scores[0].digits:8}{cells}")


_ONE_SHEET = """
import resource, sys, time
import numpy as np
from pathlib import Path
from lenet import progress
progress.load_tensorflow()
from lenet.evaluation import photograph_reading
data = np.frombuffer(Path(sys.argv[1]).read_bytes(), np.uint8)
small = np.frombuffer(Path(sys.argv[2]).read_bytes(), np.uint8)
photograph_reading.read(small, "a.png")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.perf_counter()
found = photograph_reading.read(data, "a.png")
seconds = time.perf_counter() - started
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(f"{len(found.digits)} digits in {seconds:.2f} s, {grown / 1024:.0f} MB more at most")
"""


def one_sheet() -> None:
    """Seconds and memory of a photograph of 12 megapixels, in a process that has read another before."""
    import io

    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        for name, kind in (("large.jpg", "A4, 25 digits"), ("small.png", "plain")):
            picture = Image.open(io.BytesIO(pictures(kind, 10, 1)[0].data))
            scale = (12e6 / (picture.width * picture.height)) ** 0.5 if name == "large.jpg" else 1
            picture.resize((round(picture.width * scale), round(picture.height * scale))).save(
                Path(folder) / name
            )
        subprocess.run([sys.executable, "-c", _ONE_SHEET, "large.jpg", "small.png"], cwd=folder,
                       env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)  # fmt: skip


def main() -> None:
    """Make the pictures, ask the builds, print the table and what was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", action="append", default=[], type=Path, help="another checkout")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", action="append", choices=list(KINDS))
    parser.add_argument("--model", default="lenet5-draw")
    parser.add_argument("--keep", type=Path, help="a folder for the pictures; what was missed is listed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        kinds = written(arguments.only or list(KINDS), arguments.count, arguments.seed, folder)
        builds = [each.resolve() for each in arguments.build] + [ROOT]
        readings = {build.name: predicted(build, folder, arguments.model) for build in builds}
    table(kinds, readings)
    if arguments.keep:
        for kind, files in kinds.items():
            print(f"{kind}:", *scored(files, readings[ROOT.name]).missed, sep="\n  ")
    if not arguments.only:
        one_sheet()


if __name__ == "__main__":
    main()
