"""The opening of docs/architecture.md and its “How to add” name what exists: files, functions, commands."""

import ast
import re
from pathlib import Path

import pytest

from lenet.training.recipes import RECIPES
from tests.project import ROOT

DOCUMENT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def steps(document: str) -> dict[str, list[str]]:
    """Heading → steps of each part of “How to add”."""
    section = document.partition("\n## How to add\n")[2].partition("\n## ")[0]
    parts = re.split(r"^### (.+)$", section, flags=re.MULTILINE)[1:]
    return {name: re.split(r"^\d\. ", text, flags=re.MULTILINE)[1:] for name, text in
            zip(parts[::2], parts[1::2], strict=True)}  # fmt: skip


def names_of(path: Path) -> set[str]:
    """What a module has: functions, classes, constants, imports, and what its classes have."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name)
    return found


def missing(step: str) -> list[str]:
    """What a step names in backticks and what is not there."""
    named = [name for name in re.findall(r"`([^`]+)`", step) if not name.startswith(".")]  # `.npz`
    files = [ROOT / name for name in named if name.endswith(".py") and (ROOT / name).is_file()]
    known = set().union(*map(names_of, files)) if files else set()
    return [name for name in named if not exists(name, known)]


def exists(name: str, known: set[str]) -> bool:
    """Whether there is such a file, command, module or attribute of one; or it is among the `known` names."""
    if name.startswith(("make ", "python ")):
        return is_command(name.split())
    if "/" in name or name.endswith(".py"):
        return (ROOT / name).exists()
    if "." in name:
        *module, attribute = name.split(".")
        path = ROOT.joinpath(*module).with_suffix(".py")
        return path.is_file() and attribute in names_of(path)
    return name in known


def is_command(words: list[str]) -> bool:
    if words[0] == "make":
        return re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE) is not None
    if words[:3] == ["python", "-m", "lenet"]:
        recipe = words[4] if words[3] == "train" and len(words) > 4 else None
        text = (ROOT / "lenet" / "cli.py").read_text("utf-8")
        is_named = re.search(rf'@app.command\("{words[3]}"\)|add_typer\(.*name="{words[3]}"\)', text)
        return is_named is not None and recipe in (None, *RECIPES)
    return (ROOT / words[1]).is_file()


ALL = [(part, step) for part, listed in steps(DOCUMENT).items() for step in listed]


def test_there_is_a_way_for_each() -> None:
    ways = steps(DOCUMENT)
    assert len(ways) == 6 and {len(listed) for listed in ways.values()} == {5}


@pytest.mark.parametrize(("part", "step"), ALL, ids=[f"{part}, {step[:30]}" for part, step in ALL])
def test_what_a_step_names_exists(part: str, step: str) -> None:
    assert missing(step) == []


def test_what_the_opening_names_exists() -> None:
    assert missing(DOCUMENT.partition("\n## ")[0]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "`lenet/inspection/nowhere.py`",
        "`lenet.runs.config.RunConfigs`",
        "`lenet.nowhere.thing`",
        "`VIEW` of `pages/parts/inspect/position.py`",
        "`show` of `pages/parts/inspect/position.py`",
        "`make nothing`",
        "`python -m lenet teach`",
        "`python -m lenet train lenet-9000`",
        "`python benchmarks/nothing.py`",
        "`docs/nothing.md`",
    ],
)
def test_what_does_not_exist_is_found(wrong: str) -> None:
    assert missing(wrong) == [re.search("`(.+?)`", wrong)[1]]
