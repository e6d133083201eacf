"""Every command and every file that the README names is there."""

import re
import shlex
import shutil
import subprocess
import sys
from functools import cache

import pytest
from typer.testing import CliRunner

from lenet.cli import app
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.summary import summarize
from lenet.training.recipes import RECIPES
from tests.project import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def commands(language: str) -> list[str]:
    """The lines of all fenced blocks in that language, without comments."""
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    lines = [line.split("  #")[0].split(" # ")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


@cache
def helped(module: str, *subcommand: str) -> subprocess.CompletedProcess:
    """What a command says of itself: asked once, however many lines have it."""
    command = [*subcommand, "--help"]
    if module == "lenet":  # in this process: one for each takes half a second
        result = CliRunner().invoke(app, command)
        return subprocess.CompletedProcess(command, result.exit_code, result.stdout, result.stderr)
    return run(sys.executable, "-m", module, *command)


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120)


@pytest.mark.parametrize("line", commands("bash"))
def test_a_shell_command_exists(line):
    words = [word for word in shlex.split(line) if not re.fullmatch(r"[A-Z_]+=\S+", word)]
    if words[0] == "make":
        if not shutil.which("make"):
            pytest.skip("no make on this machine")
        assert run("make", "--dry-run", *words[1:]).returncode == 0
        return
    assert words[:2] == ["python", "-m"], f"a command of another kind: {line}"
    module, *arguments = words[2:]
    if module == "tensorboard.main":
        assert run(sys.executable, "-c", "import tensorboard.main").returncode == 0
        return
    subcommand = arguments[:2] if arguments[:2] == ["datasets", "add"] else arguments[:1]
    answer = helped(module, *subcommand)
    assert answer.returncode == 0, answer.stderr
    for option in (word for word in arguments if word.startswith("--")):
        assert option in answer.stdout, f"{module} {' '.join(subcommand)} has no {option}"


@pytest.mark.parametrize("line", commands("bat"))
def test_a_windows_command_names_what_is_there(line):
    words = line.split()
    assert words[0] in ("py", r".venv\Scripts\python")
    assert all((ROOT / word).is_file() for word in words if word.endswith((".py", ".txt")))


def test_recipes_in_commands_exist():
    trained = re.findall(r"lenet train ([a-z][\w-]*)", README)
    assert trained and set(trained) <= set(RECIPES)


def test_files_exist():
    named = re.findall(r"`((?:lenet|pages|tests|docs|benchmarks)/[\w./]*|app\.py)`", README)
    named += re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_map_of_files_has_every_wing():
    rows = re.findall(r"^\| `lenet/(\w+)/` \|", README, re.MULTILINE)
    assert sorted(rows) == sorted(path.parent.name for path in (ROOT / "lenet").glob("*/__init__.py"))


RESULTS = (ROOT / "docs" / "results.md").read_text("utf-8")


def test_recipe_table_is_true():
    cells = r"^\| `([\w-]+)` \| [^|]+ \| ([\d,]+) \| (\d+) \| ([^|]+) \| ([^|]+) \| [^|]+ \|$"
    rows = re.findall(cells, README, re.MULTILINE)
    assert {row[0] for row in rows} == set(RECIPES)
    for name, parameters, epochs, accuracy, measured in rows:
        recipe = RECIPES[name]
        architecture = ARCHITECTURES[recipe.config.architecture]
        summary = summarize(architecture.layers, architecture.input_shape)
        assert (f"{summary.parameters:,}", str(recipe.config.epochs)) == (parameters, epochs)
        published = recipe.expected.test_accuracy
        named = "ours" if recipe.source == "LeNet Lab" else "not published"
        assert accuracy == (f"{100 * published:.4g} %" if published else named)
        assert f"| {measured} |" in RESULTS


def test_settings_are_read_by_the_program():
    files = [*(ROOT / "lenet").rglob("*.py"), *(ROOT / "pages" / "parts").rglob("*.py")]
    source = "".join(path.read_text("utf-8") for path in files)
    named = set(re.findall(r"`(LENET_\w+)`", README))
    assert named == set(re.findall(r"\b(LENET_[A-Z]+)\b", source))
