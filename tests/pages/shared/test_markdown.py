"""Numbers and sentences as a person reads them; a real Markdown parser is the oracle for what is escaped."""

import random

import pytest
from markdown_it import MarkdownIt

from lenet.errors import RunError
from lenet.formatting import duration, percent
from pages.parts.shared.markdown import escaped

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(markdown: str) -> str:
    """The text that a person sees, if it is one paragraph of plain text and nothing else."""
    (opening, inline, _) = PARSER.parse(markdown)
    assert opening.type == "paragraph_open"
    assert {child.type for child in inline.children} <= {"text", "text_special", "softbreak"}, markdown
    return "".join(child.content or "\n" for child in inline.children)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.98351, "98.35 %"), (0.0, "0.00 %"), (1.0, "100.00 %"), (0.99999, "100.00 %"), (None, "–")],
)
def test_percent(value: float | None, words: str) -> None:
    assert percent(value) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"), (0, "0 s"), (0.38, "0.4 s"), (0.96, "1 s"), (59.4, "59 s"), (59.6, "1 min 0 s"),
        (75, "1 min 15 s"), (3599.6, "1 h 0 min"), (3661, "1 h 1 min"), (100_000, "27 h 46 min"),
    ],
)  # fmt: skip
def test_duration(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    "sentence",
    [
        "Run 2026-11-20-lenet5_relu-7f3a: config.json is damaged.",
        "/home/a_b/my_runs/__init__ cannot be written: No space left on device.",
        "*best* run, **very** `good`, ~~old~~ [link](http://example.org) <b>bold</b> ![x](y)",
        "# Title",
        "a | b",
        "costs $5$ and :material/close: and :red[this]",
        "C:\\runs\\new",
        "\\*",
        *("+", "-", "=", "1.", "12)", "---", "===", "- x", "1. x", "&lt;", "&", "0.5 s", "-5"),
    ],
)
def test_a_sentence_is_shown_as_it_is(sentence: str) -> None:
    assert shown(escaped(sentence)).replace("\u2060", "") == sentence


@pytest.mark.parametrize("icon", [":material/add:", ":material/arrow_back:", ":streamlit:"])
def test_what_streamlit_would_take_for_an_icon_is_parted(icon: str) -> None:
    """It looks for icons in the text that a Markdown parser makes."""
    assert icon not in shown(escaped(f"a {icon} b"))


def test_any_text_is_shown_as_it_is() -> None:
    chance = random.Random(2)
    for _ in range(500):
        sentence = "x" + "".join(chance.choices("ab _*`[](){}<>#$~|:\\!", k=12)) + "x"
        assert shown(escaped(sentence)) == sentence


@pytest.mark.parametrize("sentence", ["x :red[y] $z$ :smile:", "::", "$$"])
def test_streamlit_own_marks_are_escaped(sentence: str) -> None:
    text = escaped(sentence)
    for mark in ":$[]":
        assert text.count(mark) == text.count(f"\\{mark}") == sentence.count(mark)


def test_an_error_is_escaped_by_its_words() -> None:
    assert escaped(str(RunError("a_b"))) == r"a\_b"
