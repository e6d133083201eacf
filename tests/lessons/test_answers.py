"""Answers, looked up in real small runs: right ones, and wrong ones, told what was received and expected."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lenet.data import drawing_sets
from lenet.data.drawing_collection import Collection
from lenet.lessons.answers import Desk, Verdict, own_runs, verdict
from lenet.lessons.questions import question
from lenet.people.owner import FILE
from lenet.people.person import Person
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from tests.small_runs import small_config, trained

ADA, BEN = Person("a", "Ada"), Person("b", "Ben")
Check = Callable[..., Verdict]


def called(function: str, *args: Any) -> Any:
    """As the inference worker does."""
    module, _, name = function.rpartition(".")
    return getattr(__import__(module, fromlist=[name]), name)(*args)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Ada has a run that learned and one that diverged, Ben one of three epochs."""
    runs = tmp_path_factory.mktemp("runs")
    linear = tuple(layer.model_copy(update={"activation": "linear"}) if layer.kind == "conv" else layer
                   for layer in small_config().layers)  # fmt: skip
    for owner, config in (
        (ADA, small_config(epochs=4, learning_rate=0.01)),
        (ADA, small_config(layers=linear, optimizer="sgd", learning_rate=1e30)),
        (BEN, small_config(epochs=3)),
    ):
        run, _ = trained(config, runs)
        (run.path / FILE).write_text(f'{{"id": "{owner.id}", "name": "{owner.name}"}}')
    yield runs


@pytest.fixture
def check(folder: Path) -> Check:
    def look(answer: Any, person: Person | None = ADA, /, **asked: Any) -> Verdict:
        desk = Desk(own_runs(list_runs(folder), person), folder, called)
        return verdict(question.validate_python({"ask": "?"} | asked), answer, desk)

    return look


@pytest.mark.parametrize(("answer", "is_right", "words"), [
    ("64", True, "64 is right"), (" 63,6 ", True, "63.6 is right"),
    ("70", False, "Received 70, expected a smaller number"),
    ("8", False, "Received 8, expected a larger number"),
])  # fmt: skip
def test_a_number(check: Check, answer: str, is_right: bool, words: str) -> None:
    found = check(answer, kind="number", answer="64", within="0.5")
    assert found.is_right is is_right and words in found.said and found.counts


@pytest.mark.parametrize("answer", ["", None, "many", "nan", "1e999"])
def test_what_is_no_number_counts_as_no_try(check: Check, answer: Any) -> None:
    found = check(answer, kind="number", answer="64")
    assert not found.is_right and not found.counts and "expected a number" in found.said


def test_a_choice(check: Check) -> None:
    asked = {"kind": "choice", "options": ["a", "b"], "answer": "b"}
    assert check("b", **asked).is_right
    assert check("a", **asked).said == "Received “a”, expected another one."
    assert not check(None, **asked).counts and not check("c", **asked).counts


def test_a_run_of_ones_own(check: Check) -> None:
    asked = {"kind": "run", "where": {"epochs": ">= 4", "ended": "finished", "test_accuracy": "> 20 %"}}
    assert check(None, **asked).is_right
    assert check(None, None, **asked).is_right, "alone all runs are one's own"
    found = check(None, BEN, **asked)
    assert not found.is_right and "received epochs 3, expected epochs at least 4" in found.said
    assert "You have no run yet" in check(None, Person("c", "Cem"), **asked).said


def test_a_run_that_diverged(check: Check) -> None:
    asked = {"kind": "run", "where": {"learning_rate": ">= 1", "ended": "diverged"}}
    assert check(None, **asked).is_right
    said = check(None, BEN, **asked).said
    assert "end finished" in said and "end diverged" in said


def test_a_run_that_still_trains_is_waited_for(check: Check, folder: Path) -> None:
    run = Run.create(small_config(epochs=9), folder)
    (run.path / FILE).write_text('{"id": "d", "name": "Dora"}')
    found = check(None, Person("d", "Dora"), kind="run", where={"epochs": "9", "ended": "finished"})
    assert "has not finished. Press Check again once it has." in found.said and not found.counts
    run.delete()


def test_a_figure_of_ones_own_run(check: Check, folder: Path) -> None:
    run = next(each for each in list_runs(folder) if each.owner == BEN)
    asked = {"kind": "number", "figure": "test_accuracy", "within": "0.5", "where": {"epochs": "3"}}
    assert check(f"{100 * run.status.test_accuracy:.1f} %", BEN, **asked).is_right
    assert "expected a larger number in your run" in check("0", BEN, **asked).said
    assert "Received no run of yours with epochs 3" in check("1", ADA, **asked).said
    for figure in ("parameters", "epochs_trained", "test_errors", "training_accuracy", "validation_accuracy"):
        assert check("1e9", BEN, kind="number", figure=figure).said.startswith(
            "Received 1e+09, expected a smaller"
        )


def test_an_image_that_one_network_gets_wrong(check: Check) -> None:
    asked = {"kind": "image", "dataset": "digits", "wrong": "digits-quick"}
    assert check("265", **asked).is_right
    assert "expected one that it gets wrong" in check("0", **asked).said
    assert "expected an image of class 9" in check("265", **asked, true_class="9").said
    assert check("158", **asked, true_class="9").is_right
    assert "expected the number of a test image, 0 to 296" in check("297", **asked).said


def test_an_image_that_ones_own_network_gets_wrong(check: Check, folder: Path) -> None:
    asked = {"kind": "image", "dataset": "digits", "wrong": "own", "right": "digits-quick"}
    said = [check(str(index), BEN, **asked) for index in range(40)]
    assert any(each.is_right for each in said) and any("your network reads" in each.said for each in said)
    assert "Train it first" in check("1", Person("c", "Cem"), **asked).said


def test_the_filter_that_matters_most(check: Check) -> None:
    asked = {"kind": "filter", "model": "digits-quick", "layer": "1_conv"}
    assert check("6", **asked).is_right
    assert "expected the lowest: 1 filter of this layer would be missed more" in check("4", **asked).said
    assert "expected the number of a filter, 0 to 31" in check("32", **asked).said
    assert not check("0", kind="filter", model="digits-quick", layer="99_conv").counts


def test_drawings(check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENET_DATA", str(tmp_path))
    assert (
        "Received 0 drawings in My digits, expected 1 at least"
        in check(None, kind="drawings", at_least="1").said
    )
    Collection().add(None, 7, np.full((28, 28), 9, np.uint8))
    assert check(None, kind="drawings", at_least="1").is_right
    assert not check(None, kind="drawings", dataset="own", at_least="1").is_right
    made = drawing_sets.create("Ada", ())
    made.add_classes(["1"])
    made.add(None, "1", np.full((28, 28), 9, np.uint8))
    assert check(None, kind="drawings", dataset="own", at_least="1").is_right


def test_an_evaluation_on_other_data(check: Check, folder: Path) -> None:
    run = next(each for each in list_runs(folder) if each.owner == BEN)
    assert "on its own data alone" in check(None, BEN, kind="evaluation").said
    assert (
        "Received no run of yours with epochs 99"
        in check(None, BEN, kind="evaluation", where={"epochs": "99"}).said
    )
    (folder / run.id / "evaluations").mkdir()
    (folder / run.id / "evaluations" / "final-digits-train.npz").touch()
    assert not check(None, BEN, kind="evaluation").is_right
    (folder / run.id / "evaluations" / "final-of-ben-test.npz").touch()
    assert check(None, BEN, kind="evaluation").is_right
