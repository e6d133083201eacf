"""The controls of each page that a link may hide, by the keys of their widgets: no page need know of it.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from lenet.runs.config import RunConfig

_DISTORTIONS = ("rotation", "shift", "zoom", "shear", "aspect", "flip", "elastic", "cutout")
# What is set up on the Train page beside what fields of its own name; called as in a run's config
SETTINGS = [name for name in RunConfig.model_fields
            if name not in ("recipe", "dataset", "architecture", "layers", "initial_weights")]  # fmt: skip

# page → name in links → keys of its widgets, where * is anything
CONTROLS: dict[str, dict[str, tuple[str, ...]]] = {
    "data": {
        "dataset": ("data-dataset-*",),
        "view": ("data-view",),
        "part": ("data-part",),
        "class": ("data-class",),
        "index": ("data-index", "data-any", "data-step-class", "icon-data-previous", "icon-data-next"),
        "settings": ("data-settings", "data-train"),
        "pad": ("data-pad",),
        "scaling": ("data-scaling",),
        **{name: (f"data-{name}",) for name in _DISTORTIONS},
    },
    "train": {
        "mode": ("train-mode",),
        "recipe": ("recipe-*",),
        "dataset": ("draft-*-dataset-*",),
        "from": ("start-from-*",),
        "find": ("draft-*-find",),
        "network": ("train-tab",),
        **{name: (f"draft-*-{name}*",) for name in SETTINGS},
    },
    "evaluate": {
        "model": ("evaluate-model-choice", "evaluate-upload-*"),
        "dataset": ("evaluate-dataset-*",),
        "split": ("evaluate-split-*",),
        "view": ("evaluate-view",),
        "by": ("evaluate-by", "evaluate-hide-correct"),
        "export": ("export-menu-evaluate",),
    },
    "inspect": {
        "model": ("inspect-model-choice", "inspect-upload-*"),
        "index": ("inspect-index", "inspect-part", "more-digits"),
        "view": ("inspect-view",),
        "scale": ("inspect-scale", "inspect-when"),
        "export": ("export-menu-inspect",),
    },
    "draw": {
        "model": ("draw-model-*",),
        "source": ("draw-source",),
        "more": ("draw-more",),
        "switches": ("draw-skip-*",),
        "pen": ("draw-pen-*",),
    },
    "compare": {"view": ("compare-view",), "classifier": ("compare-classifier",)},
    "board": {"view": ("board-view",), "by": ("board-by",)},
    "activity": {},
    "glossary": {"search": ("glossary-search",), "term": ("glossary-term", "glossary-subject")},
    "lessons": {},
}  # fmt: skip
_FOLDS = '[class*="st-key-fold-"]'  # of settings: hidden with all that is in them


def matches(page: str, name: str, key: str) -> bool:
    """Whether the widget of that key belongs to that control."""
    return any(fnmatchcase(key, pattern) for pattern in CONTROLS[page][name])


def hiding(page: str, hide: Iterable[str], show: Iterable[str]) -> str:
    """The rule of CSS that hides these; where some are to be shown, all that are not; "" where none is."""
    show = [name for name in show if name in CONTROLS[page]]
    hidden = [name for name in CONTROLS[page] if name in hide or (show and name not in show)]
    kept = ", ".join(_selector(pattern) for name in show for pattern in CONTROLS[page][name])
    but = f":not({kept})" if kept else ""
    selectors = [f"{_selector(pattern)}{but}" for name in hidden for pattern in CONTROLS[page][name]]
    if kept:
        selectors.append(f"{_FOLDS}:not(:has({kept}))")
    return f"{', '.join(selectors)} {{ display: none; }}" if hidden else ""


def _selector(pattern: str) -> str:
    """Of elements with such a key, as Streamlit writes it into their classes."""
    first, *more = (part for part in pattern.split("*") if part)
    return f'[class*="st-key-{first}"]' + "".join(f'[class*="{part}"]' for part in more)
