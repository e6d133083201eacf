"""Links that hide controls: names, the rule of CSS, the way back, and what version 0.1 called `hide`."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.shared.hideable import CONTROLS, SETTINGS, hiding, matches
from pages.parts.shared.link_fields import PAGES
from tests.page_words import plain


def test_every_page_has_its_names() -> None:
    assert CONTROLS.keys() == PAGES.keys()
    assert all(any(matches("train", name, f"draft-3-{name}") for name in SETTINGS) for name in SETTINGS)


def test_the_rule_hides_what_is_named_or_what_is_not() -> None:
    assert hiding("data", (), ()) == hiding("data", ("gone",), ()) == ""
    assert hiding("data", ("view",), ()) == '[class*="st-key-data-view"] { display: none; }'
    rule = hiding("train", (), ("epochs", "validation_fraction"))
    draft = '[class*="st-key-draft-"]'
    shown = f':not({draft}[class*="-epochs"], {draft}[class*="-validation_fraction"])'
    assert f'[class*="st-key-recipe-"]{shown}' in rule and f'[class*="-validation"]{shown}' in rule
    assert '[class*="st-key-fold-"]:not(:has(' in rule and "show-all-controls" not in rule


def page() -> None:
    """What AppTest runs: the top of a page."""
    from pages.parts.shared import controls, link
    from pages.parts.shared.link_fields import DATA

    link.open_page("data")
    controls.show_wanted("data")
    link.read(DATA["cutout"])


def at(**query: str) -> AppTest:
    test = AppTest.from_function(page)
    for name, text in query.items():
        test.query_params[name] = text
    test.run()
    assert not test.exception
    return test


@pytest.mark.parametrize("query", [{"hide": "view,part"}, {"show": "index"}])
def test_all_controls_come_back(query: dict[str, str]) -> None:
    test = at(view="image", **query)
    test.button("show-all-controls").click().run()
    assert not test.button and test.query_params.keys() == {"view"}


def test_a_wrong_name_is_said_and_hides_nothing() -> None:
    test = at(hide="view,start")
    words = "Hide: received 'view,start' in the link, expected some of dataset, view"
    assert words in plain(test.warning) and not test.button


def test_what_was_once_called_so_still_is() -> None:
    for query in ({"hide": "0.2"}, {"hide": "view"}):
        test = at(**query)
        assert not test.warning and bool(test.button) is (query["hide"] == "view")
