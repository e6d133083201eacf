"""The arrays of published data sets, and what is in a folder."""

import io
from pathlib import Path

import numpy as np

from tests.idx_files import IDX_NAMES

KEYS = tuple(IDX_NAMES)


def arrays_in(npz: Path) -> dict[str, np.ndarray]:
    """As `numpy.load` sees them: the oracle."""
    with np.load(npz) as file:
        return {key: file[key] for key in KEYS}


def everything_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def npz(arrays: dict[str, np.ndarray]) -> bytes:
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()
