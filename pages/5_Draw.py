"""Draw: a digit on the canvas, what the network sees of it, what it predicts, and attribution."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lenet.drawing.strokes import Drawing
from lenet.evaluation.prediction import NoPrediction, Prediction
from lenet.networks.model_reference import config_of
from pages.parts.draw.announcement import announce
from pages.parts.draw.attribution import show_attribution
from pages.parts.draw.canvas import canvas_buttons, clear, draw
from pages.parts.draw.code_distances import draw_codes, with_codes
from pages.parts.draw.collection import collect_form, gallery
from pages.parts.draw.model_picker import Choices, add_model, choices, chosen, problems
from pages.parts.draw.normalization_steps import draw_steps, skipped_steps
from pages.parts.draw.photograph_predictions import readings
from pages.parts.draw.prediction_cards import SIZES, Sizes, ask_models, prediction_cards, see, seen_card
from pages.parts.shared import questions, tour
from pages.parts.shared.guidance import heading, next_step
from pages.parts.shared.link import bound, hold, read, segments
from pages.parts.shared.link_fields import DRAW as LINK
from pages.parts.shared.photograph_upload import Photograph, is_being_read, photograph, picked_digit
from pages.parts.shared.screen import screen

MORE = {
    "attribution": "Attribution",
    "codes": "Codes",
    "preprocessing": "Preprocessing",
    "collect": "Collect",
}


@dataclass(frozen=True)
class Source:
    """Where the image that everything is about comes from."""

    image: np.ndarray | None  # (28, 28) uint8, what the network sees; None where there is nothing yet
    drawing: Drawing | None = None
    photograph: Photograph | None = None
    hint: str = ""  # what to do where there is nothing yet


def stage(known: Choices) -> None:
    """The canvas, the prediction beside it and what is opened below: runs again after every stroke."""
    hold()
    questions.begin()
    top_slot = st.container()
    specs = chosen(known)
    problems()
    top, below, bar = st.container(horizontal=True, gap="medium"), st.container(), st.container()
    sizes = SIZES[screen().name]
    with bar:
        where, opened = options(specs, known)
    with bar if sizes.is_phone else top_slot:
        onwards = heading("Draw")
    with top:
        left = st.container(width=sizes.canvas, gap="small")
        right = st.container(horizontal=True, gap="medium")
        cards = right.container(horizontal=True, gap="medium", width="content")
    with bar if sizes.is_phone else right:
        seen_slot, steps_slot = seen_places(sizes, len(specs))
    with steps_slot:
        box, center = skipped_steps(disabled=where == "photograph")
    with left:
        source = from_photograph() if where == "photograph" else from_canvas(sizes, box, center)
    with seen_slot:
        seen_card(source.image, sizes.seen)
    predictions = ask_models(specs, source.image)
    with cards:
        prediction_cards(predictions, specs, known, sizes, source.hint)
    with onwards:
        is_ready = bool(specs) and source.image is not None
        next_step("follow", is_ready, model=next(iter(specs), None), drawing=source.image)
    if source.drawing and any(isinstance(each, Prediction) and each.sure for each in predictions):
        tour.reached("draw")
    if source.photograph:
        with below:
            readings(source.photograph, specs, known)
    if opened:
        more(opened, source, (box, center), specs, predictions, known)
    announce(specs, predictions)
    questions.settle()


def options(specs: list[str], known: Choices) -> tuple[str, str | None]:
    """Where the image comes from, and what to open below."""
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        where = segments(LINK["source"], str.capitalize)
        offered = [each for each in MORE if each != "codes" or with_codes(specs)]
        asked = read(LINK["more"])
        opened = st.segmented_control(
            "More", offered, format_func=MORE.__getitem__, label_visibility="collapsed", wrap=True,
            **bound(LINK["more"], asked if asked in offered else None),
        )  # fmt: skip
        add_model(specs, known)
    return where, opened


def seen_places(sizes: Sizes, models: int) -> tuple[st.delta_generator.DeltaGenerator, ...]:
    """Where what the network sees is shown, and where the switches are: below or beside it."""
    columns = 1 if models <= sizes.most_beside else 2
    with st.container(horizontal=True, width=sizes.seen * columns + 16 * (columns - 1), gap="small"):
        return st.container(width=sizes.seen), st.container(width=sizes.seen, gap="xsmall")


def from_canvas(sizes: Sizes, box: bool, center: bool) -> Source:
    """What is drawn."""
    slot = st.container()
    pen = canvas_buttons(sizes.canvas, sizes.pen)
    with slot:
        drawing = draw(sizes.canvas, pen)
    return Source(see(drawing, box, center), drawing, hint="" if drawing else "Draw a digit")


def from_photograph() -> Source:
    """One of the digits in a picture."""
    if found := photograph():
        return Source(picked_digit(found).image, photograph=found)
    return Source(None, hint="…" if is_being_read() else "Choose a picture")


def more(
    opened: str,
    source: Source,
    kept: tuple[bool, bool],
    specs: list[str],
    predictions: list[Prediction | NoPrediction | None],
    known: Choices,
) -> None:
    """What is opened below the prediction, and nothing else: the rest costs no time."""
    if opened == "collect":
        collect_form(source.drawing, source.image, clear if source.drawing else None)
        gallery(specs)
    elif source.image is None:
        st.info("There is nothing to look at yet: draw a digit, or choose a picture.", icon=":material/draw:")
    elif opened == "attribution" and specs:
        show_attribution(specs, predictions, source.image, known)
    elif opened == "codes":
        draw_codes(with_codes(specs)[0], source.image)
    elif opened == "preprocessing":
        draw_steps(source.drawing, *kept, config_of(specs[0]) if specs else None)


questions.will_look_again()
st.fragment(stage)(choices())
questions.look_again()
