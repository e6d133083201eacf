"""Clicks that come late, or with values of widgets that have gone."""

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest


def boxes() -> None:
    """What AppTest runs: a select box that is another one for each choice."""
    import streamlit as st

    from pages.parts.shared.clicks import change_of

    now = st.session_state.setdefault("now", "a")
    options, key = ["a", "b", "c"], f"box-{now}"
    choose = change_of(key, now, lambda value: st.session_state.update(now=value))
    st.selectbox("Box", options, options.index(now), key=key, on_change=choose)


def test_a_widget_that_has_gone_decides_nothing() -> None:
    test = AppTest.from_function(boxes).run()
    test.selectbox[0].set_value("b")
    gone = test._tree.get_widget_states().widgets[0]
    test.run()
    assert test.session_state.now == "b"
    test.selectbox[0].set_value("c").run()
    late = test._tree.get_widget_states()
    late.widgets.append(gone)
    test._run(late)
    assert test.session_state.now == "c"


def test_a_choice_in_a_widget_that_is_about_to_go_counts() -> None:
    test = AppTest.from_function(boxes).run()
    old = test.selectbox[0]
    old.set_value("b").run()
    old.set_value("c").run()  # in the box that the browser has not yet replaced
    assert test.session_state.now == "c"


def runs() -> None:
    """What AppTest runs: a select box of runs, whose titles say how far they are."""
    import streamlit as st

    from pages.parts.shared.clicks import change_of, select_box

    state = st.session_state
    state["far"], state["chosen"] = state.get("far", 0) + 1, state.get("chosen", [])
    choose = change_of("box", "run-a", state.chosen.append)
    select_box(
        "Run", ["run-a", "run-b"], "run-a", "box", lambda name: f"{name} {state.far}", on_change=choose
    )


def test_a_title_that_was_drawn_before_is_no_other_choice_and_a_choice_by_it_counts() -> None:
    test = AppTest.from_function(runs).run()
    message = WidgetStates()
    message.widgets.add(id=test.selectbox[0].proto.id, string_value="run-a 1")
    test._run(message)
    test._run(message)  # a tick that was on its way when "run-a 2" was drawn
    assert test.session_state.chosen == []
    message.widgets[0].string_value = "run-b 1"
    test._run(message)
    assert test.session_state.chosen == ["run-b"]


def interrupted() -> None:
    """What AppTest runs: a page that may be given up before it comes to its button."""
    import streamlit as st

    from pages.parts.shared.clicks import clicked

    if st.session_state.get("given up"):
        st.stop()
    st.session_state.seen = clicked("Go", "go")


def test_a_click_is_kept_until_the_page_comes_to_it() -> None:
    test = AppTest.from_function(interrupted).run()
    assert not test.session_state.seen
    test.session_state["given up"] = True
    test.button[0].click().run()
    assert not test.session_state.seen
    test.session_state["given up"] = False
    assert test.run().session_state.seen
    assert not test.run().session_state.seen, "once"
