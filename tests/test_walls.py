"""The walls: imports between wings run one way; no page loads TensorFlow or SciPy; no library Streamlit."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.imports import HEAVY, TOO_LARGE_FOR_PAGES, Walls, modules, table_of_wings
from tests.project import ROOT

PAGES = sorted((ROOT / "pages").glob("[0-9]*.py"))
PARTS = sorted((ROOT / "pages" / "parts").rglob("[!_]*.py"))


@pytest.fixture(scope="module")
def walls() -> Walls:
    return Walls(ROOT, table_of_wings(ROOT / "docs" / "architecture.md"))


def test_no_import_breaks_a_rule(walls: Walls) -> None:
    assert walls.problems() == []


def test_the_table_names_the_wings_that_there_are(walls: Walls) -> None:
    folders = {path.parent.name for path in (ROOT / "lenet").glob("*/__init__.py")}
    assert set(walls.allowed) == folders and set().union(*walls.allowed.values()) <= folders


# Each rule is broken once, in a project of two wings and two pages

SOUND = {
    "lenet/errors.py": "",
    "lenet/low/__init__.py": '"""Low."""',
    "lenet/low/plain.py": "from lenet import errors",
    "lenet/high/__init__.py": '"""High."""',
    "lenet/high/model.py": "import keras\nfrom lenet.low import plain\n",
    "lenet/high/task.py": "def run():\n    from lenet.high import model\n",
    "pages/parts/shared/words.py": "import streamlit\n",
    "pages/parts/train/form.py": "from lenet.high import task\nimport pages.parts.shared.words\n",
    "pages/parts/draw/canvas.py": "",
    "pages/2_Train.py": "from pages.parts.train.form import form\n",
}
BROKEN = {
    "upwards": ("lenet/low/plain.py", "from lenet.high.task import run", "low may not import high"),
    "upwards in a function": (
        "lenet/low/plain.py",
        "def f():\n    import lenet.high.task",
        "low may not import high",
    ),
    "from the ground": ("lenet/errors.py", "from lenet.low import plain", "ground may not import low"),
    "in a circle": (
        "lenet/low/plain.py",
        "def f():\n    from lenet.low.other import x",
        "A circle: lenet.low.",
    ),
    "Streamlit in lenet/": (
        "lenet/low/plain.py",
        "def f():\n    import streamlit.runtime",
        "nothing in lenet/ does",
    ),
    "a page in lenet/": ("lenet/high/task.py", "import pages.parts.draw.canvas", "nothing in lenet/ does"),
    "another page's part": (
        "pages/parts/draw/canvas.py",
        "from pages.parts.train.form import form",
        "draw may import shared alone",
    ),
    "a page's part in shared": (
        "pages/parts/shared/words.py",
        "import pages.parts.train.form",
        "shared may import shared alone",
    ),
    "TensorFlow in a page": ("pages/2_Train.py", "def f():\n    import tensorflow", "no page loads it"),
    "TensorFlow behind a page": (
        "lenet/high/task.py",
        "from lenet.high.model import x",
        "pages.2_Train → pages.parts.train.form → lenet.high.task → lenet.high.model → keras",
    ),
    "SciPy behind a page": (
        "lenet/high/task.py",
        "from scipy import ndimage",
        "pages.2_Train → pages.parts.train.form → lenet.high.task → scipy.ndimage",
    ),
    "scikit-learn in a page's function": (
        "pages/parts/draw/canvas.py",
        "def f():\n    from sklearn import metrics",
        "pages.parts.draw.canvas → sklearn.metrics: no page loads it",
    ),
    "a wing that imports": (
        "lenet/low/__init__.py",
        "from lenet.low import plain",
        "lenet.low.__init__ imports lenet.low.plain, expected nothing",
    ),
}


def problems_of(folder: Path, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return Walls(folder, {"low": set(), "high": {"low"}}).problems()


@pytest.mark.parametrize("case", BROKEN)
def test_what_breaks_a_rule_is_found(case: str, tmp_path: Path) -> None:
    other = {"lenet/low/other.py": "from lenet.low import plain\nx = 1\n"}
    assert problems_of(tmp_path, SOUND | other) == []
    file, line, words = BROKEN[case]
    found = problems_of(tmp_path, SOUND | other | {file: f"{line}\n{SOUND[file]}"})
    assert any(words in each for each in found), found


# What is really loaded


def import_statements(path: Path) -> list[str]:
    """Every one of a file, wherever it stands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def output_of(program: str) -> str:
    """The last line that a fresh Python prints."""
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=240
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines()[-1]


def test_light_modules_load_no_tensorflow(walls: Walls) -> None:
    heavy = walls.heavy()
    light = [name for name in modules(ROOT) if name.startswith("lenet") and name not in heavy]
    names = [name.removesuffix(".__init__") for name in light if not name.endswith("__main__")]
    assert len(names) > 60
    program = "\n".join(f"import {name}" for name in names)
    program += (
        "\nimport json, sys\nprint(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    assert not set(json.loads(output_of(program))) & (HEAVY | {"streamlit"})


@pytest.fixture(scope="module")
def loaded_first_by() -> dict[str, set[str]]:
    """The top-level packages that each page and each part is the first to load, in one fresh Python.

    Its import statements alone are run, those inside functions as well. As a page of Streamlit: outside
    of one, the canvas cannot be imported.
    """
    programs = {str(path): "\n".join(import_statements(path)) for path in PAGES + PARTS}
    script = (
        "import sys\nimport streamlit as st\n"
        "packages = lambda: {name.partition('.')[0] for name in sys.modules}\n"
        "found = st.session_state['found'] = {}\n"
        f"for name, statements in {programs!r}.items():\n"
        "    before = packages()\n"
        "    exec(statements)\n"
        "    found[name] = sorted(packages() - before)\n"
    )
    program = (
        "import json\nfrom streamlit.testing.v1 import AppTest\n"
        f"test = AppTest.from_string({script!r}).run(timeout=60)\n"
        "assert not test.exception, test.exception\n"
        "print(json.dumps(test.session_state['found']))"
    )
    return {name: set(loaded) for name, loaded in json.loads(output_of(program)).items()}


@pytest.mark.parametrize("page", PAGES + PARTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_page_imports_is_light(page: Path, loaded_first_by: dict[str, set[str]]) -> None:
    assert not loaded_first_by[str(page)] & TOO_LARGE_FOR_PAGES


def test_the_navigation_is_only_a_router() -> None:
    statements = "\n".join(import_statements(ROOT / "pages" / "navigation.py"))
    names = {line.split()[1].partition(".")[0] for line in statements.splitlines()}
    assert names == {"streamlit", "pathlib", "pages"}
