"""The board: who leads, and a tile for each run."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from lenet.people.owner import FILE
from tests.page_words import plain
from tests.project import ROOT
from tests.small_runs import small_config, trained

PAGE = str(ROOT / "pages" / "9_Board.py")


def test_an_empty_board(runs_folder: Path) -> None:
    test = AppTest.from_file(PAGE, default_timeout=60).run()
    assert not test.exception and "No run yet" in plain(test.info)


def test_who_leads_and_what_trains(runs_folder: Path) -> None:
    for name, epochs in (("Ada <b>", 1), ("Ben", 4)):
        run, _ = trained(small_config(epochs=epochs, learning_rate=0.01), runs_folder)
        (run.path / FILE).write_text(f'{{"id": "{name}", "name": "{name}"}}')
    test = AppTest.from_file(PAGE, default_timeout=60).run()
    assert not test.exception
    words = plain(test.markdown)
    assert words.index("1. Ben") < words.index("2. Ada") and len(test.metric) == 2
    test.query_params["by"] = "quick"
    assert "Nobody's run has this figure yet: seconds to 98" in plain(test.run().caption)
