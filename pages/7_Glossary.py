"""Glossary: each term of the field that the pages use, in plain sentences and a figure."""

from urllib.parse import parse_qsl

import streamlit as st

from lenet.errors import DatasetError
from lenet.glossary.term import Term
from lenet.glossary.terms import BY_KEY, SUBJECTS, search
from pages.parts.glossary import evaluation_figures, inspection_figures, network_figures, training_figures
from pages.parts.shared import questions
from pages.parts.shared.clicks import COMPARE, DATA, DRAW, EVALUATE, INSPECT, TRAIN
from pages.parts.shared.guidance import heading
from pages.parts.shared.link import bound, leave, read, write
from pages.parts.shared.link_fields import GLOSSARY as LINK
from pages.parts.shared.markdown import escaped

PAGES = {"data": DATA, "train": TRAIN, "evaluate": EVALUATE, "inspect": INSPECT, "draw": DRAW,
         "compare": COMPARE}  # fmt: skip
FIGURES = (
    network_figures.FIGURES
    | training_figures.FIGURES
    | evaluation_figures.FIGURES
    | inspection_figures.FIGURES
)


def choose() -> Term | None:
    """The term of the link, another one of its subject, or one that a search finds; None: none is found."""
    term = BY_KEY[read(LINK["term"])]
    text = st.text_input("Search", placeholder="Search a term, or a word about it", key="glossary-search",
                         label_visibility="collapsed", icon=":material/search:").strip()  # fmt: skip
    if text:
        found = search(text)
        if not found:
            st.info(f"No term and no sentence has “{escaped(text[:60])}” in it. Try a shorter word.")
            return None
    else:
        found = list(SUBJECTS[subject_of(term)])
    term = term if term in found else found[0]
    keys = [each.key for each in found]
    st.pills(
        "Terms", keys, format_func=lambda key: BY_KEY[key].name, required=True,
        label_visibility="collapsed", **bound(LINK["term"], term.key),
    )  # fmt: skip
    return term


def subject_of(term: Term) -> str:
    """That of the term, until another one is picked: then its first term is shown."""
    now = next(name for name, terms in SUBJECTS.items() if term in terms)
    st.session_state["glossary-subject"] = now

    def change() -> None:
        write(LINK["term"], SUBJECTS[st.session_state["glossary-subject"]][0].key)

    st.segmented_control("Subject", list(SUBJECTS), key="glossary-subject", required=True, on_change=change,
                         label_visibility="collapsed", wrap=True)  # fmt: skip
    return now


def show(term: Term) -> None:
    """Its sentences, where it is at work, its figure, and who introduced it."""
    page, _, query = term.place.partition("?")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(escaped(term.name[0].upper() + term.name[1:]), anchor=False, width="content")
        st.button(f"See it on {page.capitalize()}", icon=":material/arrow_forward:", on_click=leave,
                  args=(PAGES[page], dict(parse_qsl(query))))  # fmt: skip
    st.markdown(escaped(term.words))
    try:
        FIGURES[term.name]()
    except DatasetError as error:
        st.info(escaped(str(error)))
    also = f"Related words: {escaped(', '.join(term.also))}. " if term.also else ""
    source = f"Source: {escaped(term.source)}." if term.source else ""
    st.caption(also + source)


questions.will_look_again()
questions.begin()
heading("Glossary")
if chosen := choose():
    show(chosen)
questions.settle()
questions.look_again()
