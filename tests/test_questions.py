"""Questions to the inference worker: asked once, answered or explained, never an exception on the page."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lenet.cluster import Engine
from tests.engine_fixtures import wait_until


def page(function: str, *args: object) -> None:
    """Asks that, and shows what comes back."""
    import streamlit as st

    from pages.parts import questions

    questions.will_look_again()
    questions.begin()
    reply = questions.ask("it", function, args)
    questions.settle()
    st.text(f"{reply.values} {reply.problem}")
    if reply.values is None and not reply.problem:
        st.text(questions.what_is_awaited())
    st.button("Forget", on_click=questions.forget, args=("it",))


def answered(function: str, *args: object) -> AppTest:
    test = AppTest.from_function(page, default_timeout=60, args=(function, *args))
    wait_until(lambda: len(test.run().text) == 1, 30)
    return test


def words(test: AppTest) -> str:
    return test.text[0].value


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    """A folder in which each call leaves a folder, or fails because it is there."""
    return tmp_path / "noted"


def test_the_worker_is_asked_once_however_often_the_page_runs(engine: Engine, noted: Path) -> None:
    test = answered("os.mkdir", str(noted))
    assert noted.is_dir()
    for _ in range(3):  # a second call would fail
        assert words(test.run()) == "[None]"


def test_what_the_worker_raises_is_a_sentence_until_it_is_asked_again(engine: Engine, noted: Path) -> None:
    noted.mkdir()
    test = answered("os.mkdir", str(noted))
    assert "FileExistsError" in words(test) and not test.exception
    noted.rmdir()
    assert "FileExistsError" in words(test.run())
    test.button[0].click()
    wait_until(lambda: words(test.run()) == "[None]", 10)


def test_another_question_takes_the_place_of_the_first(engine: Engine) -> None:
    assert words(answered("math.hypot", 3, 4)) == "[5.0]"
    assert words(answered("math.hypot", 6, 8)) == "[10.0]"


def test_a_broken_connection_is_mended_and_said_where_somebody_waits(engine: Engine, tmp_path: Path) -> None:
    test = AppTest.from_function(
        page, default_timeout=60, args=("tests.cluster_tasks.wait_for", str(tmp_path))
    )
    test.run()
    wait_until(lambda: (tmp_path / "asked").exists())
    engine.client.loop.add_callback(engine.client.scheduler_comm.abort)
    wait_until(lambda: "The connection to the worker broke and was made anew" in test.run().text[-1].value)
    (tmp_path / "go").touch()
    wait_until(lambda: words(test.run()) == "['answered']")
    assert not test.exception
