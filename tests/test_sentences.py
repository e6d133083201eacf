"""What a sentence says of what was received: short and plain, whatever that was."""

import pickle
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest

from lenet.errors import (
    ComparisonError,
    DatasetError,
    DrawingError,
    EvaluationError,
    ModelError,
    RunError,
    WeightsError,
)
from lenet.sentences import (
    LONGEST,
    LONGEST_VALUE,
    MOST_SENTENCES,
    few,
    is_plain,
    listed,
    plain,
    reason,
    shortened,
    shown,
)
from tests.project import ROOT

ERRORS = (ModelError, ComparisonError, DatasetError, EvaluationError, RunError, DrawingError, WeightsError)


def nested(depth: int) -> list:
    value: list = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        (True, "True"),
        (-1.5, "-1.5"),
        (float("nan"), "NaN"),
        (float("-inf"), "infinity"),
        ("a\nb", r"'a\nb'"),
        ("\ud800", r"'\ud800'"),
        (b"\xff", r"b'\xff'"),
        ("x" * 10_000_000, f"'{'x' * (LONGEST_VALUE - 2)}…"),
        (10**5000, "a number of some 5,001 digits"),
        (10**40, "1" + "0" * 40),
        (nested(100_000), "a list of length 1"),
        ({"a": 1}, "named values"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_value_in_a_few_words(value: Any, words: str) -> None:
    assert shown(value) == words


def test_a_list_of_names_is_its_beginning() -> None:
    assert listed([]) == ""
    assert listed(["x", "y"]) == "x, y"
    said = listed([f"{'n' * 500}{number}" for number in range(60_000)])
    assert len(said) < 600 and said.endswith("… and 59,992 more")


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "a\x1b[31m", "\u202etxt.exe", "\u2028", "a\nb", "a\tb"])
def test_what_is_not_plain(text: str) -> None:
    assert not is_plain(text)
    plain(text).encode()
    assert is_plain(plain(text).replace("\n", " ").replace("\t", " "))


@pytest.mark.parametrize("text", ["", "élm 楡 🌳", "two words", "名前\u3000", "100 % – “x”"])
def test_what_is_plain(text: str) -> None:
    assert is_plain(text) and plain(text) == text


def test_another_packages_words_are_one_short_line() -> None:
    assert reason(ValueError("first\nsecond")) == "first"
    assert len(reason(OSError("x" * 10_000))) == 200
    assert shortened("x" * 61) == "x" * 59 + "…"


@pytest.mark.parametrize("error", ERRORS)
def test_no_error_to_a_person_is_long_or_cannot_be_sent(error: Callable[[str], Exception]) -> None:
    said = str(error("\ud800" + "x" * 1_000_000))
    assert len(said) == LONGEST and is_plain(said)
    assert str(error("Epoch: received 'é'.")) == "Epoch: received 'é'."
    assert str(pickle.loads(pickle.dumps(error("a sentence")))) == "a sentence"


def test_digits_are_never_written_out_where_python_refuses_to() -> None:
    assert shown(10 ** (sys.get_int_max_str_digits() + 1)).startswith("a number of some 4,")


def test_of_many_sentences_a_few_are_shown() -> None:
    assert few(["a"] * MOST_SENTENCES) == ["a"] * MOST_SENTENCES
    assert few(["a"] * 10_000) == [*["a"] * MOST_SENTENCES, "And 9,997 more like these."]


def test_every_sentence_shortens_what_was_received() -> None:
    """`{value!r}` shows all of a value, however long; `shown` does not."""
    sources = [path for folder in ("lenet", "pages") for path in (ROOT / folder).rglob("*.py")]
    whole = re.compile(r"received \{(?![^{}]*\[:)[^{}]*!r\}")
    assert len(sources) > 100
    assert not [path.name for path in sources if whole.search(path.read_text("utf-8"))]
