"""What killed processes leave behind is removed, and nothing that somebody may be writing. Real files."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lenet.data.drawing_collection import NAME
from lenet.engine.leftovers import SILENCE, sweep
from lenet.files import written_aside
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES
from tests.project import ROOT

LONG_AGO = time.time() - SILENCE - 10


@pytest.fixture
def run(runs_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run in an otherwise empty folder, and no data sets."""
    monkeypatch.setenv("LENET_DATA", str(tmp_path / "data"))
    (tmp_path / "data" / NAME).mkdir(parents=True)
    return Run.create(RECIPES["digits-quick"].config, runs_folder)


def killed_while_writing(path: Path) -> None:
    """A process that wrote half of `path`."""
    code = "import os, sys, pathlib; from lenet.files import write_atomically;"
    code += "write_atomically(pathlib.Path(sys.argv[1]), lambda file: (file.write(b'half'), os._exit(9)))"
    assert subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, check=False).returncode == 9


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_half_written_files_go_wherever_they_are(run: Run, tmp_path: Path) -> None:
    (run.path / "evaluations").mkdir()
    for folder in (".evaluations", ".models"):
        (run.path.parent / folder).mkdir()
    before = everything(tmp_path)
    places = ["checkpoint.npz", "snapshots/0001.npz", "evaluations/final-mnist-test.npz"]
    paths = [run.path / place for place in places]
    paths += [run.path.parent / ".evaluations" / "x.npz", run.path.parent / ".models" / "x.keras"]
    paths += [tmp_path / "data" / "own.npz", tmp_path / "data" / NAME / "0.json"]
    killed_while_writing(paths[0])
    (left,) = run.path.glob(".*")
    for path in paths[1:]:
        path.with_name(left.name.replace("checkpoint.npz", path.name)).write_bytes(b"half")
    assert len(everything(tmp_path)) == len(before) + len(paths)
    sweep()  # too young: somebody may be writing them
    assert len(everything(tmp_path)) == len(before) + len(paths)
    for path in tmp_path.rglob(f"{left.name[:18]}*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    sweep()
    assert everything(tmp_path) == before


def test_a_run_that_was_never_whole_goes_and_one_that_was_being_deleted(run: Run) -> None:
    draft, deleted = run.path.with_name(f".{run.id[:-4]}0000"), run.path.with_name(f".{run.id}.deleted")
    for folder in (draft, deleted):
        (folder / "snapshots").mkdir(parents=True)
        (folder / "config.json").write_text("{}")
    sweep()
    assert draft.exists() and not deleted.exists()
    os.utime(draft, (LONG_AGO, LONG_AGO))
    sweep()
    assert [path.name for path in run.path.parent.iterdir()] == [run.id]


def test_what_a_halted_owner_writes_stays(run: Run) -> None:
    path = run.path / "checkpoint.npz"
    lease = run.take()
    with written_aside(path, lease.aside) as aside:
        aside.write_bytes(b"whole")
        os.utime(aside, (LONG_AGO, LONG_AGO))
        sweep()
    assert path.read_bytes() == b"whole"


def test_files_of_people_stay(run: Run) -> None:
    names = [".gitignore", ".0123.npz", "0123456789abcdef.npz", ".0123456789ABCDEF.npz", "0123456789abcdef"]
    for folder in (run.path, run.path.parent):
        for name in names:
            (folder / name).write_bytes(b"mine")
            os.utime(folder / name, (LONG_AGO, LONG_AGO))
    before = everything(run.path.parent)
    sweep()
    assert everything(run.path.parent) == before


def test_a_folder_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENET_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("LENET_DATA", str(tmp_path / "data"))
    sweep()
    assert everything(tmp_path) == set()
