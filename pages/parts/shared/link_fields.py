"""Every field of every page's link: its name, its kind, its default. `link.py` reads and writes them.

As the state of TensorFlow Playground (`state.ts`): what is not in this list is not in a link. Names stay as
they are, and what a former version has written is read for ever. Must not import Streamlit, TensorFlow or
Keras.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lenet.data.samples import PARTS
from lenet.drawing import url_encoding
from lenet.errors import DrawingError
from lenet.evaluation.metrics import NORMALIZATIONS
from lenet.glossary.terms import BY_KEY
from lenet.runs.config import FORMER_NAMES
from lenet.sentences import listed, shown
from lenet.training.recipes import RECIPES
from pages.parts.shared.scalings import SCALINGS

_MOST_LISTED = 12  # options that a sentence names
_LONGEST_NUMBER = 9  # digits


@dataclass(frozen=True)
class Field:
    """A text of a link; the page knows which ones it can show.

    Attributes:
        name: in the link.
        title: what sentences call it.
        default: what is meant where the link has none, and what is left out of it; None: the page decides.
        former: as former versions wrote it → as it is written now.
        former_names: what it was called before.
        lasts: whether it is there again when a person comes back to the page in the same session.
        page: whose link, its path.
    """

    name: str
    title: str
    default: Any = None
    former: Mapping[str, str] = field(default_factory=dict)
    former_names: tuple[str, ...] = ()
    lasts: bool = False
    page: str = ""

    @property
    def key(self) -> str:
        """Of its widget, and so of the session."""
        return f"{self.page}-{self.name}"

    @property
    def expected(self) -> str:
        """What it can be, in words."""
        return "a name"

    def parsed(self, text: str) -> Any:
        """Its value; None where the text is none."""
        return text or None

    def text(self, value: Any) -> str:
        """A value as a link has it."""
        return "" if value is None else str(value)

    def in_link(self, value: Any) -> str | None:
        """The text in the link; None where it is left out."""
        text = self.text(value)
        return None if text in ("", self.text(self.default)) else text

    def problem(self, received: str, expected: str = "", instead: str = "") -> str:
        """What is wrong with a text, and what is shown instead; a page may know more of both."""
        expected, instead = expected or self.expected, instead or self._instead()
        return f"{self.title}: received {shown(received)} in the link, expected {expected}. {instead}".strip()

    def problem_of_names(self, texts: Mapping[str, str]) -> str:
        """What is wrong where a link says one thing under its name, and another under a former one."""
        (now, first), *others = texts.items()
        former, other = next(((name, text) for name, text in others if text != first), ("", ""))
        if not former:
            return ""
        received = f"received {now} {shown(first)} and {former} {shown(other)} in the link"
        reason = f"expected one of them: {former} is the former name of {now}"
        return f"{self.title}: {received}, {reason}. {shown(first)} is shown."

    def _instead(self) -> str:
        return "" if self.default is None else f"{self._default_in_words()} is shown."

    def _default_in_words(self) -> str:
        return f"“{self.default}”"


@dataclass(frozen=True)
class Names(Field):
    """Several texts, each under the same name; the page knows which ones it can show."""

    def in_link(self, value: Sequence[str] | None) -> list[str] | None:
        return list(value) if value else None


@dataclass(frozen=True)
class Choice(Field):
    """One of some texts; where there are none in this list, the page has them."""

    options: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        return f"one of {listed(self.options, _MOST_LISTED)}"

    def parsed(self, text: str) -> str | None:
        text = self.former.get(text, text)
        return text if text in self.options else None


@dataclass(frozen=True)
class Switch(Field):
    """On or off; `on` is what the link says of the former."""

    default: bool = False
    on: str = "yes"

    @property
    def expected(self) -> str:
        return "one of no, yes"

    def parsed(self, text: str) -> bool | None:
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.lower())

    def text(self, value: bool | None) -> str:
        return self.on if value else "no"

    def _default_in_words(self) -> str:
        return "“no”"


@dataclass(frozen=True)
class Number(Field):
    """A whole number from 0 to `highest`, or from 0 on; `of_what`: why to that one."""

    highest: int | None = None
    of_what: str = ""

    @property
    def expected(self) -> str:
        if self.highest is None:
            return "a number from 0 on"
        return f"0 to {self.highest:,}" + (f": {self.of_what}" if self.of_what else "")

    def parsed(self, text: str) -> int | None:
        is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
        return int(text) if is_number and (self.highest is None or int(text) <= self.highest) else None

    def _default_in_words(self) -> str:
        return f"{self.default:,}"


@dataclass(frozen=True)
class Decimal(Field):
    """A number from `lowest` to `highest`."""

    lowest: float = 0.0
    highest: float = 1.0

    @property
    def expected(self) -> str:
        return f"{self.lowest:g} to {self.highest:g}"

    def parsed(self, text: str) -> float | None:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        return value if self.lowest <= value <= self.highest else None

    def text(self, value: float | None) -> str:
        return "" if value is None else f"{value:g}"

    def _default_in_words(self) -> str:
        return f"{self.default:g}"


@dataclass(frozen=True)
class Cell(Field):
    """A row and a column of a square of `size`, as "4-9"."""

    size: int = 0

    @property
    def expected(self) -> str:
        return f"true and predicted class as two numbers from 0 to {self.size - 1}, such as 4-9"

    def _instead(self) -> str:
        return "The most frequent error is shown."

    def parsed(self, text: str) -> tuple[int, int] | None:
        found = re.fullmatch(r"(\d{1,4})-(\d{1,4})", text, re.ASCII)
        cell = (int(found[1]), int(found[2])) if found else (self.size, 0)
        return cell if max(cell) < self.size else None

    def text(self, value: tuple[int, int] | None) -> str:
        return f"{value[0]}-{value[1]}" if value else ""


@dataclass(frozen=True)
class Image(Field):
    """A drawing, (28, 28) uint8, in some 300 characters."""

    @property
    def expected(self) -> str:
        return "a drawing as the Draw page puts it there"

    def parsed(self, text: str) -> np.ndarray | None:
        try:
            return url_encoding.decode(text)
        except DrawingError:
            return None

    def text(self, value: np.ndarray | None) -> str:
        return "" if value is None else url_encoding.encode(value)

    def problem(self, received: str, expected: str = "", instead: str = "") -> str:
        try:
            url_encoding.decode(received)
        except DrawingError as error:
            return str(error)
        return ""


def _of_page(page: str, *fields: Field) -> dict[str, Field]:
    return {each.name: replace(each, page=each.page or page) for each in (*fields, SCREEN, TOUR)}


_DATASET = Field("dataset", "Data set")
EVERY = "every"  # page of a field that is the same on all of them
SCREEN = Choice("screen", "Screen", lasts=True, page=EVERY, options=("laptop", "touch", "projector"),
                former={"Laptop": "laptop", "Touch": "touch", "Projector": "projector"})  # fmt: skip
TOUR = Choice(
    "tour", "Tour", lasts=True, page=EVERY, options=("load", "train", "inspect", "evaluate", "draw")
)
_PART = Choice("part", "Part", options=PARTS)

# Distortions of the Data page are called as in a run's config; the highest value of each.
DISTORTIONS = {
    "rotation": ("Rotation, degrees", 90.0),
    "shift": ("Shift, of the width", 0.5),
    "zoom": ("Zoom, 0.1 is ±10 %", 0.9),
    "shear": ("Shear, degrees", 60.0),
    "aspect": ("Aspect, 0.1 is ±10 %", 0.9),
    "flip": ("Flip, share of images", 1.0),
    "elastic": ("Elastic, of the width", 0.2),
    "cutout": ("Cutout, of the width", 0.9),
}

_FORMER_NAMES = {name: (former,) for former, name in FORMER_NAMES.items()}

DATA = _of_page(
    "data",
    _DATASET,
    Choice("view", "View", options=("samples", "classes", "image", "preprocessing", "augmentation"),
           former={"network": "preprocessing"}),
    replace(_PART, default="train"),
    Number("index", "Image"),
    Choice("class", "Class", "every"),  # or "nine", or a number
    Number("shuffle", "Shuffle", 0, highest=99_999),
    Number("page", "Page", 0),
    Choice("settings", "Settings"),  # "train-page", or a recipe
    Number("pad", "Padded to", highest=256),
    Choice("scaling", "Pixel values", options=tuple(SCALINGS)),
    *(Decimal(name, title, highest=highest, former_names=_FORMER_NAMES.get(name, ()))
      for name, (title, highest) in DISTORTIONS.items()),
    Number("draw", "Draw", 0, highest=9_999),
)  # fmt: skip
TRAIN = _of_page(
    "train",
    Choice("recipe", "Recipe", options=tuple(RECIPES)),
    Field("from", "Start from"),
    _DATASET,
    Field("run", "Run"),
)
EVALUATE = _of_page(
    "evaluate",
    Field("model", "Model"),
    _DATASET,
    Choice("split", "Split", "test", options=("test", "train", "validation")),
    Choice("view", "View", "confusion",
           options=("confusion", "classes", "errors", "calibration", "compare", "history"),
           former={"certainty": "calibration"}),
    Choice("by", "Numbers", NORMALIZATIONS[0], options=NORMALIZATIONS,
           former={"answer": "predicted class"}),
    Switch("hide-correct", "Hide correct predictions", former_names=("hide-right",)),
    Cell("cell", "Cell"),
    Choice("bars", "Bars", "errors", options=("errors", "scores")),
    Choice("order", "Order", "hardest", options=("hardest", "unsure")),
    Choice("reject", "Rejected", "0.01"),
    Field("against", "Model"),
)  # fmt: skip
INSPECT = _of_page(
    "inspect",
    Field("model", "Model"),
    _DATASET,
    replace(_PART, default="test"),
    Number("index", "Image"),
    Image("drawing", "Drawing"),
    Choice("layer", "Layer"),
    Number("channel", "Channel"),
    Number("row", "Row"),
    Number("column", "Column"),
    Choice("view", "View", "kernels", lasts=True,
           options=("kernels", "layers", "arithmetic", "weights", "attribution", "features", "ablation",
                    "embedding"),
           former={"Kernels and maps": "kernels", "All layers": "layers", "Arithmetic": "arithmetic",
                   "Weights": "weights", "Why": "attribution", "Wants": "features", "Ablation": "ablation",
                   "Test set": "embedding"}),
    Choice("scale", "Color scale", "shared", lasts=True, options=("shared", "own"),
           former={"One scale for all": "shared", "Each its own scale": "own"}),
    Choice("when", "Maps", "after", lasts=True, options=("before", "after"),
           former={"Before activation": "before", "After activation": "after"}),
    Choice("map-by", "Map by", "pca", lasts=True, options=("pca", "t-sne"),
           former={"Principal components": "pca", "t-SNE": "t-sne"}),
)  # fmt: skip
DRAW = _of_page(
    "draw",
    Names("model", "Model"),
    Field("sketch", "Drawing"),
    Choice("source", "Source", "canvas", lasts=True, options=("canvas", "photograph"),
           former={"Canvas": "canvas", "Photograph": "photograph"}),
    Choice("more", "More", lasts=True, options=("attribution", "codes", "preprocessing", "collect"),
           former={"Why": "attribution", "Codes": "codes", "Step by step": "preprocessing",
                   "Collect": "collect"}),
    Switch("skip-box", "Skip the 20×20 box", lasts=True, on="true"),
    Switch("skip-center", "Skip the centering", lasts=True, on="true"),
)  # fmt: skip
GLOSSARY = _of_page("glossary", Choice("term", "Term", "convolution", options=tuple(BY_KEY)))
PAGES = {
    "data": DATA,
    "train": TRAIN,
    "evaluate": EVALUATE,
    "inspect": INSPECT,
    "draw": DRAW,
    "glossary": GLOSSARY,
}
