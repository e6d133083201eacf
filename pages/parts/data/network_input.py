"""What a network gets of an image: stored, padded, scaled; and of its label: one number for each class.

Must not import TensorFlow or Keras.
"""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lenet.data.dataset import DatasetInfo
from lenet.data.preprocessing import pad, prepare, scale_and_offset
from lenet.figures.dataset_figures import Step, one_hot_figure, steps_figure
from lenet.runs.config import RunConfig
from pages.parts.data.image_choice import Picked, headline, image_choice
from pages.parts.data.preprocessing_form import preprocessing_controls, recipe_for, settings_choice
from pages.parts.shared.charts import chart
from pages.parts.shared.glossary_links import term
from pages.parts.shared.screen import screen
from pages.parts.shared.theme import ink


def show(about: DatasetInfo, side: DeltaGenerator, stage: DeltaGenerator) -> None:
    """The view: the image and whose settings at the left."""
    with side:
        picked = image_choice(about)
    if picked is None:
        return
    with stage:
        title, whose, size, values = st.columns([0.9, 1.7, 0.8, 1.1], vertical_alignment="bottom")
        headline(picked, title)
        with whose:
            config = settings_choice(about, _telling_recipe(about))
        config = preprocessing_controls(config, about, size, values)
        found = steps(picked.image, config)
        for first, shown in enumerate([[each] for each in found] if screen().is_phone else [found], start=1):
            figure = steps_figure(shown, first, screen().letters).update_annotations(font_color=ink())
            chart(figure, width="content", key=f"data-steps-{first}")
        words = f"Glossary: {term('padding')}, {term('standardization')}."
        st.caption(f"{_formula(config)} Move over a picture to read its values. {words}")
        _label(picked, config)


def steps(image: np.ndarray, config: RunConfig) -> list[Step]:
    """What becomes of (H, W, C) uint8: stored, padded where it is, scaled."""
    found = [Step("Stored", _range(image, "0 to 255"), image, 0, 255)]
    if config.pad_to:
        padded = pad(image[None], config.pad_to)[0]
        found.append(Step("Padded with background", _range(padded, "0 to 255"), padded, 0, 255))
    scale, offset = scale_and_offset(config)
    scaled, high = prepare(image[None], config)[0], 255 * scale + offset
    title = "Not scaled" if config.scaling == "raw" else "Scaled"
    return [*found, Step(title, _range(scaled, f"{offset:.4g} to {high:.4g}"), scaled, offset, high)]


def _range(values: np.ndarray, possible: str) -> str:
    """Shape, type, what values there can be, and what there are."""
    extent = values.min(), values.mean(), values.max()
    low, mean, high = (f"{round(float(each), 3) + 0.0:g}" for each in extent)  # + 0.0: no −0
    shape = "×".join(map(str, values.shape))
    return f"{shape} {values.dtype}, {possible}<br>here {low} to {high}, mean {mean}".replace("-", "−")


def _telling_recipe(about: DatasetInfo) -> str:
    """One of this data set with something to see of every step, if there is one."""
    small = max(about.image_shape[:2]) <= 32
    scaling = recipe_for(
        about, lambda config: config.scaling != "raw", "lenet5-linear" if small else "cnn-16-32"
    )
    return recipe_for(about, lambda config: bool(config.pad_to) and config.scaling != "raw", scaling)


def _formula(config: RunConfig) -> str:
    if config.scaling == "standardize":
        return f"Scaled: (pixel ÷ 255 − {config.mean:g}) ÷ {config.std:g}."
    return {
        "raw": "The network gets the pixels as they are, as float32.",
        "unit": "Scaled: pixel ÷ 255.",
        "paper": "Scaled: pixel × 0.005 − 0.1, so that the background is −0.1 and ink 1.175, as in 1998.",
    }[config.scaling]


def _label(picked: Picked, config: RunConfig) -> None:
    about, batch = picked.about, config.batch_size
    figure = one_hot_figure(picked.label, about.class_names, ink())
    chart(figure, width="content", key="data-one-hot")
    height, width = (config.pad_to,) * 2 if config.pad_to else about.image_shape[:2]
    shapes = (
        f"inputs ({batch}, {height}, {width}, {about.image_shape[2]}), labels ({batch}, {about.num_classes})"
    )
    st.caption(
        f"The label {picked.label}, {term('one-hot label', 'one-hot')}: what the {about.num_classes} outputs "
        f"are compared with. A {term('batch')} of these settings: {shapes}."
    )
