"""The errors, the most confident first, and the least certain predictions.

Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import EvaluationTask
from lenet.figures.theme import Palette
from pages.parts.shared.link import segments
from pages.parts.shared.link_fields import EVALUATE as LINK
from pages.parts.shared.predicted_images import predicted_images

_LABELS = {"hardest": "Confident and wrong", "unsure": "Least certain"}
_WORDS = {
    "hardest": "Every error, the most confident first. Some are errors of the labels, not of the network.",
    "unsure": "The smallest difference between the two best outputs first. An orange frame is an error.",
}


def errors(task: EvaluationTask, found: EvaluationResult, colors: Palette) -> None:
    """A grid of images."""
    order = segments(LINK["order"], _LABELS.__getitem__)
    chosen = found.hardest() if order == "hardest" else found.least_confident()
    st.caption(f"{_WORDS[order]} Click an image to open it on Inspect.")
    if not len(chosen):
        st.success("No error at all on these images.", icon=":material/check_circle:")
    predicted_images(f"errors-{order}", task, found, chosen, colors, columns=10, rows=5, tile=72)
