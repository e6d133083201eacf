"""What a page says of the engine: while it starts, once it is ready, and when it cannot be had."""

import socket
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from lenet.engine import connect, external
from lenet.engine.base import Engine
from lenet.engine.embedded import EmbeddedEngine
from pages.parts.shared import engine as engine_of_pages
from pages.parts.train.live_feed import Feed
from tests.engine_fixtures import wait_until


def page() -> None:
    """A page with nothing else on it."""
    import streamlit as st

    from pages.parts.shared.engine import engine_status
    from pages.parts.shared.questions import what_is_awaited

    engine_status()
    st.caption(what_is_awaited())


@pytest.fixture
def fresh_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As after a start of the server: nobody has asked for the engine yet."""
    monkeypatch.setattr("pages.parts.shared.engine._PAGE_FIRST", 0.1)
    engine_of_pages._only_starter.cache_clear()
    yield
    engine_of_pages._only_starter.cache_clear()


def words(app: AppTest) -> str:
    """All captions and warnings after one more run."""
    app.run()
    assert not app.exception
    return "\n".join(element.value for element in [*app.caption, *app.warning])


def test_the_first_page_does_not_wait_and_a_later_one_says_ready(engine: Engine, fresh_server: None) -> None:
    app = AppTest.from_function(page)
    assert "The engine is starting" in words(app)
    # An empty line would have what is below it move once the engine is ready.
    assert Feed().answer({})["engine"]
    wait_until(lambda: "Engine ready" in words(app))
    assert Feed().answer({})["engine"] == "Engine ready"


def test_warming_up_says_what_warms_up(fresh_server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """And how long that usually takes, unless it has taken longer."""
    engine = EmbeddedEngine()
    monkeypatch.setattr(connect, "_engine", engine)
    monkeypatch.setattr(engine_of_pages, "_USUAL_WARM_UP", 1000)
    app = AppTest.from_function(page)
    wait_until(lambda: "TensorFlow is warming up on the trainer" in words(app))
    assert words(app).count("usually about 1000 s") == 2
    monkeypatch.setattr(engine_of_pages, "_USUAL_WARM_UP", 0)
    assert "usually" not in words(app)
    assert "s so far. A run" in words(app) and "warming up; the answer comes by itself" in words(app)
    engine.close()


def test_a_scheduler_that_is_not_there_is_a_warning(
    engine: Engine, fresh_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    monkeypatch.setattr(connect, "_engine", None)
    monkeypatch.setattr(external, "CONNECT_SECONDS", 0.5)
    monkeypatch.setenv("LENET_SCHEDULER", address)
    app = AppTest.from_function(page)
    wait_until(lambda: f"The scheduler at {address} does not answer" in words(app))
    assert "unset LENET_SCHEDULER" in words(app)


def test_a_worker_that_was_given_up_can_be_tried_again(
    fresh_server: None, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keras.py").write_text("raise ImportError('no such library')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    engine = EmbeddedEngine()
    monkeypatch.setattr(connect, "_engine", engine)
    app = AppTest.from_function(page)
    wait_until(lambda: "cannot start TensorFlow" in words(app))
    assert "no such library" in app.code[0].value
    app.button[0].click()
    assert "cannot start TensorFlow" not in words(app)
    engine.close()
