"""Files that are looked at, or stored, in a process of their own."""

from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.imports.choices import Choices
from lenet.engine.import_process import ImportProcess, Request, paths_in
from tests.engine_fixtures import wait_until
from tests.made_datasets import LABELS, bars, folder_of, in_order, npz, pictures_by_class, stored, zip_of

X = bars()


@pytest.fixture(autouse=True)
def data(bare_machine: Path) -> Path:
    return bare_machine


def ended(request: Request) -> ImportProcess:
    process = ImportProcess(request)
    wait_until(lambda: not process.running, 60)
    return process


def test_a_look_says_what_the_files_would_become(tmp_path, data):
    folder = folder_of(tmp_path / "it", pictures_by_class())
    found = ended(Request(paths_in(folder), Choices())).found
    assert "Polarity: dark on light. Inverted: MNIST is light on dark." in found.notes
    assert found.preview.shape == (9, 28, 28, 1) and set(found.names) == {"lying", "standing"}
    assert (found.inverted, found.transposed, found.scaling, found.range) == (True, False, "fit", (0, 255))
    kept = ended(Request(paths_in(folder), Choices(inverted=False, scaling="mnist", range=(255, 0)))).found
    assert (kept.inverted, kept.scaling, kept.range) == (False, "mnist", (255, 0))
    assert not list(data.rglob("*.npz"))


def test_what_is_stored_is_there(tmp_path):
    path = npz(tmp_path / "a.npz", x=X, y=LABELS)
    process = ended(Request({"a.npz": str(path)}, Choices(class_names=("a", "b", "c")), "bars"))
    assert process.succeeded and process.found is None
    assert np.array_equal(stored("bars"), in_order(X))
    assert datasets.info("bars").class_names == ("a", "b", "c")


def test_what_is_wrong_is_a_sentence(tmp_path):
    path = npz(tmp_path / "a.npz", x=X)
    process = ended(Request({"my.npz": str(path)}, Choices()))
    assert process.problem.startswith("Arrays: received x; expected") and not process.succeeded


def test_whoever_stops_it_leaves_nothing(tmp_path, data):
    pictures = {
        name.replace("/", f"/{number}-"): each
        for number in range(300)
        for name, each in pictures_by_class().items()
    }
    path = zip_of(tmp_path / "many.zip", pictures)
    process = ImportProcess(Request({"many.zip": str(path)}, Choices(), "many"))
    wait_until(lambda: process.done > 0, 60)
    assert process.total == len(pictures) and process.running
    process.stop()
    wait_until(lambda: not process.running, 60)
    assert process.stopped and not process.problem and not process.succeeded
    assert [each for each in (data / "own").rglob("*") if each.is_file()] == []


def test_a_process_that_dies_is_a_sentence(tmp_path):
    process = ImportProcess(
        Request({"a.npz": str(npz(tmp_path / "a.npz", x=X, y=LABELS))}, Choices(), "bars")
    )
    process._process.kill()
    wait_until(lambda: not process.running, 60)
    assert "the process that read them has ended" in process.problem
