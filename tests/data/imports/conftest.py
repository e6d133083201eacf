"""No data set of this machine is seen by these tests."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def data(bare_machine: Path) -> Path:
    return bare_machine
