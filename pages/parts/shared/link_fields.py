"""Every field of every page's link: its name, its kind, its default. `link.py` reads and writes them.

As the state of TensorFlow Playground (`state.ts`): what is not in this list is not in a link. Names stay as
they are, and what a former version has written is read for ever. Must not import Streamlit, TensorFlow or
Keras.
"""

from dataclasses import replace
from typing import Literal, get_args, get_origin

from lenet.comparison.leaderboard import RANKINGS
from lenet.data.drawing_collection import NAME
from lenet.data.samples import PARTS
from lenet.evaluation.metrics import NORMALIZATIONS
from lenet.evaluation.paper_chart import CLASSIFIERS
from lenet.glossary.terms import BY_KEY
from lenet.networks.architectures import ARCHITECTURES
from lenet.runs.config import FORMER_NAMES, RunConfig
from lenet.sweep.config import MEASURES, PRUNERS, SAMPLERS
from lenet.training.recipes import RECIPES
from pages.parts.shared.hideable import CONTROLS, SETTINGS
from pages.parts.shared.link_field_kinds import (
    Cell,
    Choice,
    Decimal,
    Field,
    Image,
    Layers,
    Names,
    Number,
    Setting,
    Several,
    Switch,
)
from pages.parts.shared.scalings import SCALINGS


def _of_page(page: str, *fields: Field) -> dict[str, Field]:
    controls = tuple(CONTROLS[page])
    everywhere = (SCREEN, TOUR, LESSON, STEP, *(replace(each, options=controls) for each in (HIDE, SHOW)))
    return {each.name: replace(each, page=each.page or page) for each in (*fields, *everywhere)}


NO_RECIPE = "none"  # settings of one's own
_DATASET = Field("dataset", "Data set")
EVERY = "every"  # page of a field that is the same on all of them
SCREEN = Choice("screen", "Screen", lasts=True, page=EVERY, options=("laptop", "touch", "projector"),
                former={"Laptop": "laptop", "Touch": "touch", "Projector": "projector"})  # fmt: skip
TOUR = Choice(
    "tour", "Tour", lasts=True, page=EVERY, options=("load", "train", "inspect", "evaluate", "draw")
)
LESSON = Field("lesson", "Lesson", lasts=True, page=EVERY)
STEP = Number("step", "Step", lasts=True, page=EVERY)
HIDE, SHOW = Several("hide", "Hide"), Several("show", "Show")  # controls of the page
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


def _setting(name: str) -> Field:
    title, kind = name.replace("_", " ").capitalize(), RunConfig.model_fields[name].annotation
    if kind is bool:
        return Switch(name, title)
    if get_origin(kind) is Literal:
        return Choice(name, title, options=get_args(kind))
    return Setting(name, title, former_names=_FORMER_NAMES.get(name, ()))


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
    Choice("recipe", "Recipe", options=(*RECIPES, NO_RECIPE)),
    Field("from", "Start from"),
    _DATASET,
    *(_setting(name) for name in SETTINGS),
    Choice("architecture", "Architecture", options=tuple(ARCHITECTURES)),
    Layers("layers", "Layers"),
    Field("run", "Run"),
    Choice("mode", "Mode", "run", options=("run", "sweep")),
    Field("sweep", "Sweep"),
    Names("vary", "Vary"),
    Choice("sampler", "Sampler", "tpe", options=tuple(SAMPLERS)),
    Choice("pruner", "Pruner", "none", options=tuple(PRUNERS)),
    Choice("measure", "Measure", "val_accuracy", options=tuple(MEASURES)),
    Number("trials", "Trials", 20),
    Number("minutes", "Minutes", 0),
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
    Field("set", "Set", NAME, lasts=True),
    Choice("source", "Source", "canvas", lasts=True, options=("canvas", "photograph"),
           former={"Canvas": "canvas", "Photograph": "photograph"}),
    Choice("ink", "Ink", "auto", lasts=True, options=("auto", "dark", "light")),
    Choice("turn", "Turn", "auto", lasts=True, options=("auto", "0", "90", "180", "270")),
    Decimal("threshold", "Threshold", 1.0, lasts=True, lowest=0.4, highest=2.5),
    Choice("more", "More", lasts=True, options=("attribution", "codes", "preprocessing", "collect"),
           former={"Why": "attribution", "Codes": "codes", "Step by step": "preprocessing",
                   "Collect": "collect"}),
    Switch("skip-box", "Skip the 20×20 box", lasts=True, on="true"),
    Switch("skip-center", "Skip the centering", lasts=True, on="true"),
)  # fmt: skip
COMPARE = _of_page(
    "compare",
    Names("runs", "Run", lasts=True),
    Choice("view", "View", "curves", lasts=True,
           options=("curves", "scatter", "parallel", "kernels", "confusion", "errors", "mcnemar", "paper")),
    Choice("classifier", "Classifier", "lenet-5", options=tuple(CLASSIFIERS)),
    Choice("by", "Curves by", "epoch", options=("epoch", "step", "seconds")),
    Choice("of", "Curves of", "validation", options=("validation", "training")),
    Decimal("smoothing", "Smoothing", 0.0, highest=0.95),
    Switch("log", "Log loss"),
    Switch("each-seed", "Each seed by itself"),
    Choice("x", "Horizontal", "seconds"),
    Choice("y", "Vertical", "test-error"),
    Choice("layer", "Layer"),
    Field("first", "First"),
    Field("second", "Second"),
)  # fmt: skip
BOARD = _of_page(
    "board",
    Choice("by", "Rank by", "accuracy", options=tuple(RANKINGS)),
    Choice("view", "View", "now", options=("now", "runs", "activity", "people")),
)
ACTIVITY = _of_page("activity")
GLOSSARY = _of_page("glossary", Choice("term", "Term", "convolution", options=tuple(BY_KEY)))
LESSONS = _of_page("lessons", Choice("view", "View", "lessons", options=("lessons", "write", "progress")),
                   Field("edit", "Edited"))  # fmt: skip
PAGES = {
    "data": DATA,
    "train": TRAIN,
    "evaluate": EVALUATE,
    "inspect": INSPECT,
    "draw": DRAW,
    "compare": COMPARE,
    "board": BOARD,
    "activity": ACTIVITY,
    "glossary": GLOSSARY,
    "lessons": LESSONS,
}
