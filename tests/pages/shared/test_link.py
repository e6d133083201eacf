"""The link: its fields, what can be wrong with one, what former versions wrote, addresses that lag behind."""

import ast
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lenet.sentences import LONGEST
from pages.parts.shared.link_field_kinds import Field, Names
from pages.parts.shared.link_fields import DATA, DRAW, EVALUATE, INSPECT, PAGES, TRAIN
from tests.link_table import rows
from tests.project import ROOT

FIELDS = [field for fields in PAGES.values() for field in fields.values()]
DRAWING = np.arange(784, dtype=np.uint8).reshape(28, 28)


# Fields


def test_the_table_in_the_documents_has_every_field() -> None:
    table = (ROOT / "docs" / "links.md").read_text("utf-8")
    found = [line for line in table.splitlines() if line.startswith("| `/")]
    assert found == rows(), "\n".join(["expected:", *rows()])


def test_only_one_module_knows_the_address() -> None:
    """And no widget is bound to it by Streamlit, which would take a wrong value without a word."""
    known = {name for name, tree in _pages() if "query_params" in _attributes_of_streamlit(tree)}
    assert known == {"pages/parts/shared/link.py"}
    bound = [name for name, tree in _pages() for node in ast.walk(tree)
             if isinstance(node, ast.Call) and any(each.arg == "bind" for each in node.keywords)]  # fmt: skip
    assert bound == []


def _pages() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "pages").rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def _attributes_of_streamlit(tree: ast.Module) -> set[str]:
    return {node.attr for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "st"}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (DATA["view"], "classes", "classes"),
        (DATA["shuffle"], "99999", 99_999),
        (DATA["rotation"], "12.5", 12.5),
        (DATA["rotation"], "90", 90.0),
        (TRAIN["recipe"], "digits-quick", "digits-quick"),
        (TRAIN["from"], "a run@3", "a run@3"),
        (EVALUATE["hide-correct"], "yes", True),
        (EVALUATE["hide-correct"], "no", False),
        (DRAW["skip-box"], "TRUE", True),
        (INSPECT["index"], "297", 297),
    ],
)
def test_what_a_field_says(field: Field, text: str, value: object) -> None:
    assert field.parsed(text) == field.parsed(field.text(value)) == value
    assert field.in_link(value) == (None if value == field.default else field.text(value))


def test_a_drawing_is_a_field() -> None:
    field = INSPECT["drawing"]
    assert (field.parsed(field.in_link(DRAWING)) == DRAWING).all()
    assert "The link was cut or changed on its way" in field.problem(field.in_link(DRAWING)[:-9])


# What former versions wrote, page by page


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (DATA["view"], "network", "preprocessing"),
        (INSPECT["view"], "Kernels and maps", "kernels"),
        (INSPECT["view"], "All layers", "layers"),
        (INSPECT["view"], "Arithmetic", "arithmetic"),
        (INSPECT["view"], "Weights", "weights"),
        (INSPECT["view"], "Why", "attribution"),
        (INSPECT["view"], "Wants", "features"),
        (INSPECT["view"], "Ablation", "ablation"),
        (INSPECT["view"], "Test set", "embedding"),
        (INSPECT["scale"], "Each its own scale", "own"),
        (INSPECT["when"], "Before activation", "before"),
        (INSPECT["map-by"], "t-SNE", "t-sne"),
        (INSPECT["drawing"], "eNpjYBg48B8IRuVG5YiVowcAADeOT7E", None),  # a bar: any array
        (DRAW["source"], "Photograph", "photograph"),
        (DRAW["more"], "Why", "attribution"),
        (EVALUATE["view"], "certainty", "calibration"),
        (EVALUATE["by"], "answer", "predicted class"),
        (DRAW["more"], "Codes", "codes"),
        (DRAW["more"], "Step by step", "preprocessing"),
        (DRAW["more"], "Collect", "collect"),
        (DRAW["screen"], "Touch", "touch"),
        (DRAW["skip-center"], "true", True),
    ],
)
def test_a_link_of_a_former_version(field: Field, text: str, value: object) -> None:
    found = field.parsed(text)
    assert found == value if value is not None else found.shape == (28, 28)


# What is wrong with a link

HOSTILE = ["x", "-1", "1e999", "nan", "9" * 400, "٣", "../../etc", "<b>", "\0", "\ud800", "4-", "A" * 5_000]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.page}-{field.name}")
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text)[:12])
def test_a_wrong_value_is_answered(field: Field, text: str) -> None:
    """What was received, what was expected; any name is one until the page looks it up."""
    value = field.parsed(text)
    if value is None:
        problem = field.problem(text)
        assert "received" in problem and "expected" in problem and len(problem) <= LONGEST
    elif type(field) not in (Field, Names):
        assert field.parsed(field.text(value)) == value


