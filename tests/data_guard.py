"""Fixtures for data: MNIST where it is on this machine, and a machine that has none at all."""

from pathlib import Path

import pytest

from lenet.data import datasets, pen_digits
from lenet.data.published_files import data_folders
from tests.conftest import require


def _require(name: str) -> None:
    require(datasets.verify(name), f"no {name}.npz, or not the real one, in LENET_DATA or a cache")


@pytest.fixture(scope="session")
def require_mnist() -> None:
    """Skips where MNIST is missing; in CI it may not be."""
    _require("mnist")


@pytest.fixture(scope="session")
def require_fashion_mnist() -> None:
    """Skips where Fashion-MNIST is missing; in CI it may not be."""
    _require("fashion_mnist")


@pytest.fixture(scope="session")
def require_pens() -> None:
    """Skips where the pen digits are missing, so that drawings are made here; in CI they may not be."""
    require(datasets.available("pens"), f"no {pen_digits.FILE_NAME} in LENET_DATA or a cache")


@pytest.fixture(scope="session")
def mnist_npz(require_mnist) -> Path:
    """The real `mnist.npz`; skips as `require_mnist` does."""
    return _npz("mnist")


@pytest.fixture(scope="session")
def fashion_mnist_npz(require_fashion_mnist) -> Path:
    """The real `fashion_mnist.npz`; skips as `require_fashion_mnist` does."""
    return _npz("fashion_mnist")


def _npz(name: str) -> Path:
    paths = [folder / f"{name}.npz" for folder in data_folders()]
    found = next((path for path in paths if path.is_file()), None)
    require(found is not None, f"{name} is here, but not as {name}.npz")
    return found.resolve()


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No data anywhere; `LENET_DATA` names the folder that is returned, empty and writable."""
    for variable, folder in (("LENET_DATA", "data"), ("XDG_CACHE_HOME", "cache"), ("KERAS_HOME", "keras")):
        (tmp_path / folder).mkdir()
        monkeypatch.setenv(variable, str(tmp_path / folder))
    return tmp_path / "data"
