"""Links whose every field is wrong, on every page: answered in sentences, and the page is shown."""

import pytest
from streamlit.testing.v1 import AppTest

from lenet.sentences import LONGEST
from pages.parts.shared.link_fields import PAGES
from tests.page_words import plain
from tests.project import ROOT

FILES = {
    "data": "1_Data",
    "train": "2_Train",
    "evaluate": "3_Evaluate",
    "inspect": "4_Inspect",
    "draw": "5_Draw",
    "compare": "6_Compare",
    "board": "9_Board",
    "glossary": "7_Glossary",
    "lessons": "10_Lessons",
    "activity": "11_Activity",
}
# What is there at first, so that a wrong value of it is seen
SEEN_FIRST = {
    "data": ("part", "view"),
    "train": ("recipe",),
    "evaluate": ("split", "view"),
    "inspect": ("part", "index"),
    "draw": ("source", "more", "skip-box", "skip-center"),
    "compare": ("view",),
    "board": ("by",),
    "glossary": ("term",),
    "activity": (),
    "lessons": (),  # the page offers fewer views: tests/pages/lessons/test_lessons_page.py
}


@pytest.mark.parametrize("text", ["x", "<b>$x$</b>", "٣", "9" * 400, "../" * 1_000])
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("engine", "runs_folder")
def test_all_is_wrong(page: str, text: str) -> None:
    test = AppTest.from_file(ROOT / "pages" / f"{FILES[page]}.py", default_timeout=60)
    test.query_params.update(dict.fromkeys(PAGES[page].keys() - {"drawing"}, text))  # it goes before others
    test.run()
    assert not test.exception, test.exception[0].message
    said = [each.value for each in (*test.warning, *test.error)]
    assert max(map(len, said), default=0) <= 2 * LONGEST  # as Markdown, with what it would obey escaped
    words = plain(test.warning)
    for name in SEEN_FIRST[page]:
        field = PAGES[page][name]
        assert f"{field.title}: received" in words and f"in the link, expected {field.expected}" in words, (
            name
        )
