"""Rows of a run's curves, as a trainer would have written them; for tests that need no training."""

from pathlib import Path


def append_rows(path: Path, columns: tuple[str, ...], rows: list[tuple[float, ...]]) -> None:
    """Append to a CSV file, with a header if it is new."""
    header = "" if path.exists() else ",".join(columns) + "\n"
    with open(path, "a", encoding="ascii") as file:
        file.write(header + "".join(",".join(f"{value:.9g}" for value in row) + "\n" for row in rows))
