"""What names say of a part: to train on, to validate or to test. Standard library only."""

import re

_PARTS = {
    "train": "train", "training": "train", "trn": "train", "tr": "train",
    "validation": "validation", "valid": "validation", "val": "validation", "dev": "validation",
    "test": "test", "testing": "test", "tst": "test", "te": "test", "t10k": "test", "eval": "test",
}  # fmt: skip
_WORDS = re.compile(r"[A-Z]?[a-z]+\d*k?|[A-Z]+(?![a-z])|\d+")


def words_of(name: str) -> list[str]:
    """The words of a name, small: `trainX` → train, x; `t10k-images` → t10k, images."""
    return [word.lower() for word in _WORDS.findall(name)]


def part_of(name: str) -> str | None:
    """The part "train", "validation" or "test" that a name speaks of; None where it speaks of none."""
    return next((_PARTS[word] for word in words_of(name) if word in _PARTS), None)


def without_part(name: str) -> str:
    """The other words of a name."""
    return " ".join(word for word in words_of(name) if word not in _PARTS)
