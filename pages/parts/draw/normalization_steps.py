"""Preprocessing of a drawing: how it becomes the network's input, a picture for each step. No TensorFlow."""

import numpy as np
import streamlit as st

from lenet.data.preprocessing import pad, scale_and_offset
from lenet.drawing.normalization_steps import Step, steps
from lenet.drawing.strokes import Drawing
from lenet.figures import drawing_figures
from lenet.runs.config import RunConfig
from pages.parts.shared.link import switch
from pages.parts.shared.link_fields import DRAW as LINK
from pages.parts.shared.screen import screen

_WIDTH = 140  # pixels: eight in two rows on a laptop, two beside each other on a phone
_SCALINGS = {
    "raw": "",
    "unit": "",
    "paper": ", as in 1998: so the mean of all pixels is near 0",
    "standardize": ": so the mean of the training images is 0, their standard deviation 1",
}


def skipped_steps(disabled: bool) -> tuple[bool, bool]:
    """Whether the ink is scaled to the box, and whether it is centered: what the switches say."""
    st.caption("**28×28 pixels, as the network sees them.** Orange: the box of the ink. Cross: its center of "
               "mass. Dashed: the middle 20×20.")  # fmt: skip
    box = not switch(LINK["skip-box"], disabled=disabled)
    center = not switch(LINK["skip-center"], disabled=disabled)
    return box, center


def draw_steps(drawing: Drawing | None, box: bool, center: bool, config: RunConfig | None) -> None:
    """Canvas → ink → box → 20×20 → center of mass → 28×28 → what the recipe `config` makes of the pixels.

    Where a step is skipped, so is its picture; the switches are beside the large picture above.
    """
    if drawing is None:
        st.info("These steps are for the canvas. A photograph takes the same steps, from its ink on.")
        return
    taken = steps(drawing, box, center)
    with st.container(horizontal=True, gap="small"):
        for number, step in enumerate(taken, start=1):
            _show(number, step)
        if config is not None:
            _show(len(taken) + 1, _scaled(taken[-1].picture, config))
    skipped = [name for name, kept in (("the box", box), ("the centering", center)) if not kept]
    if skipped:
        st.caption(f":orange[:material/warning:] Skipped: {' and '.join(skipped)}. The network never learned "
                   "from such pictures; see how its prediction changes.")  # fmt: skip


def _show(number: int, step: Step) -> None:
    width = round(_WIDTH * screen().letters)
    with st.container(width=width, gap="xsmall"):
        picture = drawing_figures.seen(step.picture, step.box, step.center)
        st.image(picture, width=width, alt=step.name)
        st.markdown(f"**{number}. {step.name}**")
        st.caption(step.caption)


def _scaled(image: np.ndarray, config: RunConfig) -> Step:
    """What the network itself is given; shown as the same greys, for only the numbers change."""
    picture = pad(image[None, ..., None], config.pad_to)[0, ..., 0] if config.pad_to else image
    scale, offset = scale_and_offset(config)
    padded = f" A margin makes it {len(picture)}×{len(picture)}." if config.pad_to else ""
    words = f"Pixels 0–255 become {offset:.3g} to {255 * scale + offset:.3g}{_SCALINGS[config.scaling]}."
    return Step("Scaling", words + padded, picture)
