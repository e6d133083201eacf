"""The two walls: pages and light modules load no TensorFlow or Keras; the library knows no Streamlit."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import ROOT

LIBRARY = sorted(path.stem for path in (ROOT / "lenet").glob("*.py") if path.stem != "__main__")
PAGES = sorted((ROOT / "pages").glob("[0-9]*.py"))
PARTS = sorted((ROOT / "pages" / "parts").glob("*.py"))
# Modules of workers and of the command line: the only ones that may load TensorFlow or Keras.
HEAVY_MODULES = {
    "ablation",
    "augmentation",
    "curvature",
    "embedding",
    "explanations",
    "gradients",
    "filters",
    "forward",
    "inspection",
    "judging",
    "layer_views",
    "loading",
    "layers",
    "loop",
    "losses",
    "network",
    "network_parts",
    "optimizers",
    "spectral",
    "training",
    "unit_variance",
}
HEAVY_PACKAGES = {"tensorflow", "keras"}
# A page that loads these too would take the Streamlit process over its 250 MB.
TOO_LARGE_FOR_PAGES = HEAVY_PACKAGES | {"sklearn", "scipy"}


def imported(path: Path) -> list[ast.stmt]:
    """Every import statement of a file, wherever it stands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def packages(statements: list[ast.stmt]) -> set[str]:
    """The top-level packages that they name."""
    names = [alias.name for node in statements if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in statements if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}


def loaded_by(program: str) -> set[str]:
    """The top-level packages that a fresh Python has loaded once it has run `program`."""
    program += (
        "\nimport json, sys\nprint(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    return set(json.loads(output_of(program)))


def output_of(program: str) -> str:
    """The last line that a fresh Python prints."""
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=240
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines()[-1]


def test_light_modules_load_no_tensorflow():
    light = [name for name in LIBRARY if name not in HEAVY_MODULES]
    assert len(light) > 10
    loaded = loaded_by("\n".join(f"import lenet.{name}" for name in light if name != "__init__"))
    assert not loaded & (HEAVY_PACKAGES | {"streamlit"})


def test_heavy_modules_do_load_it():
    """A list of heavy modules that is out of date would let the test above pass for nothing."""
    for name in HEAVY_MODULES & set(LIBRARY):
        source = ROOT / "lenet" / f"{name}.py"
        direct = packages(imported(source)) & HEAVY_PACKAGES
        through = any(f"lenet.{other}" in source.read_text("utf-8") for other in HEAVY_MODULES)
        assert direct or through, f"lenet/{name}.py is light now: take it from HEAVY_MODULES"


@pytest.fixture(scope="module")
def loaded_first_by() -> dict[str, set[str]]:
    """The top-level packages that each page and each part is the first to load, in one fresh Python.

    Its import statements alone are run, those inside functions as well. As a page of Streamlit: outside
    of one, the canvas cannot be imported.
    """
    programs = {path.stem: "\n".join(map(ast.unparse, imported(path))) for path in PAGES + PARTS}
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


@pytest.mark.parametrize("page", PAGES + PARTS, ids=lambda path: path.stem)
def test_what_a_page_imports_is_light(page, loaded_first_by):
    assert "streamlit" in packages(imported(page)) or page.parent.name == "parts"
    assert not loaded_first_by[page.stem] & TOO_LARGE_FOR_PAGES


@pytest.mark.parametrize("name", LIBRARY)
def test_the_library_knows_no_streamlit(name):
    statements = imported(ROOT / "lenet" / f"{name}.py")
    assert not packages(statements) & {"streamlit", "pages"}


def test_the_navigation_is_only_a_router():
    assert packages(imported(ROOT / "pages" / "navigation.py")) == {"streamlit", "pathlib", "pages"}
