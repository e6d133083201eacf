"""The Train page as AppTest runs it, on bundled digits: its widgets by their labels, its runs."""

import re
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from lenet.runs.status import Status
from lenet.training.recipes import RECIPES
from tests.project import ROOT

PAGE = ROOT / "pages" / "2_Train.py"
DIGITS = RECIPES["digits-quick"].config


def opened(**link: str) -> AppTest:
    """The page on bundled digits, or as that link has it, before its first run."""
    test = AppTest.from_file(PAGE, default_timeout=60)
    test.query_params.update(link or {"recipe": "digits-quick"})
    return test


def button(test: AppTest, label: str):
    return next(each for each in test.button if each.label == label)


def number(test: AppTest, label: str):
    return next(each for each in test.number_input if each.label == label)


def selectbox(test: AppTest, label: str):
    return next(each for each in test.selectbox if each.label == label)


def errors(test: AppTest) -> str:
    """All of them as a person reads them."""
    return said(test.error)


def said(elements) -> str:
    """Their words without what keeps Markdown from taking them as markup."""
    return re.sub(r"\\(.)", r"\1", " ".join(each.value for each in elements))


def finished_run(folder: Path, **changes: object) -> Run:
    run = Run.create(DIGITS.replace(**changes), folder)
    status = Status(state="finished", epoch=3, epochs=3, step=66, steps_per_epoch=22, test_accuracy=0.97,
                    created=time.time(), heartbeat=time.time(), loss=0.1, accuracy=0.98)  # fmt: skip
    run.write_status(status)
    return run


def configs() -> list[RunConfig]:
    return [Run.open(run.id).config for run in list_runs()]
