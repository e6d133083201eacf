"""Links of a lesson into the pages: whether they lead anywhere, and where to. No TensorFlow."""

from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import streamlit as st

from lenet.data.catalogue import SOURCES
from lenet.networks.pretrained import PRETRAINED
from lenet.sentences import listed, shown
from pages.parts.shared.clicks import COMPARE, DATA, DRAW, EVALUATE, GLOSSARY, INSPECT, TRAIN
from pages.parts.shared.link_field_kinds import Choice
from pages.parts.shared.link_fields import PAGES

PATHS: dict[str, Path] = {
    "data": DATA, "train": TRAIN, "evaluate": EVALUATE, "inspect": INSPECT, "draw": DRAW, "compare": COMPARE,
    "glossary": GLOSSARY,
}  # fmt: skip
_LONGEST = 3_000  # characters


def parts(link: str) -> tuple[str, dict[str, list[str]]]:
    """The page of a link, and name → values of its fields."""
    address = urlsplit(link)
    return address.path.strip("/"), parse_qs(address.query, keep_blank_values=True)


def problem(link: str) -> str:
    """What is wrong with it, in a sentence; "" where nothing is."""
    try:
        is_elsewhere = bool(urlsplit(link).scheme or urlsplit(link).netloc)
    except ValueError:
        is_elsewhere = True
    if is_elsewhere or len(link) > _LONGEST:
        return f"received {shown(link)}, expected a page of this lab, such as train?recipe=digits-quick."
    page, values = parts(link)
    if page not in PATHS:
        return f"received the page {shown(page)}, expected one of {listed(PATHS)}."
    for name, texts in values.items():
        for text in texts:
            if words := _problem_of_field(page, name, text):
                return words
    return ""


def _problem_of_field(page: str, name: str, text: str) -> str:
    field = PAGES[page].get(name)
    if field is None:
        return f"received {shown(name)} in the link, expected one of {listed(PAGES[page], 24)}."
    if isinstance(field, Choice) and not field.options:  # the page knows which
        return ""
    if field.parsed(text) is None:
        return f"{field.title}: received {shown(text)} in the link, expected {field.expected}."
    known = _known(field.name, page)
    if known and text not in known:
        return f"{field.title}: received {shown(text)} in the link, expected one of {listed(known, 20)}."
    return ""


def _known(name: str, page: str) -> tuple[str, ...]:
    """What is everywhere, whoever opens the lesson; () of what is a person's own, as the name of a run."""
    if name in ("model", "against", "from"):
        return tuple(PRETRAINED)
    return tuple(SOURCES) if name == "dataset" else ()


def to(link: str, lesson: str, step: int) -> tuple[Path, dict[str, str | list[str]]]:
    """The page, and its parameters, with the lesson's own."""
    page, values = parts(link)
    texts = {name: found[0] if len(found) == 1 else found for name, found in values.items()}
    return PATHS[page], texts | {"lesson": lesson, "step": str(step)}


def address(lesson: str) -> str:
    """Of the lesson itself, as the browser that asks knows this server."""
    here = (st.context.url or "").rpartition("/")[0]
    return f"{here}/lessons?{urlencode({'lesson': lesson}, quote_via=quote)}"
