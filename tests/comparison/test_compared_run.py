"""Which runs are compared: those that are there; of each other one a sentence says why it is left out."""

from pathlib import Path

from lenet.comparison.compared_run import compared_runs, data_sets
from lenet.runs.run_index import list_runs
from lenet.sentences import LONGEST
from tests.compared_runs import compared, run_with_curves


def test_those_that_are_not_there_are_told_and_the_others_stay(runs_folder: Path) -> None:
    first, gone, damaged = (run_with_curves(runs_folder, [0.5]) for _ in range(3))
    listed = list_runs(runs_folder)
    gone.delete()
    (damaged.path / "config.json").write_text("{")
    asked = [first.id, gone.id, "../../etc", damaged.id, "x" * 5_000, first.id]
    for of in (listed, list_runs(runs_folder)):  # as a page has it that was drawn before, and now
        found, problems = compared_runs(asked, of, runs_folder)
        assert [each.id for each in found] == [first.id] and found[0].config == first.config
        assert len(problems) == 4 and "the others are compared" in " ".join(problems)
        assert max(map(len, problems)) <= LONGEST
    assert "config.json is damaged" in " ".join(problems)


def test_no_two_have_the_same_title(runs_folder: Path) -> None:
    runs = compared(runs_folder, *(run_with_curves(runs_folder, [0.5], name="mine") for _ in range(3)))
    assert len({each.title for each in runs}) == 3 and all(each.title.startswith("mine (") for each in runs)


def test_data_sets_are_named_once(runs_folder: Path) -> None:
    names = ("mnist", "digits", "mnist")
    runs = compared(runs_folder, *(run_with_curves(runs_folder, [0.5], dataset=name) for name in names))
    assert data_sets(runs) == ["mnist", "digits"]
