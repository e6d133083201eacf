"""The tour: a step waits until a page has shown what it asks for; it can be left and taken up again."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.shared.guidance import PURPOSES
from pages.parts.shared.tour import NAMES, STEPS
from tests.page_words import plain


def page() -> None:
    """What AppTest runs: a page with the tour's bar, which has shown what `shown` says."""
    import streamlit as st

    from pages.parts.shared import link, tour

    name = st.session_state.get("page", "data")
    link.open_page(name)
    tour.bar(name)
    if shown := st.session_state.pop("shown", ""):
        tour.reached(shown)
    st.session_state["is-on"] = tour.is_on()


def at(step: str = "", page_name: str = "data") -> AppTest:
    test = AppTest.from_function(page)
    test.session_state["page"] = page_name
    if step:
        test.query_params["tour"] = step
    return test.run()


def show(test: AppTest, step: str) -> AppTest:
    test.session_state["shown"] = step
    return test.run()


def buttons(test: AppTest) -> list[str]:
    return [each.label for each in test.button]


def test_without_a_tour_there_is_no_bar() -> None:
    test = show(at(), "load")
    assert not test.exception and not test.markdown and not test.button
    assert test.session_state["is-on"] is False


@pytest.mark.parametrize("name", NAMES)
def test_each_step_waits_until_it_is_done(name: str) -> None:
    step = STEPS[name]
    test = at(name, step.page)
    assert step.task in plain(test.markdown) and buttons(test) == ["Leave the tour"]
    for other in set(NAMES) - {name}:
        assert step.task in plain(show(test, other).markdown), "Another step's news is none of this one."
    show(test, name)
    assert not test.exception and step.result in plain(test.markdown)
    assert [label for label in buttons(test) if label.startswith("Next")] == (
        [] if name == NAMES[-1] else [f"Next: {STEPS[NAMES[NAMES.index(name) + 1]].title}"]
    )


def test_another_page_leads_to_that_of_the_step_and_the_next_one_goes_on_by_itself() -> None:
    test = at("load", "draw")
    assert buttons(test) == ["Go to Data", "Leave the tour"]
    show(test, "load")
    test.session_state["page"] = "train"
    test.query_params.clear()
    assert STEPS["train"].task in plain(test.run().markdown)


def test_it_is_left_and_a_link_takes_it_up_again() -> None:
    test = at("evaluate", "evaluate")
    test.button(key="tour-leave").click().run()
    assert not test.markdown and "tour" not in test.query_params and test.session_state["is-on"] is False
    test.query_params["tour"] = "evaluate"
    test.session_state["page"] = "data"
    test.run()
    assert STEPS["evaluate"].task in plain(test.markdown)


def test_a_wrong_step_in_the_link_is_said() -> None:
    test = at("lode")
    assert "Tour: received 'lode' in the link, expected one of load, train" in plain(test.warning)
    assert not test.button


def guided_page() -> None:
    """What AppTest runs: a page that says what it is for and leads on, below the tour's bar."""
    from pages.parts.shared import tour
    from pages.parts.shared.guidance import heading, next_step

    tour.bar("data")
    with heading("Data"):
        next_step("train")


def test_a_tour_and_the_page_do_not_say_two_things_at_once() -> None:
    test = AppTest.from_function(guided_page).run()
    assert PURPOSES["Data"] in plain(test.markdown) and buttons(test) == ["Train a network on these"]
    test.query_params["tour"] = "load"
    test.run()
    assert not test.exception and test.title[0].value == "Data"
    assert PURPOSES["Data"] not in plain(test.markdown) and buttons(test) == ["Leave the tour"]
