"""Start starts what is shown, whatever arrives with the click."""

from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException
from streamlit.testing.v1 import AppTest

from lenet.engine.base import Engine
from lenet.runs.run_index import list_runs
from lenet.training.recipes import RECIPES
from pages.parts.shared.run_draft import Draft
from pages.parts.train import start_button
from tests.start_button import StartButton
from tests.train_page import DIGITS, configs, errors, number, opened, said, selectbox


@pytest.fixture
def page(runs_folder: Path, engine: Engine) -> AppTest:
    """The page on bundled digits, with an empty runs folder."""
    return opened()


def test_widgets_that_have_gone_change_nothing(page: AppTest, require_mnist: None) -> None:
    """A tick that is sent before the page is drawn anew brings their values along."""
    page.run()
    gone = page._tree.get_widget_states().widgets
    selectbox(page, "Recipe").set_value("dense-2").run()
    states = page._tree.get_widget_states()
    there = {state.id for state in states.widgets}
    states.widgets.extend(state for state in gone if state.id not in there)
    page._run(states)
    StartButton(page).click()
    assert configs() == [RECIPES["dense-2"].config]


def test_what_was_typed_arrives_with_the_click(page: AppTest) -> None:
    page.run()
    number(page, "Epochs").set_value(5)
    StartButton(page).click()
    assert configs() == [DIGITS.replace(epochs=5)]
    assert page.query_params["run"] == list_runs()[0].id and list_runs()[0].name == "5 epochs"
    assert [each.value for each in page.subheader] == ["5 epochs"]


def test_a_press_that_a_newer_message_cuts_off_says_that_it_started_nothing(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streamlit ends a callback where it uses the session's state while another message is there already."""
    page.run()
    follow_picks, ends = start_button.follow_picks, [RerunException(RerunData())]

    def ended_once() -> Draft:
        if ends:
            raise ends.pop()
        return follow_picks()

    monkeypatch.setattr(start_button, "follow_picks", ended_once)
    StartButton(page).click()
    page.run()
    assert not configs() and "Nothing was started" in said(page.warning)
    StartButton(page).click()
    assert len(configs()) == 1 and not page.warning


@pytest.mark.parametrize("label", ["Recipe", "Start from", "Architecture"])
def test_a_pick_that_arrives_with_the_click_is_shown_first(
    page: AppTest, label: str, require_mnist: None
) -> None:
    page.run()
    selectbox(page, label).set_value("dense-2")
    StartButton(page).click()
    assert not configs() and "dense-2 (2 layers)" in said(page.warning)
    selectbox(page, "Data set").set_value("mnist").run()
    StartButton(page).click()
    (config,) = configs()
    assert config.layers == RECIPES["dense-2"].config.layers and not page.warning


def test_a_click_on_what_is_not_there_any_more_starts_nothing_and_says_what_is(
    page: AppTest, require_mnist: None
) -> None:
    page.run()
    before = StartButton(page).shown
    selectbox(page, "Recipe").set_value("dense-2").run()
    button = StartButton(page)
    drawn, button.shown = button.shown, before
    button.click()
    assert not configs() and drawn != before
    assert "Set up now: recipe dense-2, architecture dense-2 (2 layers), data set mnist" in said(page.warning)
    StartButton(page).click()
    assert configs() == [RECIPES["dense-2"].config] and not page.warning


def test_a_second_click_on_the_same_drawing_starts_nothing(page: AppTest) -> None:
    page.run()
    button = StartButton(page)
    button.click()
    button.click()
    assert len(configs()) == 1 and "pressed twice" in said(page.warning)
    StartButton(page).click()
    assert configs() == [DIGITS, DIGITS] and not page.warning


def test_a_click_that_brings_a_bad_number_along_starts_nothing(page: AppTest) -> None:
    page.run()
    number(page, "Epochs").set_value(0)
    StartButton(page).click()
    assert (
        not configs() and "Nothing was started" in said(page.warning) and "Epochs: received 0" in errors(page)
    )


def test_layers_that_were_added_are_shown_before_they_start(page: AppTest) -> None:
    page.run()
    next(each for each in page.toggle if each.label == "Edit layers").set_value(True).run()
    old = StartButton(page)
    menu = page.menu_button[0]
    menu.click_index(menu.options.index("Dense")).run()
    new = StartButton(page)
    new.shown = old.shown
    new.click()
    assert not configs() and f"of your own ({len(DIGITS.layers) + 1} layers)" in said(page.warning)
    StartButton(page).click()
    assert len(configs()[0].layers) == len(DIGITS.layers) + 1


def test_a_value_that_was_typed_just_before_its_row_was_folded_away_stays(page: AppTest) -> None:
    page.run()
    edit = next(each for each in page.toggle if each.label == "Edit layers")
    edit.set_value(True).run()
    next(each for each in page.number_input if each.label == "Filters of layer 1").set_value(5)
    next(each for each in page.toggle if each.label == "Edit layers").set_value(False).run()
    assert any("| **C1** conv 5@3×3" in each.value for each in page.markdown)


@pytest.mark.parametrize(
    ("label", "value", "changes"),
    [
        ("Optimizer", "sgd", {"optimizer": "sgd"}),
        ("Learning rate schedule", "step", {"schedule": "step"}),
        ("Validate on", "test", {"validation": "test"}),
        ("Pixel values", "raw", {"scaling": "raw"}),
    ],
)
def test_choices_that_bring_other_boxes_arrive_with_the_click(
    page: AppTest, label: str, value: str, changes: dict
) -> None:
    page.run()
    selectbox(page, label).set_value(value)
    StartButton(page).click()
    assert configs() == [DIGITS.replace(**changes)]


def test_switches_that_bring_a_box_arrive_with_the_click(page: AppTest) -> None:
    page.run()
    for label in ("Pad with background", "Early stopping"):
        next(each for each in page.toggle if each.label == label).set_value(True)
    StartButton(page).click()
    assert configs() == [DIGITS.replace(pad_to=32, early_stopping=3)]
    assert number(page, "Height and width after padding").value == 32
