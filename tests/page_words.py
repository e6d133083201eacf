"""What tests of pages share: words as a person reads them, and a finished run where a page finds it."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lenet.runs.folder import Run


def plain(elements: Iterable[Any]) -> str:
    """Their words, without what keeps Markdown from taking some of them as markup."""
    return re.sub(r"\\(.)", r"\1", " ".join(str(each.value) for each in elements))


def copied(run: Run, runs_folder: Path) -> Run:
    """The same run in another folder, for a test that may change it."""
    shutil.copytree(run.path, runs_folder / run.id)
    return Run(runs_folder / run.id)
