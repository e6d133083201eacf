"""Inspect: a drawing on its way through a network: the answer, the first kernels, the maps of each layer."""

import numpy as np
import streamlit as st

from lenet import drawing_pictures, links
from lenet.answers import Insides
from lenet.runs import default_folder
from lenet.strokes import DrawingError
from pages.parts import questions
from pages.parts.draw_models import Choices, choices, short_title
from pages.parts.draw_theme import ink
from pages.parts.layer_maps import first_kernels, layer_maps
from pages.parts.words import escaped

DRAWING_WIDTH, MAPS_WIDTH = 300, 700  # pixels


def drawing() -> np.ndarray | None:
    """What the link carries, (28, 28) uint8; else what to do instead."""
    text = st.query_params.get("drawing", "")
    try:
        if text:
            return links.decode(text)
        st.info("Nothing to look into yet. Draw a digit, open **Why** below it, and follow its link here.",
                icon=":material/draw:")  # fmt: skip
    except DrawingError as error:
        st.error(escaped(str(error)))
    if st.button("Draw a digit", icon=":material/arrow_forward:", type="primary"):
        st.switch_page("pages/5_Draw.py")
    return None


def model(known: Choices) -> str | None:
    """The one that a person chooses; at first that of the link."""
    asked = st.query_params.get("model", next(iter(known.titles), ""))
    if known.entry(asked) not in known.titles:
        st.warning(escaped(f"Model: received {asked[:80]!r} in the link, which is not here. Choose another."))
        asked = None
    specs = list(dict.fromkeys([*known.titles, *([asked] if asked else [])]))
    return st.selectbox(
        "Model", specs, specs.index(asked) if asked else None, key="inspect-model", on_change=choose_model,
        format_func=lambda each: known.titles.get(each) or short_title(each, known),
    )  # fmt: skip


def choose_model() -> None:
    """A link to what is shown now opens the same."""
    st.query_params["model"] = st.session_state["inspect-model"]


def result(inside: Insides) -> None:
    """The answer, as on the Draw page."""
    answer = inside.answer
    shown = (answer.probabilities, answer.class_names, answer.sure)
    st.image(drawing_pictures.answer(*shown, ink()), alt=drawing_pictures.in_words(*shown))
    if not answer.sure:
        st.caption(f":orange-badge[:material/help: Not sure] {escaped(answer.reason)}")


def page(image: np.ndarray) -> None:
    """The drawing and the answer at the left, the layers at the right."""
    left, right = st.columns([1, 2.7], gap="medium")
    with left:
        st.image(drawing_pictures.seen(image), width=DRAWING_WIDTH, alt="The 28×28 pixels of the drawing")
        spec = model(choices())
    if spec is None:
        return
    folder = str(default_folder().resolve())
    reply = questions.ask("inspect", "lenet.inspection.look_inside", (spec, image, folder))
    if reply.problem:
        right.error(escaped(reply.problem))
    elif not reply.values:
        right.caption(f":material/hourglass_top: {questions.what_is_awaited()}")
    else:
        with left:
            result(reply.values[0])
        with right:
            views = reply.values[0].layers
            first_kernels({each.key: each.kernel for each in views if each.kind == "conv"}, spec, MAPS_WIDTH)
            layer_maps({each.key: each.after for each in views}, spec, MAPS_WIDTH)
            st.caption("Kernels: blue is negative, white zero, red positive. Maps: each on its own scale.")


questions.will_look_again()
questions.begin()
if (image := drawing()) is not None:
    page(image)
questions.settle()
questions.look_again()
