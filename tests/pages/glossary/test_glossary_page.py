"""The Glossary page: every term with its figure, a search, links that are wrong."""

import pytest
from streamlit.testing.v1 import AppTest

from lenet.glossary.terms import BY_KEY, SUBJECTS
from tests.page_words import plain
from tests.project import ROOT

FIGURES = ("image", "plotly_chart", "vega_lite_chart", "dataframe")
MADE_BY_THE_WORKER = {"augmentation", "cutout"}


def opened(**link: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages" / "7_Glossary.py"), default_timeout=60)
    test.query_params.update(link)
    return test.run()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_term_has_its_sentences_and_a_figure(subject: str) -> None:
    test = opened(term=SUBJECTS[subject][0].key)
    for term in SUBJECTS[subject]:
        test.query_params["term"] = term.key
        test.run()
        assert not test.exception and not test.error and not test.warning, term.name
        assert test.header[0].value.lower() == term.name.lower()
        assert term.words in plain(test.markdown)
        assert any(len(test.get(kind)) for kind in FIGURES) or term.name in MADE_BY_THE_WORKER, term.name
        assert bool(term.source) == (term.source in plain(test.caption) and bool(term.source))


def test_a_search_shows_what_it_finds() -> None:
    test = opened(term="kernel")
    test.text_input[0].set_value("Hessian").run()
    assert test.header[0].value == "Levenberg–Marquardt"
    assert len(test.button_group) == 1, "No subjects: it searches in all."
    test.text_input[0].set_value("quaternion").run()
    assert "No term and no sentence has “quaternion” in it" in plain(test.info) and not test.header
    test.text_input[0].set_value("").run()
    assert test.header[0].value == "Kernel"


def test_a_link_to_no_term_says_so() -> None:
    test = opened(term="kernal")
    assert "Term: received 'kernal' in the link, expected one of" in plain(test.warning)
    assert test.header[0].value == "Convolution" and "convolution" in BY_KEY
