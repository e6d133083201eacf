"""How often digits are read right that people write otherwise: `python -m lenet predict` on files of strokes.

    python benchmarks/allographs.py                             # this build
    python benchmarks/allographs.py --build ../before --kinds   # another checkout before it, kind by kind

Styles of `lenet.data.allographs` that networks learn, by hands that they have not seen; styles that are held
out; digits of five faces of Hershey's fonts that nothing learns. All are drawn by a hand that differs from
the one that draws for training (`scripts/signs.py`). Needs pen_strokes.jsonl.gz in a data folder for the
last row: the pen digits that are held out.
"""

import argparse
import gzip
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from benchmarks.pictures import Read, predicted  # noqa: E402
from lenet.data import allographs, pen_digits  # noqa: E402
from scripts import signs  # noqa: E402

UNSEEN = 100_000  # number of the first hand: training has those from 0 on
LEARNED, HELD_OUT, FACES, PENS = (
    "learned styles, other hands", "styles held out", "Hershey's faces", "pen digits held out",
)  # fmt: skip
Labelled = tuple[Sequence[np.ndarray], int]


@dataclass
class Score:
    """Of one kind of drawings."""

    drawings: int
    wrong: int
    wrong_and_sure: int
    unsure: int

    def __add__(self, other: "Score") -> "Score":
        ours, theirs = vars(self).values(), vars(other).values()
        return Score(*map(sum, zip(ours, theirs, strict=True)))


def groups(count: int, seed: int) -> Iterator[tuple[str, str, list[Labelled]]]:
    """Group, kind, and drawings of that kind with their labels: so many of a learned style, three times as
    many of one that is held out."""
    random = np.random.default_rng(seed)
    for group, is_held_out, many in ((LEARNED, False, count), (HELD_OUT, True, 3 * count)):
        hands = list(allographs.hands(many, is_held_out, UNSEEN + seed))
        for kind in allographs.KINDS:
            shapes = [(hand.drawing().strokes, hand.label) for hand in hands if hand.kind == kind]
            yield group, kind, [(signs.by_hand(shape, random), digit) for shape, digit in shapes]
    shapes = [(shape, digit) for digit in range(10) for shape in signs.digits(signs.HELD_OUT, digit)]
    yield FACES, FACES, [(signs.by_hand(shape, random), digit) for shape, digit in shapes * count]
    drawings, labels = pen_digits.strokes()
    rows = np.flatnonzero(pen_digits.held_out())
    yield PENS, PENS, [(drawings[row].strokes, int(labels[row])) for row in rows]


def write(drawings: Sequence[Labelled], path: Path) -> None:
    """The file of strokes, a line of JSON a drawing."""
    with gzip.open(path, "wt", encoding="ascii") as lines:
        for strokes, label in drawings:
            row = {"strokes": [np.round(stroke, 2).tolist() for stroke in strokes], "label": label}
            print(json.dumps(row | {"canvas": signs.CANVAS}), file=lines)


def scored(name: str, read: Read) -> Score:
    """What was read in that file."""
    wrong = [each["prediction"] != each["label"] for each in read[name]]
    sure = [each["sure"] for each in read[name]]
    return Score(len(wrong), sum(wrong), sum(map(min, wrong, sure)), sure.count(False))


def table(rows: list[tuple[str, list[Score]]]) -> None:
    """A line a kind: of each build the share read right, how many wrong, how many of these sure."""
    for name, scores in rows:
        cells = "".join(
            f"   {1 - each.wrong / each.drawings:8.2%}{each.wrong:5} wrong,{each.wrong_and_sure:4} sure,"
            f"{each.unsure / each.drawings:7.2%} unsure"
            for each in scores
        )
        print(f"{name:34}{scores[0].drawings:7}{cells}")


def main() -> None:
    """Write the drawings, ask the builds, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", action="append", default=[], type=Path, help="another checkout")
    parser.add_argument("--count", type=int, default=30, help="drawings of each style that is learned")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", action="store_true", help="a line for each kind")
    parser.add_argument("--model", default="lenet5-draw")
    arguments = parser.parse_args()
    builds = [each.resolve() for each in arguments.build] + [ROOT]
    with tempfile.TemporaryDirectory() as temporary:
        kinds = list(groups(arguments.count, arguments.seed))
        for number, (_, _, drawings) in enumerate(kinds):
            write(drawings, Path(temporary) / f"{number}.jsonl.gz")
        reads = [predicted(build, Path(temporary), arguments.model) for build in builds]
    scores = [[scored(f"{number}.jsonl.gz", read) for read in reads] for number in range(len(kinds))]
    for group in (LEARNED, HELD_OUT, FACES, PENS):
        rows = [(kind, each) for (of, kind, _), each in zip(kinds, scores, strict=True) if of == group]
        total = [sum(column[1:], column[0]) for column in zip(*(each for _, each in rows), strict=True)]
        table([*(rows if arguments.kinds and len(rows) > 1 else []), (group, total)])


if __name__ == "__main__":
    main()
