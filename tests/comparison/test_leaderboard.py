"""Who leads: the best run of each person, by each figure."""

from pathlib import Path

import pytest

from lenet.comparison.compared_run import ComparedRun, compared_runs
from lenet.comparison.leaderboard import RANKINGS, leaderboard, of_one_data_set
from lenet.people.owner import FILE
from lenet.runs.folder import Run
from lenet.runs.layers import Dense
from lenet.runs.listing import summarize
from lenet.runs.status import Status
from tests.small_runs import small_config

EPOCHS = "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds\n"


def of(
    folder: Path, person: str, accuracy: float | None, *epochs: tuple[float, float], **changes: object
) -> str:
    """A run of that person; `epochs`: validation accuracy and seconds of each."""
    run = Run.create(small_config(**changes), folder)
    if person:
        (run.path / FILE).write_text(f'{{"id": "{person}", "name": "{person.title()}"}}')
    created = len(list(folder.iterdir()))
    run.write_status(Status(state="finished", test_accuracy=accuracy, created=created))
    rows = [f"{number},1,0.5,1,{share},0.1,{seconds}\n" for number, (share, seconds) in enumerate(epochs, 1)]
    (run.path / "epochs.csv").write_text(EPOCHS + "".join(rows))
    return run.id


def runs(folder: Path, *ids: str) -> list[ComparedRun]:
    found, problems = compared_runs(ids, [summarize(folder / each) for each in ids], folder)
    assert not problems
    return found


def test_the_best_of_each_person_leads(tmp_path: Path) -> None:
    ids = [
        of(tmp_path, "ada", 0.9), of(tmp_path, "ben", 0.95), of(tmp_path, "ada", 0.97),
        of(tmp_path, "cem", None), of(tmp_path, "", 0.99), of(tmp_path, "dora", 0.95),
    ]  # fmt: skip
    lines = leaderboard(runs(tmp_path, *ids), RANKINGS["accuracy"])
    assert [(each.place, each.person, each.value) for each in lines] == [
        (1, "Ada", 0.97), (2, "Ben", 0.95), (3, "Dora", 0.95),
    ]  # fmt: skip
    assert lines[0].run.id == ids[2]


def test_who_is_quick_and_who_is_small(tmp_path: Path) -> None:
    many = (Dense(units=100), Dense(units=10, activation="softmax"))
    ids = [
        of(tmp_path, "ada", 0.99, (0.9, 3.0), (0.985, 3.0), (0.99, 3.0)),
        of(tmp_path, "ben", 0.98, (0.98, 5.0)),
        of(tmp_path, "cem", 0.97, (0.97, 1.0), layers=many),
    ]
    quick = leaderboard(runs(tmp_path, *ids), RANKINGS["quick"])
    assert [(each.person, each.value) for each in quick] == [("Ben", 5.0), ("Ada", 6.0)]
    small = leaderboard(runs(tmp_path, *ids), RANKINGS["small"])
    assert [each.person for each in small] == ["Ada", "Ben", "Cem"]
    assert small[2].value == pytest.approx(97 / ((64 * 100 + 100 + 1_010) / 1_000))


def test_runs_on_other_data_are_no_rivals(tmp_path: Path) -> None:
    """Those of the data set that most people are on; a person with two runs is one."""
    ids = [
        of(tmp_path, "ada", 0.9), of(tmp_path, "ben", 0.95), of(tmp_path, "cem", 1.0, dataset="mnist"),
        of(tmp_path, "cem", 0.99, dataset="mnist"),
    ]  # fmt: skip
    assert [run.id for run in of_one_data_set(runs(tmp_path, *ids))] == ids[:2]
    assert of_one_data_set([]) == of_one_data_set(runs(tmp_path, of(tmp_path, "", 0.9))) == []


def test_nobody(tmp_path: Path) -> None:
    assert all(leaderboard([], each) == [] for each in RANKINGS.values())
