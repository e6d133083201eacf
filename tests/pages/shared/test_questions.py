"""Questions to the inference worker: asked once, answered or explained, never an exception on the page."""

import asyncio
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lenet.engine.base import Engine
from tests.cluster_tasks import stands_still
from tests.dashboard import dashboard
from tests.engine_fixtures import wait_until
from tests.project import ROOT
from tests.tab import Tab


def page(function: str, *args: object) -> None:
    """Asks that, and shows what comes back."""
    import streamlit as st

    from pages.parts.shared import questions

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


# What takes long


def long_page(folder: str, names: str, every: int) -> None:
    """Asks something that takes ten seconds, for each letter of `names`, and shows how far it is."""
    import streamlit as st

    from pages.parts.shared import questions

    questions.will_look_again()
    questions.begin()
    for name in names:
        reply = questions.ask_long(name, "tests.cluster_tasks.count", (folder, name, 200, b"", every))
        if questions.is_there(name, reply):
            st.text(f"{name}: {reply.values[0]}")
        st.text(f"shown: {reply.shown}")
    questions.settle()
    questions.look_again()


def opened(folder: Path, names: str, every: int = 200) -> AppTest:
    return AppTest.from_function(long_page, default_timeout=60, args=(str(folder), names, every)).run()


def counted(folder: Path, name: str = "a") -> int:
    file = folder / name
    return len(file.read_text().split()) if file.exists() else 0


def test_the_place_of_a_long_answer_shows_how_far_it_is_and_cancel_ends_it(
    engine: Engine, tmp_path: Path
) -> None:
    test = opened(tmp_path, "a")
    wait_until(lambda: test.run().get("progress"))
    assert "of 200" in test.get("progress")[0].proto.text
    wait_until(lambda: "shown: shown" in test.run().text[0].value)
    test.button[0].click().run()
    assert "Cancelled" in test.info[0].value and not test.get("progress")
    wait_until(lambda: stands_still(tmp_path / "a"), 5)
    before = counted(tmp_path)
    test.run()
    assert test.button[0].label == "Ask again"
    test.button[0].click().run()
    wait_until(lambda: counted(tmp_path) > before)  # it begins again
    assert not test.exception
    opened_elsewhere(test)


def opened_elsewhere(test: AppTest) -> None:
    """Another page, which asks nothing, in the same session."""

    def nothing() -> None:
        from pages.parts.shared import questions

        questions.ask_nothing()

    elsewhere = AppTest.from_function(nothing, default_timeout=60)
    elsewhere.session_state["questions"] = test.session_state["questions"]
    elsewhere.run()


def test_a_view_that_is_left_is_cancelled_and_so_is_what_another_page_asked(
    engine: Engine, tmp_path: Path
) -> None:
    test = opened(tmp_path, "a")
    wait_until(lambda: counted(tmp_path) > 3)
    test.args = (str(tmp_path), "b", 200)  # another view
    test.run()
    wait_until(lambda: stands_still(tmp_path / "a") and counted(tmp_path, "b") > 3, 10)
    opened_elsewhere(test)
    wait_until(lambda: stands_still(tmp_path / "b"), 10)


def test_who_waits_in_the_queue_is_told_the_place(engine: Engine, tmp_path: Path) -> None:
    test = opened(tmp_path, "abcd")
    wait_until(lambda: any("place 1 in the queue" in each.value for each in test.run().caption))
    opened_elsewhere(test)
    wait_until(lambda: all(stands_still(tmp_path / name) for name in "abc"), 10)


STAGE = """
import sys
sys.path.insert(0, {root!r})
import streamlit as st
from pages.parts.shared import questions

def stage():
    questions.begin()
    st.button("other", key="other")
    questions.is_there("slow", questions.ask_long("slow", "nothing.at_all", ("x",)))
    questions.settle()

questions.will_look_again()
st.fragment(stage)()
questions.look_again()
"""


def test_a_part_of_the_page_that_runs_alone_has_its_places_filled(tmp_path: Path) -> None:
    """What shows how far an answer is belongs to the part of the page that waits for it."""
    (tmp_path / "stage.py").write_text(STAGE.format(root=str(ROOT)))
    (tmp_path / "app.py").write_text('import streamlit as st\napp = st.App("stage.py")\n')

    async def click(address: str) -> None:
        async with Tab(address) as tab:
            for _ in range(3):
                await tab.set(await tab.find("button", "other"), trigger_value=True)
                await asyncio.sleep(1)

    environment = {"PYTHONPATH": str(ROOT), "STREAMLIT_RUNNER_FAST_RERUNS": "false"}
    with dashboard(tmp_path, tmp_path, "tests.light_workers", **environment) as started:
        asyncio.run(click(started.url))
        assert "Error" not in started.log.read_text()
