"""The mapping that comes with EMNIST: for each label the characters that it stands for. No Streamlit."""

from collections.abc import Iterable, Sequence


def names_of(rows: Iterable[Sequence[int]]) -> list[str]:
    """Names of the classes in the order of their labels; empty where it is no such mapping.

    Args:
        rows: label, then the code of its character, and where there are two of its small one.
    """
    named = {int(row[0]): int(row[1]) for row in rows if len(row) > 1}
    if not named or not all(32 < code < 0x3000 for code in named.values()):
        return []
    return [chr(named[label]) for label in sorted(named)]
