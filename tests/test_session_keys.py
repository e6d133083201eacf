"""Each key of the session is written by one module, its owner: no other can change what it relies on."""

from pathlib import Path

import pytest

from tests.project import ROOT
from tests.session_keys import SessionKeys, may_be_same

OWNER = "pages/parts/shared/owner.py"
OTHER = "pages/parts/train/other.py"
SOUND = """import streamlit as st
_KEY, _MORE = "draft", "more"
st.session_state[_KEY] = 1
st.session_state.pop(_MORE, 0)
"""


def test_every_key_has_one_owner() -> None:
    keys = SessionKeys(ROOT)
    table = [f"{key}: {', '.join(owners)}" for key, owners in sorted(keys.owners.items())]
    assert keys.problems() == [], "\n".join(["Who writes what:", *table])
    assert len(table) > 40


def test_the_run_that_is_set_up_has_one_owner() -> None:
    owners = SessionKeys(ROOT).owners
    assert owners["draft"] == owners["draft-said"] == {"pages.parts.shared.run_draft"}


def problems_of(folder: Path, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return SessionKeys(folder).problems()


@pytest.mark.parametrize(
    "line",
    [
        'st.session_state["draft"] = 2',
        "st.session_state.draft = 2",
        'st.session_state["draft"] += 2',
        'st.session_state["draft"]["part"] = 2',
        'del st.session_state["draft"]',
        'st.session_state.setdefault("draft", 2)',
        "st.session_state.update(draft=2)",
        'st.session_state.update({"draft": 2})',
        'st.button("Away", on_click=st.session_state.pop, args=("draft",))',
        'st.button("Away", on_click=lambda: st.session_state.pop("draft"))',
        'def f():\n    state, key = st.session_state, "draft"\n    state[key] = 2',
        'def f():\n    def key():\n        pass\n    a = st.session_state["draft"] = 2',
        'def name():\n    return "draft"\nst.session_state[name()] = 2',
        'def f(part):\n    st.session_state[f"dr{part}"] = 2',
        'class A:\n    def f(self):\n        st.session_state["draft"] = 2',
    ],
)
def test_a_second_owner_is_found(line: str, tmp_path: Path) -> None:
    assert problems_of(tmp_path, {OWNER: SOUND, OTHER: "import streamlit as st\n"}) == []
    (found,) = problems_of(tmp_path, {OTHER: f"import streamlit as st\n{line}\n"})
    assert "pages.parts.shared.owner and pages.parts.train.other" in found and "draft" in found


@pytest.mark.parametrize(
    "line",
    [
        "def f(key):\n    st.session_state[key] = 2",
        "st.session_state.clear()",
        "def f(name):\n    st.session_state[name.lower()] = 2",
    ],
)
def test_a_key_that_the_source_does_not_tell_is_found(line: str, tmp_path: Path) -> None:
    (found,) = problems_of(tmp_path, {OWNER: SOUND, OTHER: f"import streamlit as st\n{line}\n"})
    assert "pages.parts.train.other" in found and "is not known" in found


def test_a_widget_may_be_given_its_first_value_under_any_key(tmp_path: Path) -> None:
    """It takes nothing from anybody, for it is only taken where there is none."""
    line = 'def f(key, name):\n    st.session_state.setdefault(f"{key}-{name}", 2)'
    assert problems_of(tmp_path, {OWNER: SOUND, OTHER: f"import streamlit as st\n{line}\n"}) == []


def test_to_read_a_key_is_open_to_all(tmp_path: Path) -> None:
    reads = 'import streamlit as st\nst.session_state.get("draft")\nis_there = "draft" in st.session_state\n'
    assert problems_of(tmp_path, {OWNER: SOUND, OTHER: reads}) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("a", "a", True), ("a", "b", False), ("*-box", "my-box", True), ("*-box", "my-step", False),
     ("data-*", "*-box", True), ("data-*", "draw-*", False), ("*", "", True), ("", "a", False)],
)  # fmt: skip
def test_patterns(one: str, other: str, same: bool) -> None:
    assert may_be_same(one, other) == may_be_same(other, one) == same
