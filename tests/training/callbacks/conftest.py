"""A real run folder, and what it takes to write into it."""

import sys
import types
from pathlib import Path

import pytest

from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Dense
from lenet.runs.lease import Lease


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    # TensorBoard's own switch for its stub in place of TensorFlow, whose import takes seconds.
    monkeypatch.setitem(sys.modules, "tensorboard.compat.notf", types.ModuleType("notf"))
    return Run.create(RunConfig(layers=(Dense(units=10),), epochs=3), tmp_path)


@pytest.fixture
def lease(run: Run) -> Lease:
    return run.take()
