"""Preprocessing and augmentation on the Data page: settings of the Train page or of a recipe, and changes.

Must not import TensorFlow or Keras.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lenet.data import statistics
from lenet.data.dataset import DatasetInfo
from lenet.errors import DatasetError
from lenet.runs.config import RunConfig
from lenet.training.recipes import RECIPES
from pages.parts.shared.link import bound, read
from pages.parts.shared.link_fields import DATA as LINK
from pages.parts.shared.link_fields import DISTORTIONS
from pages.parts.shared.markdown import escaped
from pages.parts.shared.run_draft import said
from pages.parts.shared.scalings import SCALINGS

OF_TRAIN = "train-page"
STEPS = {"rotation": 1.0, "shear": 1.0, "flip": 0.05, "cutout": 0.05}  # of the sliders; 0.01 of the others
_SLIDERS_IN_A_ROW = 4
# What the link says beyond the settings' name
_CHANGES = tuple(LINK[name] for name in ("pad", "scaling", *DISTORTIONS))


def settings_choice(about: DatasetInfo, recipe: str) -> RunConfig:
    """A select box: the settings that are set up on the Train page now, and the recipes.

    recipe: the one to begin with where neither the link nor the Train page, for these data, says which.
    """
    mine = said()
    titles = {OF_TRAIN: "As on the Train page"} if mine else {}
    titles |= {name: f"{name} · {recipe.title}" for name, recipe in RECIPES.items()}
    default = OF_TRAIN if mine and mine.dataset == about.name else recipe
    shown = read(LINK["settings"], options=tuple(titles), default=default)
    name = st.selectbox("Settings of", list(titles), format_func=titles.__getitem__,
                        **bound(LINK["settings"], shown, *_CHANGES))  # fmt: skip
    return mine if mine and name == OF_TRAIN else RECIPES[name].config


def preprocessing_controls(
    config: RunConfig, about: DatasetInfo, left: DeltaGenerator, right: DeltaGenerator
) -> RunConfig:
    """The settings with another padding or scaling, as a person turns them here; a place for each."""
    side = max(about.image_shape[:2])
    if config.pad_to and config.pad_to < side:
        st.warning(f"These settings pad to {config.pad_to}, which is smaller than the images: left out here.")
    own = max(config.pad_to or side, side)
    pad, size = LINK["pad"], read(LINK["pad"], default=own)
    size = left.number_input(
        pad.title, side, pad.highest, **bound(pad, max(size, side)),
        help=f"Height and width with background around the image; {side} is no padding.",
    )  # fmt: skip
    shown = read(LINK["scaling"], default=config.scaling)
    scaling = right.selectbox("Pixel values", list(SCALINGS), format_func=SCALINGS.__getitem__,
                              **bound(LINK["scaling"], shown))  # fmt: skip
    changes: dict[str, Any] = {"pad_to": size if size > side else None, "scaling": scaling}
    if scaling == "standardize" and config.scaling != "standardize":
        changes |= _mean_and_std(about)
    return config.model_copy(update=changes)


def distortion_sliders(config: RunConfig) -> RunConfig:
    """The settings with other distortions; the sliders begin with their own."""
    changes, columns = {}, []
    for name in DISTORTIONS:
        columns = columns or st.columns(_SLIDERS_IN_A_ROW)
        field, own = LINK[name], float(getattr(config, name))
        highest, step = max(field.highest, own), STEPS.get(name, 0.01)
        shown = read(field, highest=highest, default=own)
        changes[name] = columns.pop(0).slider(field.title, 0.0, highest, step=step, **bound(field, shown))
    return config.model_copy(update=changes)


def _mean_and_std(about: DatasetInfo) -> dict[str, float]:
    """Of this data set, for settings that name none."""
    try:
        mean, std = statistics.mean_and_std(about.name)
    except DatasetError as error:
        st.error(escaped(str(error)))
        return {}
    return {"mean": round(mean, 4), "std": round(std, 4) or 1.0}


def recipe_for(about: DatasetInfo, fits: Callable[[RunConfig], bool], otherwise: str) -> str:
    """The first recipe of this data set whose config fits; where there is none, the other."""
    configs = {name: recipe.config for name, recipe in RECIPES.items()}
    return next(
        (name for name, each in configs.items() if each.dataset == about.name and fits(each)), otherwise
    )
