"""Draw: a digit on the canvas, what the network sees of it, what it predicts, and attribution."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from lenet.data.drawing_sets import drawing_sets
from lenet.drawing.found_digits import WHY
from lenet.drawing.strokes import Drawing
from lenet.networks.model_reference import config_of
from pages.parts.draw.attribution import show_attribution
from pages.parts.draw.by_hand import by_hand
from pages.parts.draw.canvas import bring_out, canvas_buttons, clear, draw, put_away, see, take_sent
from pages.parts.draw.canvas_state import sketch
from pages.parts.draw.class_form import class_form
from pages.parts.draw.code_distances import draw_codes, with_codes
from pages.parts.draw.collection import collect_form, gallery
from pages.parts.draw.keyboard_pen import keyboard_pen
from pages.parts.draw.model_picker import Choices, add_model, choices, chosen, problems
from pages.parts.draw.normalization_steps import draw_steps, skipped_steps
from pages.parts.draw.photograph_predictions import names, readings
from pages.parts.draw.prediction_cards import (
    PAGE,
    SIZES,
    WHAT_TO_DRAW,
    Sizes,
    are_told,
    ask_models,
    feature_maps,
    prediction_cards,
    seen_card,
)
from pages.parts.draw.set_choice import set_choice
from pages.parts.shared import questions
from pages.parts.shared.guidance import heading, next_step
from pages.parts.shared.link import bound, hold, read, segments
from pages.parts.shared.link_fields import DRAW as LINK
from pages.parts.shared.live_network import encoded, live_network
from pages.parts.shared.photograph_upload import (
    Photograph,
    is_being_read,
    is_refused,
    photograph,
    picked_digit,
)
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
    hint: str = ""  # what to do where there is nothing


def stage(known: Choices) -> None:
    """The canvas, the prediction beside it and what is opened below."""
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
        beside = st.container(gap="small")
        right, lines = beside.container(horizontal=True, gap="medium"), beside.container(gap="xsmall")
        cards = right.container(horizontal=True, gap="medium", width="content")
    with bar if sizes.is_phone else right:
        seen_slot, steps_slot = seen_places(sizes, len(specs))
    with steps_slot:
        kept = skipped_steps(disabled=where == "photograph")
    with left:
        source = from_photograph(specs) if where == "photograph" else from_canvas(sizes, specs, kept, opened)
    labels = left.container() if sizes.is_phone else None  # below the canvas: a thumb is there
    with seen_slot:
        seen_card()
    told = ask_models(specs, source.image)
    with cards:
        prediction_cards(told, specs, known, sizes, source.hint)
    with onwards:
        image = partial(see, *kept) if source.photograph is None else source.image
        next_step("follow", bool(specs), model=next(iter(specs), None), drawing=image)
    if source.photograph:
        readings(source.photograph, specs, known, lines, below)
    if opened:
        more(opened, source, kept, specs, known, labels)
    if specs:
        feature_maps(specs, known)
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


def from_canvas(sizes: Sizes, specs: list[str], kept: tuple[bool, bool], opened: str | None) -> Source:
    """What is drawn. A stroke runs the canvas alone, unless the server has something to say about it."""
    bring_out()
    slot = st.container(gap=None)
    pen = canvas_buttons(sizes.canvas, sizes.pen)
    version = take_sent().version if opened or are_told(specs) else None
    with slot:
        keyboard_pen(sizes.canvas)
        st.fragment(canvas)(sizes.canvas, pen, specs, kept, version)
    return Source(see(*kept), sketch().drawing, hint=what_to_draw(opened))


def what_to_draw(opened: str | None) -> str:
    """A digit, unless a set of other classes is collected."""
    is_own = opened == "collect" and read(LINK["set"]) in drawing_sets()
    return "Draw" if is_own else WHAT_TO_DRAW


def canvas(size: int, pen: int, specs: list[str], kept: tuple[bool, bool], version: int | None) -> None:
    """The canvas; `version`: of the drawing that the rest of the page shows, None where it shows none."""
    draw(size, pen, specs, *kept)
    if version not in (None, sketch().version):
        st.rerun()


def from_photograph(specs: list[str]) -> Source:
    """One of the digits in a picture."""
    put_away()
    found = photograph(by_hand)
    digit = picked_digit(found, names(found, specs)) if found else None
    image = digit.image if digit else None
    doubt = WHY.get(digit.doubt, "") if digit else ""
    live_network("image", PAGE, "live-image", image=encoded(image), models=specs, doubt=doubt)
    hint = "Nothing was read" if is_refused() else "…" if is_being_read() else "Choose a picture"
    hint = "" if found else hint
    return Source(image, photograph=found, hint=hint)


def more(
    opened: str,
    source: Source,
    kept: tuple[bool, bool],
    specs: list[str],
    known: Choices,
    labels: st.delta_generator.DeltaGenerator | None,
) -> None:
    """What is opened below the prediction, and nothing else: the rest costs no time."""
    if opened == "collect":
        collect(source, specs, labels)
    elif source.image is None:
        st.info(
            "There is nothing to look at yet: draw something, or choose a picture.", icon=":material/draw:"
        )
    elif opened == "attribution" and specs:
        show_attribution(specs, source.image, known)
    elif opened == "codes":
        draw_codes(with_codes(specs)[0], source.image)
    elif opened == "preprocessing":
        draw_steps(source.drawing, *kept, config_of(specs[0]) if specs else None)


def collect(source: Source, specs: list[str], labels: st.delta_generator.DeltaGenerator | None) -> None:
    """Which set, the label of the drawing (in its place, where it has one), and all that is in the set."""
    collection = set_choice()
    with labels or st.container():
        collect_form(source.drawing, source.image, clear if source.drawing else None, collection=collection)
    class_form(collection)
    gallery(specs, collection)


questions.will_look_again()
st.fragment(stage)(choices())
questions.look_again()
