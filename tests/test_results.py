"""The command that makes the table of results: it trains what is missing, and nothing twice."""

from pathlib import Path

import pytest

from benchmarks import results
from lenet.runs.curves import EPOCH_COLUMNS
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES
from tests.curve_rows import append_rows


def test_what_is_finished_is_read_and_what_was_ended_goes_on(tmp_path: Path) -> None:
    config = RECIPES["digits-quick"].config.replace(epochs=1)
    first = results.finished(config, tmp_path)
    assert first.status().state == "finished"
    written = (first.path / "model.keras").stat().st_mtime_ns
    again = results.finished(config, tmp_path)
    assert again.id == first.id and (again.path / "model.keras").stat().st_mtime_ns == written
    started = Run.create(config.replace(seed=1), tmp_path)
    assert results.finished(config.replace(seed=1), tmp_path).id == started.id
    assert {path.name for path in tmp_path.iterdir()} == {first.id, started.id}


def test_a_run_that_does_not_finish_ends_the_command(tmp_path: Path) -> None:
    config = RECIPES["digits-quick"].config.replace(epochs=1)
    Run.create(config, tmp_path).write_control(command="stop")
    with pytest.raises(SystemExit, match="stopped"):
        results.finished(config, tmp_path)


def test_a_row_replaces_its_own_and_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "results.md"
    page.write_text(
        f"before\n{results.BEGIN}\n| `mnist-fast` | old |\n| `lenet5-relu` | stays |\n{results.END}\nafter\n"
    )
    monkeypatch.setattr(results, "PAGE", page)
    runs = []
    for seed, accuracy in enumerate((0.99, 0.992, 0.994)):
        run = Run.create(RECIPES["mnist-fast"].config.replace(seed=seed), tmp_path)
        run.write_status(run.status().model_copy(update={"test_accuracy": accuracy, "test_loss": 0.03}))
        append_rows(run.path / "epochs.csv", EPOCH_COLUMNS, [(1, 0.1, 0.97, 0.03, accuracy, 0.1, seed + 2.0)])
        runs.append(run)
    results.write_row("mnist-fast", runs)
    text = page.read_text("utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n")
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    assert lines[0] == "| `lenet5-relu` | stays |"
    assert lines[1] == (
        "| `mnist-fast` | MNIST digits | 85,114 | 1 | – | 99.20 % | 99.00 to 99.40 % | 0.0300 | 2 |"
    )