def reader() -> None:
    """What AppTest runs: a page that reads one field, with what only it knows."""
    import streamlit as st

    from pages.parts.shared.link import read

    field, known = st.session_state["asked"]
    st.session_state["found"] = read(field, **known)


def found(field: Field, link: dict[str, str], **known: object) -> tuple[object, list[str]]:
    """What the field is in that link, and what the page says about it."""
    test = AppTest.from_function(reader)
    test.session_state["asked"] = (field, known)
    test.query_params.update(link)
    test.run()
    assert not test.exception
    return test.session_state["found"], [each.value.replace("\\", "") for each in test.warning]


@pytest.mark.parametrize(
    ("field", "text", "known", "value", "sentence"),
    [
        (DATA["part"], "trian", {}, "train",
         "Part: received 'trian' in the link, expected one of train, test. “train” is shown."),
        (DATA["index"], "1500", {"highest": 1499, "default": 0}, 0,
         "Image: received '1500' in the link, expected 0 to 1,499. 0 is shown."),
        (DATA["shift"], "nan", {"default": 0.25}, 0.25,
         "Shift, of the width: received 'nan' in the link, expected 0 to 0.5. 0.25 is shown."),
        (DATA["class"], "11", {"options": ("every", "0")}, "every",
         "Class: received '11' in the link, expected one of every, 0. “every” is shown."),
        (EVALUATE["cell"], "4-10", {"size": 10}, None,
         "Cell: received '4-10' in the link, expected true and predicted class as two numbers from 0 to 9, "
         "such as 4-9. The most frequent error is shown."),
        (DRAW["skip-box"], "perhaps", {}, False,
         "Skip the 20×20 box: received 'perhaps' in the link, expected one of no, yes. “no” is shown."),
        (INSPECT["row"], "9", {"highest": 5, "of_what": "C1 has rows 6"}, None,
         "Row: received '9' in the link, expected 0 to 5: C1 has rows 6."),
    ],
)  # fmt: skip
def test_the_page_says_what_is_wrong(
    field: Field, text: str, known: dict[str, object], value: object, sentence: str
) -> None:
    assert found(field, {field.name: text}, **known) == (value, [sentence])


def test_what_is_not_in_a_link_is_the_default() -> None:
    assert found(EVALUATE["split"], {}) == found(EVALUATE["split"], {"split": ""}) == ("test", [])
    assert found(DATA["index"], {}) == (None, [])


def test_a_field_under_a_former_name() -> None:
    field = replace(DATA["rotation"], name="turn", former_names=("rotation",))
    assert found(field, {"rotation": "7"}) == (7, [])
    assert found(field, {"rotation": "8", "turn": "8"}) == (8, [])
    value, (sentence,) = found(field, {"rotation": "7", "turn": "8"})
    assert value == 8 and "received turn '8' and rotation '7' in the link, expected one of them" in sentence


# A link is what its page has written


def late_address() -> None:
    """What AppTest runs: pages that write into their links."""
    import streamlit as st

    from pages.parts.shared import link
    from pages.parts.shared.link_fields import DRAW

    def write() -> None:
        link.write(DRAW["more"], "attribution")
        link.write(DRAW["model"], ["2", "3"])
        link.clear(DRAW["sketch"])

    page = st.session_state.get("page", "draw")
    link.open_page(page)
    st.button("write", on_click=write)
    if page == "draw":
        st.session_state["more"] = link.read(DRAW["more"])
    st.session_state["seen"] = {name: st.query_params.get_all(name) for name in st.query_params}


def test_what_a_page_has_written_into_its_link_holds() -> None:
    test = AppTest.from_function(late_address)
    test.query_params["sketch"] = "was there"
    test.run()
    assert test.session_state["seen"] == {"sketch": ["was there"]}
    test.button[0].click().run()
    test.query_params.clear()
    test.query_params |= {"sketch": "was there", "d": "the browser's own"}  # a message that lags behind
    test.run()
    assert test.session_state["seen"] == {
        "more": ["attribution"],
        "model": ["2", "3"],
        "d": ["the browser's own"],
    }


def test_another_page_has_a_link_of_its_own_and_what_lasts_is_there_again() -> None:
    test = AppTest.from_function(late_address).run()
    test.button[0].click().run()
    test.session_state["page"] = "inspect"
    test.query_params.clear()
    test.run()
    assert test.session_state["seen"] == {}
    test.session_state["page"] = "draw"
    test.query_params.clear()
    test.run()
    assert test.session_state["seen"] == {"more": ["attribution"]}
    assert test.session_state["more"] == "attribution"


def test_a_link_says_more_than_what_lasts() -> None:
    test = AppTest.from_function(late_address).run()
    test.button[0].click().run()
    test.session_state["page"] = "inspect"
    test.query_params.clear()
    test.run()
    test.session_state["page"] = "draw"
    test.query_params.clear()
    test.query_params["more"] = "codes"
    assert test.run().session_state["more"] == "codes"
