"""Sets with classes of one's own on Draw › Collect, as Streamlit runs them: chosen, renamed, deleted."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from lenet.data import datasets
from lenet.data.drawing_sets import DrawingSet, drawing_sets
from tests.drawn_collection import symbols_collected


def page() -> None:
    """What is above the gallery: which set, its classes as labels, another class, what is wanted."""
    import streamlit as st

    from pages.parts.draw.class_form import class_form
    from pages.parts.draw.collection import collect_form
    from pages.parts.draw.set_choice import set_choice
    from pages.parts.shared.link import hold
    from tests.drawn_collection import drawing, image

    hold()
    collection = set_choice()
    number = st.session_state.get("number", 0)
    collect_form(drawing(number), image(number), collection=collection)
    class_form(collection)


@pytest.fixture
def at(bare_machine: Path, runs_folder: Path) -> AppTest:
    return AppTest.from_function(page, default_timeout=60)


def button(at: AppTest, label: str):
    return next(each for each in at.button if each.label == label)


def typed(at: AppTest, label: str, words: str, submit: str) -> AppTest:
    next(each for each in at.text_input if each.label == label).set_value(words)
    return button(at, submit).click().run()


def said(elements) -> str:
    """Their words without what keeps Markdown from taking them as markup."""
    return re.sub(r"\\(.)", r"\1", " ".join(each.value for each in elements))


def our_symbols() -> DrawingSet:
    return drawing_sets()["our-symbols"]


def test_a_set_is_made_and_its_classes_are_added_by_a_click_or_typed(at: AppTest) -> None:
    button(at.run(), "Make the set").click().run()
    assert not at.exception and at.query_params["set"] == "our-symbols"
    button(at, "☺").click().run()
    assert "A network tells classes apart: add another class." in said(at.markdown)
    typed(at, "Another class", "cat, +, <b>x</b>", "Add")
    assert our_symbols().classes() == ("☺", "cat", "+", "<b>x</b>")
    assert [each.label for each in at.button if "0/10" in each.label] == [
        "**☺** · 0/10", "**cat** · 0/10", r"**\+** · 0/10", r"**\<b\>x\</b\>** · 0/10"
    ]  # fmt: skip
    assert "Draw each of them 10 times" in said(at.markdown) and button(at, "Train a network on it").disabled
    assert not [each for each in at.button if each.label == "☺"], "it is suggested no more"


@pytest.mark.parametrize("words", ["", "cat", "☺, ☺", "x" * 21])
def test_a_name_that_is_none_or_there_already_is_answered_and_stays_in_the_field(
    at: AppTest, words: str
) -> None:
    datasets.new_drawing_set("Our symbols").add_classes(["cat"])
    at.query_params["set"] = "our-symbols"
    typed(at.run(), "Another class", words, "Add")
    assert not at.exception and said(at.error).startswith("Class: ")
    assert our_symbols().classes() == ("cat",)
    assert next(each for each in at.text_input if each.label == "Another class").value == words


def test_a_drawing_is_stored_by_the_name_of_its_class_and_counted(at: AppTest) -> None:
    datasets.new_drawing_set("Our symbols").add_classes(["cat", "tree"])
    at.query_params["set"] = "our-symbols"
    button(at.run(), "**cat** · 0/10").click().run()
    assert our_symbols().counts() == {"cat": 1, "tree": 0} and "Stored as cat." in said(at.caption)
    button(at, "**tree** · 0/10").click().run()
    assert our_symbols().counts() == {"cat": 0, "tree": 1}, "corrected, not stored twice"
    assert "Still wanted, for 10 of each: 10 of cat, 9 of tree." in said(at.markdown)
    button(at, "Take it back").click().run()
    assert our_symbols().counts() == {"cat": 0, "tree": 0}


def test_what_is_wanted_is_said_until_nothing_is(at: AppTest) -> None:
    symbols_collected(6)
    at.query_params["set"] = "our-symbols"
    at.run()
    assert "A network can learn from these. For 10 of each, still wanted: 4 of ☺" in said(at.markdown)
    assert not button(at, "Train a network on it").disabled


def class_box(at: AppTest) -> Selectbox:
    return next(each for each in at.selectbox if each.label == "A class to rename or remove")


def test_a_set_is_renamed_loses_a_class_and_is_gone_only_when_asked(at: AppTest) -> None:
    symbols_collected(2)
    at.query_params["set"] = "our-symbols"
    typed(at.run(), "Name of the set", "Signs of 7b", "Rename")
    assert our_symbols().title == "Signs of 7b"
    class_box(at).set_value("×").run()
    typed(at, "Name of the class", "cross", "Rename the class")
    assert our_symbols().counts() == {"☺": 2, "house": 2, "cross": 2}
    class_box(at).set_value("cross").run()
    typed(at, "Name of the class", " ", "Rename the class")
    assert "Class: received ' ', expected 1 to 20 characters" in said(at.error)
    class_box(at).set_value("house").run()
    button(at, "Remove house and its 2 drawings").click().run()
    assert "house and its 2 drawings will be gone for good" in said(at.markdown)
    assert our_symbols().counts() == {"☺": 2, "house": 2, "cross": 2}, "it asks before"
    button(at, "Remove the class").click().run()
    assert our_symbols().counts() == {"☺": 2, "cross": 2}
    button(at, "Delete the set").click().run()
    assert "its classes and its 4 drawings will be gone for good" in said(at.markdown) and drawing_sets()


def test_a_link_to_a_set_that_is_gone_is_answered_and_digits_are_shown(at: AppTest) -> None:
    at.query_params["set"] = "nobody-knows"
    at.run()
    assert not at.exception
    assert "Set: received 'nobody-knows' in the link, expected one of my-digits." in said(at.warning)
    assert button(at, "7")
