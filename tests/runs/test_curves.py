"""The curves of a run: rows there and back, damaged in every way."""

from pathlib import Path

import pytest

from lenet.runs.curves import EPOCH_COLUMNS, STEP_COLUMNS, Rows
from lenet.runs.folder import Run
from lenet.runs.lease import take
from tests.run_lines import CONFIG


def test_curves_before_the_first_row(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    assert run.steps() == {name: [] for name in STEP_COLUMNS}
    assert run.epochs() == {name: [] for name in EPOCH_COLUMNS}


def test_rows_there_and_back(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    rows = Rows(run.path / "steps.csv", STEP_COLUMNS, take(run.path))
    rows.append([(1, 2.302585093, 0.125, 1e-3)])
    rows.append([(10, 1 / 3, 1.0, 1e-30), (123456789, 0.0, 0.0, 1e9)])
    rows.close()
    text = (run.path / "steps.csv").read_text()
    assert text.splitlines()[:2] == ["step,loss,accuracy,learning_rate", "1,2.30258509,0.125,0.001"]
    assert text.count("step") == 1
    steps = run.steps()
    assert steps["step"] == [1, 10, 123456789]
    assert steps["loss"] == pytest.approx([2.302585093, 1 / 3, 0], rel=1e-8)
    assert steps["learning_rate"] == pytest.approx([1e-3, 1e-30, 1e9])


HEADER = "step,loss,accuracy,learning_rate\n"
GOOD = "1,2.5,0.25,0.01\n2,1.5,0.5,0.01\n"


@pytest.mark.parametrize(
    "rest",
    ["", "3", "3,1.2", "3,1.2,0.5,0.0", "3,1.2\n", "3,1.2,0.5,0.01,9\n", "three,1,1,1\n", "\n\n", ",,,\n",
     "\0" * 50, "\0\0\n", "é,1,1,1\n"],
)  # fmt: skip
def test_damaged_rows_are_left_out(tmp_path: Path, rest: str) -> None:
    run = Run.create(CONFIG, tmp_path)
    (run.path / "steps.csv").write_bytes((HEADER + GOOD + rest).encode())
    assert run.steps() == {
        "step": [1, 2],
        "loss": [2.5, 1.5],
        "accuracy": [0.25, 0.5],
        "learning_rate": [0.01, 0.01],
    }


@pytest.mark.parametrize("content", [b"", b"ste", HEADER.encode(), bytes(range(256)), b"\xff" * 1000])
def test_a_file_of_curves_without_rows(tmp_path: Path, content: bytes) -> None:
    run = Run.create(CONFIG, tmp_path)
    (run.path / "steps.csv").write_bytes(content)
    assert run.steps() == {name: [] for name in STEP_COLUMNS}


@pytest.mark.parametrize("rest", ["", "3,1.2", "3,1.2,0.5,0.0", "é,x\n", "7,1,1,1\n", "\0\0\0"])
def test_rows_after_the_checkpoint_are_dropped(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "steps.csv"
    path.write_bytes((HEADER + GOOD + "3,1,0.5,0.01\n" + rest).encode())
    rows = Rows(path, STEP_COLUMNS, take(tmp_path))
    rows.keep_until(2)
    assert path.read_text() == HEADER + GOOD
    rows.append([(3, 1.25, 0.5, 0.01)])
    rows.close()
    assert path.read_text() == HEADER + GOOD + "3,1.25,0.5,0.01\n"


@pytest.mark.parametrize("content", [b"", b"ste", b"step,loss,accuracy,learning_rate"])
def test_a_run_killed_while_it_wrote_the_header_goes_on(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "steps.csv"
    path.write_bytes(content)
    rows = Rows(path, STEP_COLUMNS, take(tmp_path))
    rows.keep_until(0)
    rows.append([(1, 2.5, 0.25, 0.01)])
    rows.close()
    assert path.read_text() == HEADER + "1,2.5,0.25,0.01\n"


def test_no_rows_to_drop(tmp_path: Path) -> None:
    Rows(tmp_path / "steps.csv", STEP_COLUMNS, take(tmp_path)).keep_until(2)
    assert [path.name for path in tmp_path.iterdir()] == ["lease"]
