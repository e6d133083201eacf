"""One image and sixteen distorted versions of it, as training would make them.

Must not import TensorFlow or Keras: the inference worker distorts, with the training's own function.
"""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lenet.data.dataset import DatasetInfo
from lenet.figures.mosaics import mosaic
from lenet.runs.config import RunConfig
from pages.parts.data.dataset_images import awaited
from pages.parts.data.image_choice import headline, image_choice
from pages.parts.data.preprocessing_form import distortion_sliders, recipe_for, settings_choice
from pages.parts.shared import questions
from pages.parts.shared.clicks import TRAIN, clicked
from pages.parts.shared.glossary_links import term
from pages.parts.shared.link import go, read, write, write_all
from pages.parts.shared.link_fields import DATA as LINK
from pages.parts.shared.link_fields import DISTORTIONS
from pages.parts.shared.markdown import escaped
from pages.parts.shared.run_draft import set_up

COUNT, COLUMNS, TILE = 16, 4, 112
USUAL = {"rotation": 12, "shift": 0.06, "zoom": 0.12, "shear": 8}  # of the recipe lenet5-draw


def show(about: DatasetInfo, side: DeltaGenerator, stage: DeltaGenerator) -> None:
    """The view: the image is chosen at the left, how much it is distorted above the pictures."""
    with side:
        picked = image_choice(about)
    if picked is None:
        return
    with stage:
        title, whose = st.columns([1, 3.2], vertical_alignment="bottom")
        headline(picked, title)
        with whose:
            config = settings_choice(about, recipe_for(about, _distorts, "lenet5-draw"))
        config = distortion_sliders(config)
        original, versions = st.columns([1, 3.2])
        with original:
            st.image(_picture(picked.image[None], 1), alt="The image as it is stored")
            draw = _buttons(about, config)
            st.caption(
                "At every update each image is distorted anew, at random up to these amounts: the network "
                f"hardly ever sees a picture twice. Glossary: {term('augmentation')}, {term('cutout')}."
            )
        with versions:
            _versions(picked.image, config, draw)


def _buttons(about: DatasetInfo, config: RunConfig) -> int:
    """What can be done with these settings; returns the number of the draw."""
    field = LINK["draw"]
    draw = read(field)
    st.button("Distort again", icon=":material/casino:", type="primary", width="stretch", on_click=write,
              args=(field, (draw + 1) % field.highest))  # fmt: skip
    st.button("Usual amounts", icon=":material/tune:", width="stretch", on_click=write_all,
              args=(LINK, USUAL))  # fmt: skip
    st.button("None", icon=":material/block:", width="stretch", on_click=write_all,
              args=(LINK, dict.fromkeys(DISTORTIONS, 0)))  # fmt: skip
    if clicked("Train with these", "data-train", icon=":material/model_training:", width="stretch"):
        _train(config.model_copy(update={"dataset": about.name}))
    return draw


def _versions(image: np.ndarray, config: RunConfig, draw: int) -> None:
    if not _distorts(config):
        st.info("These settings distort nothing. Move a slider, or take the usual amounts.",
                icon=":material/tune:")  # fmt: skip
    reply = questions.ask(
        "data-augmentation", "lenet.training.augmentation.preview", (image, config, COUNT, draw)
    )
    if reply.problem:
        st.error(escaped(reply.problem), icon=":material/error:")
    elif not reply.values:
        st.caption(f":material/hourglass_top: {awaited('The distorted versions')}")
    else:
        st.image(_picture(reply.values[0], COLUMNS), alt="Sixteen distorted versions of it")


def _distorts(config: RunConfig) -> bool:
    return any(getattr(config, name) for name in DISTORTIONS)


def _picture(images: np.ndarray, columns: int) -> np.ndarray:
    """(N, H, W, C) uint8 → one picture, RGBA."""
    colored = images if images.shape[3] == 3 else images.repeat(3, axis=3)
    return mosaic(colored, columns, TILE)


def _train(config: RunConfig) -> None:
    """The Train page with these settings."""
    set_up(config)
    go(TRAIN)
