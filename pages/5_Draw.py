"""Draw: a digit on the canvas, what the network sees of it, what it answers, and why."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lenet.answers import Answer, NoAnswer
from lenet.strokes import Drawing
from pages.parts import questions
from pages.parts.collection import collect_form, gallery
from pages.parts.draw_answer import SCREENS, Screen, answer_cards, ask_models, see, seen_card, skipped_steps
from pages.parts.draw_canvas import canvas_buttons, clear, draw
from pages.parts.draw_models import Choices, add_model, choices, chosen, config_of, problems
from pages.parts.draw_steps import draw_steps
from pages.parts.draw_why import why

MORE = ("Why", "Step by step", "Collect")


@dataclass(frozen=True)
class Scene:
    """What is drawn, how it is seen, and what the models say."""

    drawing: Drawing | None
    box: bool
    center: bool
    image: np.ndarray | None  # (28, 28) uint8
    specs: list[str]
    answers: list[Answer | NoAnswer | None]


def stage(known: Choices) -> None:
    """The canvas, the answer beside it and what is opened below: runs again after every stroke."""
    questions.begin()
    specs = chosen(known)
    problems()
    top, bar = st.container(horizontal=True, gap="medium"), st.container()
    with bar:
        opened, screen = options(specs, known)
    with top:
        with st.container(width=screen.canvas, gap="small"):
            canvas_slot = st.container()
            pen = canvas_buttons(screen.canvas, screen.pen)
        with st.container(horizontal=True, gap="medium"):
            answers_slot = st.container(horizontal=True, gap="medium", width="content")
            columns = 1 if len(specs) <= screen.most_beside else 2
            with st.container(horizontal=True, width=screen.seen * columns + 16 * (columns - 1), gap="small"):
                seen_slot = st.container(width=screen.seen)
                with st.container(width=screen.seen, gap="xsmall"):
                    box, center = skipped_steps()
    with canvas_slot:
        drawing = draw(screen.canvas, pen)
    image = see(drawing, box, center)
    with seen_slot:
        seen_card(image, screen.seen)
    answers = ask_models(specs, image)
    with answers_slot:
        answer_cards(answers, specs, known, screen, is_asked=image is not None)
    if opened:
        more(opened, Scene(drawing, box, center, image, specs, answers), known)
    questions.settle()


def options(specs: list[str], known: Choices) -> tuple[str | None, Screen]:
    """What to open below, and how large everything is."""
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        opened = st.segmented_control("More", MORE, key="more", bind="query-params",
                                      label_visibility="collapsed")  # fmt: skip
        add_model(specs, known)
        screen = st.segmented_control("Screen", list(SCREENS), default=usual_screen(), required=True,
                                      key="screen", bind="query-params",
                                      label_visibility="collapsed")  # fmt: skip
    return opened, SCREENS[screen]


def usual_screen() -> str:
    """What a phone says of itself decides, until a person does."""
    return "Touch" if "Mobi" in st.context.headers.get("User-Agent", "") else "Laptop"


def more(opened: str, scene: Scene, known: Choices) -> None:
    """What is opened below the answer, and nothing else: the rest costs no time."""
    if opened == "Collect":
        collect_form(scene.drawing, scene.image, clear)
        gallery(scene.specs)
    elif scene.image is None:
        st.info("Draw a digit first.", icon=":material/draw:")
    elif opened == "Why":
        why(scene.specs, scene.answers, scene.image, known)
    else:
        draw_steps(scene.drawing, scene.box, scene.center, config_of(scene.specs[0]))


questions.will_look_again()
st.fragment(stage)(choices())
questions.look_again()
