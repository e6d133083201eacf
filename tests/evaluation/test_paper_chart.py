"""The measurements of the paper's chart: what ships is whole and bounded, what is damaged is said to be."""

import json
from pathlib import Path

import pytest

from lenet.data import datasets
from lenet.errors import EvaluationError
from lenet.evaluation.paper_chart import (
    CLASSIFIERS,
    TESTED,
    Measurement,
    mean_of,
    measurements,
    store,
)
from lenet.evaluation.paper_chart_notes import NOTES
from lenet.networks.pretrained import PRETRAINED
from tests.conftest import require


def measurement(name: str, seed: int = 0, **changes: object) -> Measurement:
    """One with two errors."""
    values = {"rejected": 0.1, "multiply_adds": 7840, "memory": 7850, "seconds": 2.0, "wrong": "8=5 33=0"}
    return Measurement(classifier=name, seed=seed, **values | changes)


def test_what_is_stored_is_read_in_the_chart_s_order(tmp_path: Path) -> None:
    file = tmp_path / "chart.json"
    stored = {"lenet-5": (measurement("lenet-5", rejected=None, seconds=None, wrong=""),),
              "linear": (measurement("linear"),),
              "lenet-1": (measurement("lenet-1", 2), measurement("lenet-1", 0, wrong="1=2"))}  # fmt: skip
    store(stored, file)
    found = measurements(file)
    assert list(found) == ["linear", "lenet-1", "lenet-5"]
    assert [each.seed for each in found["lenet-1"]] == [0, 2]
    assert found["linear"][0].errors == {8: 5, 33: 0} and found["linear"][0].error == 100 * 2 / TESTED
    assert found["lenet-5"][0].errors == {}
    assert mean_of(found["lenet-1"], "error") == pytest.approx(0.015)
    assert mean_of(found["lenet-5"], "rejected") is None and mean_of((), "error") is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"measurements": 3}', json.dumps({"measurements": [{"classifier": "linear"}]}),
     json.dumps({"measurements": [measurement("linear").model_dump() | {"wrong": "8=55"}]}),
     json.dumps({"measurements": [measurement("linear").model_dump() | {"rejected": 2}]})],
)  # fmt: skip
def test_a_damaged_file_is_said_to_be(text: str, tmp_path: Path) -> None:
    file = tmp_path / "chart.json"
    file.write_text(text)
    with pytest.raises(EvaluationError, match="chart.json cannot be read .* Install LeNet Lab again"):
        measurements(file)


def test_no_file_is_said_as_well(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be read"):
        measurements(tmp_path / "none.json")


def test_every_classifier_has_its_notes() -> None:
    assert set(NOTES) == set(CLASSIFIERS)
    assert all(each.notes.endswith(".") and 0 < each.paper_error <= 12 for each in CLASSIFIERS.values())
    titles = [each.full_title for each in CLASSIFIERS.values()]
    assert len(set(titles)) == len(titles)


def test_what_ships_is_measured_as_it_says() -> None:
    found = measurements()
    assert found.keys() <= {name for name, each in CLASSIFIERS.items() if each.seeds}
    for name, those in found.items():
        assert [each.seed for each in those] == sorted({each.seed for each in those})
        assert len(those) <= CLASSIFIERS[name].seeds
        assert all(0.3 < each.error < 20 and each.multiply_adds > 7_000 for each in those)


def test_an_error_is_another_digit_than_the_label() -> None:
    require(datasets.available("mnist"), "MNIST is not on this machine")
    labels = datasets.labels("mnist", "test")
    wrong = [pair for those in measurements().values() for each in those for pair in each.errors.items()]
    assert wrong and all(labels[image] != said for image, said in wrong)


@pytest.mark.parametrize("name", ["lenet5-1998", "lenet5-1998-distorted"])
def test_lenet_5_errs_as_often_as_its_card_says(name: str) -> None:
    (measured,) = measurements()[name.replace("lenet5-1998", "lenet-5")]
    assert measured.error == pytest.approx(100 * (1 - PRETRAINED[name].test_accuracy), abs=0.011)
