"""Evaluate while a run trains: its newer epochs come by themselves, and what is chosen stays."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lenet.engine.base import Engine
from tests.linked_page import opened
from tests.project import ROOT
from tests.running_runs import add_epoch, running_run


@pytest.fixture
def page(runs_folder: Path, engine: Engine) -> AppTest:
    return AppTest.from_file(ROOT / "pages" / "3_Evaluate.py", default_timeout=60)


def figure(test: AppTest) -> str:
    return next(each.value for each in test.metric if each.label == "Accuracy")


def test_a_newer_epoch_is_shown_unless_one_was_chosen(page: AppTest, runs_folder: Path) -> None:
    run = running_run(runs_folder)
    opened(page, model=run.id, view="confusion", by="counts")
    accuracy = figure(page)
    add_epoch(run, 1)
    page.run()
    assert page.metric, "never without figures: the former ones until the newer are there"
    opened(page)
    assert page.select_slider[0].value == "1" and figure(page) != accuracy
    page.select_slider[0].set_value("0")
    opened(page)
    add_epoch(run, 2)
    opened(page)
    assert page.select_slider[0].value == "0" and list(page.select_slider[0].options)[1:] == ["1", "2"]
    assert figure(page) == accuracy and page.query_params["by"] in ("counts", ["counts"])
