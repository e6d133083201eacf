"""Which runs a person looks for."""

from pathlib import Path

from lenet.comparison.selection import FACETS, found, options
from lenet.files import write_json
from lenet.runs.run_index import list_runs
from tests.compared_runs import run_with_curves


def test_words_and_what_a_run_has(runs_folder: Path) -> None:
    first = run_with_curves(
        runs_folder, [0.5], name="Large rate", recipe="digits-quick", architecture="cnn-16-32"
    )
    second = run_with_curves(runs_folder, [0.5], name="small rate", dataset="mnist")
    second.tag("for Friday")
    write_json(second.path / "owner.json", {"id": "ada", "name": "Ada"})
    write_json(second.path / "sweep.json", {"sweep": "rates-7f", "number": 3})
    runs = list_runs(runs_folder)
    assert options(runs, "Data set") == ["digits", "mnist"] and options(runs, "Tag") == ["for Friday"]

    def ids(words: str = "", **wanted: str) -> set[str]:
        return {run.id for run in found(runs, words, wanted)}

    assert ids() == ids("RATE") == {first.id, second.id}
    assert ids("rate friday") == ids("mnist") == ids(Tag="for Friday") == {second.id}
    assert ids(Sweep="rates-7f") == ids(Person="Ada") == ids("ada rates") == {second.id}
    assert ids("rate", Recipe="digits-quick") == ids(second.id[:4], State="finished", Recipe="digits-quick")
    assert ids("rate", Recipe="digits-quick") == {first.id}
    assert ids("small", Recipe="digits-quick") == ids("nothing") == set()
    assert options(runs, "State") == [], "all have finished"
    assert set(FACETS) >= {"Recipe", "Data set", "Tag"}
