"""A class of a set of drawings gets another name."""

from contextlib import suppress
from pathlib import Path

import pytest

from lenet.errors import DatasetError
from tests.drawn_collection import symbols_collected


def test_a_class_is_renamed_in_its_place_or_joins_another(bare_machine: Path) -> None:
    symbols = symbols_collected(2)
    symbols.rename_class("house", " home ")
    assert list(symbols.counts().items()) == [("☺", 2), ("home", 2), ("×", 2)]
    symbols.rename_class("×", "home")
    assert symbols.counts() == {"☺": 2, "home": 4} and not symbols.problems()
    with pytest.raises(DatasetError, match="^The class '×' is not here any more"):
        symbols.rename_class("×", "cross")
    with pytest.raises(DatasetError, match="^Class: received '', expected 1 to 20 characters"):
        symbols.rename_class("home", "")


def test_a_sign_is_renamed_to_one_that_looks_alike(bare_machine: Path) -> None:
    symbols = symbols_collected(1)
    symbols.rename_class("☺", "☺\ufe0f")
    assert symbols.counts() == {"☺\ufe0f": 1, "house": 1, "×": 1}


def test_a_class_that_is_renamed_on_a_full_disk_loses_no_drawing(
    full_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENET_DATA", str(full_disk))
    symbols, filler = symbols_collected(2), full_disk / "filler"
    with suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(bytes(4096))
            file.flush()
    with pytest.raises(DatasetError, match="cannot be written .*No space left"):
        symbols.rename_class("house", "home")
    assert sum(symbols.counts().values()) == 6 and not symbols.problems()
    filler.unlink()
    symbols.rename_class("house", "home")
    assert symbols.counts() == {"☺": 2, "home": 2, "×": 2}
