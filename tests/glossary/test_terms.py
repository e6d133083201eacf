"""The terms of the glossary: short, findable, each with a figure and a place where it is at work."""

import re
from urllib.parse import parse_qsl

import pytest

from lenet.glossary.term import Term
from lenet.glossary.terms import BY_KEY, SUBJECTS, TERMS, search
from pages.parts.glossary import evaluation_figures, inspection_figures, network_figures, training_figures
from pages.parts.shared.link_fields import PAGES

FIGURES = (network_figures, training_figures, evaluation_figures, inspection_figures)


def test_every_term_has_a_name_and_a_key_of_its_own() -> None:
    count = sum(map(len, SUBJECTS.values()))
    assert len(TERMS) == len(BY_KEY) == count > 50
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) for key in BY_KEY)


def test_each_subject_draws_its_terms() -> None:
    drawn = [list(module.FIGURES) for module in FIGURES]
    assert drawn == [[term.name for term in terms] for terms in SUBJECTS.values()]


@pytest.mark.parametrize("term", TERMS.values(), ids=lambda term: term.key)
def test_a_term_is_said_in_few_sentences_and_leads_to_a_page(term: Term) -> None:
    sentences = re.findall(r"[.!?](?= |$)", term.words)
    assert 1 <= len(sentences) <= 3 and term.words.endswith(".") and len(term.words) < 320
    page, _, query = term.place.partition("?")
    fields = PAGES[page]
    assert all(
        fields[name].parsed(value) is not None for name, value in parse_qsl(query, strict_parsing=bool(query))
    )


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("receptive", "receptive field"),
        ("KERNEL", "kernel"),
        ("hessian diagonal", "Levenberg–Marquardt"),
        ("levenberg-marquardt", "Levenberg–Marquardt"),
        ("mcnemar’s", "McNemar's test"),
        ("gaussian connections", "RBF units"),
        ("ece", "expected calibration error"),
        ("harmonic", "F1"),
        ("L2", "weight decay"),
        ("backpropagation", "gradient"),
    ],
)
def test_a_term_is_found_by_its_names_and_its_words(text: str, first: str) -> None:
    assert search(text)[0].name == first


def test_what_is_nowhere_is_not_found() -> None:
    assert search("quaternion") == []
    assert search("") == search(" ") and len(search("")) == len(TERMS)
