"""The command that measures the paper's chart goes on where it was, and `docs/results.md` is what ships."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import paper_chart as command
from benchmarks.classifiers_1998 import table
from benchmarks.results import PAGE
from lenet.data import datasets
from lenet.evaluation.paper_chart import CLASSIFIERS, Measurement, measurements, store
from tests.conftest import require
from tests.project import ROOT


def test_the_page_has_what_ships() -> None:
    text = PAGE.read_text("utf-8")
    found = text.partition(table.BEGIN)[2].partition(table.END)[0].strip().splitlines()
    assert found == table.lines(measurements())


def test_a_row_has_means_of_seeds_and_one_that_is_not_measured_says_so() -> None:
    those = tuple(
        Measurement(
            classifier="lenet-1", seed=seed, rejected=rejected, multiply_adds=100_000, memory=2_578,
            seconds=seconds, wrong=" ".join(f"{image}=3" for image in range(errors)),
        )
        for seed, rejected, seconds, errors in ((0, 0.03, 10.4, 150), (1, 0.05, 12.4, 170))
    )  # fmt: skip
    rows = {row.split(" | ")[0].strip("| "): row for row in table.lines({"lenet-1": those})[2:]}
    assert len(table.lines({})) == 2 + len(CLASSIFIERS)
    assert rows["LeNet-1"] == (
        "| LeNet-1 | 16×16 | 1.7 % | 1.60 % | 2 | 1.50 to 1.70 % | 4.0 % | 100,000 | 2,578 | 11 |"
    )
    assert rows["Pairwise linear"].count("–") == 6 and "not measured" in rows["Pairwise linear"]


def test_what_is_measured_is_not_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require(datasets.available("mnist"), "MNIST is not on this machine")
    file = tmp_path / "few.json"
    command.add("linear", 0, 1_000, file)
    (first,) = measurements(file)["linear"]
    assert 10 < first.error < 60 and (first.multiply_adds, first.memory) == (7_840, 7_850)
    store(measurements(file) | {"lenet-1": (first.model_copy(update={"classifier": "lenet-1"}),)}, file)
    monkeypatch.setattr(command, "measure", None)
    command.add("linear", 0, 1_000, file)
    assert list(measurements(file)) == ["linear", "lenet-1"], "nor is what others have measured lost"


def test_few_images_are_no_results_that_ship() -> None:
    ended = subprocess.run(
        [sys.executable, "benchmarks/paper_chart.py", "--images", "500"], cwd=ROOT, capture_output=True,
        text=True, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 2 and "received 500, expected 60000" in ended.stderr
