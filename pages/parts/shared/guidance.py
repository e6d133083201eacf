"""What each page is for, and what to do next: all of these sentences. Must not import TensorFlow or Keras."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.shared import link_fields, tour
from pages.parts.shared.clicks import DRAW, EVALUATE, INSPECT, TRAIN
from pages.parts.shared.deed import show_problem
from pages.parts.shared.link import address, has, leave
from pages.parts.shared.link_fields import Field
from pages.parts.shared.screen import screen

PURPOSES = {
    "Data": "What a network learns from: the images of a data set, their classes, their pixels.",
    "Train": "Set up a network, start it, and watch it learn.",
    "Evaluate": "How good a network is on images, and where it errs.",
    "Inspect": "One image on its way through a network, layer by layer.",
    "Draw": "A network reads what you draw, while you draw it.",
    "Board": "What the class does: runs as they train, who leads, and what all do together.",
    "Activity": "What the class does together now.",
    "Class": "Who is here, how others join, and what the class does.",
    "Compare": "Runs beside each other: what differs, and what it brings.",
    "Lessons": "Steps through the pages, with questions about what you train and draw.",
    "Glossary": "The terms of the field, as the pages use them, each with a figure worked out here.",
}


@dataclass(frozen=True)
class Step:
    """A step that leads to another page; `fields`: of that page's link."""

    words: str
    page: Path
    fields: Mapping[str, Field]


STEPS = {
    "train": Step("Train a network on these", TRAIN, link_fields.TRAIN),
    "evaluate": Step("See its confusion matrix", EVALUATE, link_fields.EVALUATE),
    "inspect": Step("Look at its kernels", INSPECT, link_fields.INSPECT),
    "follow": Step("Follow it through the layers", INSPECT, link_fields.INSPECT),
    "draw": Step("Draw a digit for it", DRAW, link_fields.DRAW),
    "try": Step("Draw for it", DRAW, link_fields.DRAW),
    "draw-anyway": Step("Draw a digit", DRAW, link_fields.DRAW),
}
FIRST_RUN = "No run yet. Press **Start**: the curves of the network appear here while it learns."
FIRST_RUN_LATER = "No run yet. Its curves appear here once **Start** is green: see what it waits for."


def heading(page: str) -> DeltaGenerator:
    """The name of the page and its purpose; returns the place for the next step, at the right.

    A phone and a projector have no room for them: what the page is about comes first there. A tour and a
    lesson say what to do, so neither the purpose nor the next step is said beside it. Why the last deed was
    not done stands above, in a place that is always there: what follows would else be drawn anew.
    """
    with st.container():
        show_problem()
    if not screen().is_wide:
        return st.container()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.title(page, anchor=False, width="content")
            if not _is_guided():
                st.markdown(PURPOSES[page], width="content")
        return st.container(width="content")


def next_step(name: str, is_ready: bool = True, **link: Any) -> None:
    """A button that leads on, one of `STEPS`; a projector has none; a tour and a lesson have their own.

    Args:
        is_ready: False where something is to be done before it, on a page that must not move then.
        link: what the page that follows shows; a function where that is decided by the click.
    """
    if screen().is_large or _is_guided():
        return
    step = STEPS[name]
    st.button(
        step.words, key=f"next-{name}", icon=":material/arrow_forward:", icon_position="right",
        disabled=not is_ready, on_click=_leave, args=(step, link),
    )  # fmt: skip


def _is_guided() -> bool:
    """Whether something else says what to do."""
    return tour.is_on() or has(link_fields.STEP)


def _leave(step: Step, link: dict[str, Any]) -> None:
    known = {name: value() if callable(value) else value for name, value in link.items()}
    leave(step.page, address(step.fields, **known))
