"""The published arrays, as numpy reads them from the real files."""

from pathlib import Path

import numpy as np
import pytest

from tests.idx_files import write_idx
from tests.published_arrays import arrays_in


@pytest.fixture(scope="module")
def mnist(mnist_npz) -> dict[str, np.ndarray]:
    return arrays_in(mnist_npz)


@pytest.fixture(scope="module")
def fashion(fashion_mnist_npz) -> dict[str, np.ndarray]:
    return arrays_in(fashion_mnist_npz)


@pytest.fixture(scope="module")
def mnist_idx(mnist, tmp_path_factory) -> Path:
    """A folder of the four gzipped IDX files."""
    folder = tmp_path_factory.mktemp("idx")
    write_idx(folder, mnist)
    return folder
