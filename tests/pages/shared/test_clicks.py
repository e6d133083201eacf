"""Clicks that come late, or with values of widgets that have gone; and an address that lags behind."""

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


def late_address() -> None:
    """What AppTest runs: a page that writes into its link."""
    import streamlit as st

    from pages.parts.shared.link import open_page, put

    open_page(st.session_state.get("page", "first"))
    st.button("write", on_click=put, kwargs={"a": "1", "b": ["2", "3"], "c": None})
    st.session_state.seen = {name: st.query_params.get_all(name) for name in st.query_params}


def test_what_a_page_has_written_into_its_link_holds() -> None:
    test = AppTest.from_function(late_address)
    test.query_params["c"] = "was there"
    test.run()
    assert test.session_state.seen == {"c": ["was there"]}
    test.button[0].click().run()
    test.query_params.clear()
    test.query_params |= {"c": "was there", "d": "the browser's own"}  # a message that lags behind
    test.run()
    assert test.session_state.seen == {"a": ["1"], "b": ["2", "3"], "d": ["the browser's own"]}


def test_another_page_has_a_link_of_its_own() -> None:
    test = AppTest.from_function(late_address).run()
    test.button[0].click().run()
    test.session_state.page = "second"
    test.query_params.clear()
    test.run()
    assert test.session_state.seen == {}


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
