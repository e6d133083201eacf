"""What a class of one's own may be called."""

import pytest

from lenet.drawing.class_name import LONGEST, class_name, same
from lenet.errors import DrawingError

FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    "name", ["A", "☺", "cat", "x" * LONGEST, FAMILY, "+", "<b>x</b>", "~ tilde", "猫", "7", "…"]
)
def test_any_word_letter_or_sign_is_a_name(name: str) -> None:
    assert class_name(name) == name


def test_a_name_is_kept_without_blanks_around_it_and_composed() -> None:
    assert class_name("  two \n words ") == "two words"
    assert class_name("cafe\u0301") == "caf\u00e9"
    assert class_name(3) == "3", "a digit of my-digits"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "  ",
        "\u200b",
        "\u0301",
        "\ufe0f",
        "x" * (LONGEST + 1),
        "a\u202eb",
        "a\x00b",
        "\ud800",
        None,
        10,
        True,
        ["a"],
    ],
    ids=repr,
)
def test_what_cannot_be_seen_or_is_too_long_is_answered_by_a_sentence(wrong: object) -> None:
    with pytest.raises(
        DrawingError, match=r"Class: received .*, expected 1 to 20 characters that can be seen"
    ) as error:
        class_name(wrong)
    assert len(str(error.value)) < 250


def test_a_sign_with_and_without_color_is_the_same() -> None:
    assert same("☺\ufe0f") == same("☺") != same("☻")
    assert same("a") != same("A")
