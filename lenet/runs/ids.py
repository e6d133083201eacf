"""What the folders of runs are called. Must not import numpy, Streamlit, TensorFlow or Keras."""

import os
import re
import secrets
from datetime import date
from pathlib import Path

# A folder's name, never a way out of `runs`, short enough for every file system, and the same on each:
# Windows takes dots and spaces at its end away.
_ID = re.compile(r"\w([\w .,()+~-]{0,148}[\w,()+~-])?")


def is_id(name: str) -> bool:
    """Whether a folder of that name may be a run's: no hidden one, no way out of the folder of runs."""
    return bool(_ID.fullmatch(name))


def run_ids(folder: Path) -> list[str]:
    """The names of the run folders there, in no order; none where the folder cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries if is_id(entry.name) and _is_folder(entry)]
    except OSError:
        return []


def _is_folder(entry: os.DirEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def free_path(folder: Path, recipe: str) -> Path:
    """Where a new run goes: named by the day and, as far as a file's name may have it, by its recipe."""
    label = re.sub(r"[^a-z0-9]+", "-", recipe.lower()).strip("-")[:40] or "own"
    while True:
        path = folder / f"{date.today():%Y-%m-%d}-{label}-{secrets.token_hex(2)}"
        if not os.path.lexists(path):
            return path
