"""A finished run for the tests of the Inspect page."""

from pathlib import Path

import pytest

from lenet.runs.folder import Run
from lenet.training.trainer import train
from tests.inspect_page import QUICK
from tests.page_words import copied


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run on the bundled digits, 8×8."""
    run = Run.create(QUICK, tmp_path_factory.mktemp("trained"))
    assert train(run).state == "finished"
    return run


@pytest.fixture
def finished(trained: Run, runs_folder: Path) -> Run:
    """The same, where this test's page finds it."""
    return copied(trained, runs_folder)
