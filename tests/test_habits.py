"""What holds for every file: its size, that of its functions, docstrings; tests that wait for conditions."""

import ast
from collections.abc import Iterable, Iterator

import pytest

from tests.project import ROOT

MOST_LINES, MOST_LINES_OF_A_FUNCTION = 350, 40
# Of these the point is how long they take.
SLEEPS = {("tests/slow_ticks.py", "_slow_lookup"): "a tick that is slow"}


FOLDERS = ("lenet", "pages", "tests", "benchmarks", "scripts")
BY_OTHERS = ROOT / "pages" / "assets" / "uplot"
SOURCES = [ROOT / "app.py", *(
    path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".js", ".css") and BY_OTHERS not in path.parents
)]  # fmt: skip
Function = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """What is written by hand, by the names of its files."""
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in SOURCES}


@pytest.fixture(scope="module")
def trees(texts: dict[str, str]) -> dict[str, ast.Module]:
    """The modules among them."""
    return {name: ast.parse(text) for name, text in texts.items() if name.endswith(".py")}


# Sizes


def long_functions(tree: ast.Module) -> Iterator[str]:
    """The functions of a module with more lines than one may have, without their decorators."""
    for node in ast.walk(tree):
        if isinstance(node, Function) and node.end_lineno - node.lineno >= MOST_LINES_OF_A_FUNCTION:
            yield f"{node.name} has {node.end_lineno - node.lineno + 1} lines"


def test_no_file_is_long(texts: dict[str, str]) -> None:
    assert len(texts) > 400
    lines = {name: len(text.splitlines()) for name, text in texts.items()}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_no_function_is_long(trees: dict[str, ast.Module]) -> None:
    assert [f"{name}: {each}" for name, tree in trees.items() for each in long_functions(tree)] == []


# Docstrings


def bare(tree: ast.Module, classes: dict[str, list[ast.ClassDef]] | None = None) -> Iterator[str]:
    """What is public in a module and does not begin with a sentence that says what it is.

    A method that overrides another one needs to say nothing more: `classes` are all by their names.
    """
    if not opens_with_a_sentence(tree):
        yield "the module"
    yield from _bare(tree, "", classes or classes_of([tree]))


def _bare(parent: ast.AST, prefix: str, classes: dict[str, list[ast.ClassDef]]) -> Iterator[str]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            is_told = isinstance(parent, ast.ClassDef) and is_inherited(parent, node.name, classes)
            if not opens_with_a_sentence(node) and not is_overload_or_setter(node) and not is_told:
                yield prefix + node.name
            if isinstance(node, ast.ClassDef):
                yield from _bare(node, f"{prefix}{node.name}.", classes)
        elif isinstance(node, ast.If | ast.Try | ast.With):
            yield from _bare(node, prefix, classes)


def classes_of(trees: Iterable[ast.Module]) -> dict[str, list[ast.ClassDef]]:
    """All of them by their names, which some share."""
    found: dict[str, list[ast.ClassDef]] = {}
    for node in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        found.setdefault(node.name, []).append(node)
    return found


def is_inherited(of: ast.ClassDef, method: str, classes: dict[str, list[ast.ClassDef]]) -> bool:
    """Whether a class that this one is derived from has that method, and says what it is."""
    names = [ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in of.bases]
    for base in (base for name in names for base in classes.get(name, []) if base is not of):
        own = (each for each in base.body if isinstance(each, Function) and each.name == method)
        if any(map(opens_with_a_sentence, own)) or is_inherited(base, method, classes):
            return True
    return False


def opens_with_a_sentence(node: ast.AST) -> bool:
    """Whether the first line of its docstring is one, or begins one."""
    first = (ast.get_docstring(node) or "").partition("\n\n")[0]
    return bool(first) and (first[0].isupper() or not first[0].isalpha()) and first.rstrip()[-1] in ".:;!?)…"


def is_overload_or_setter(node: ast.AST) -> bool:
    """Whether another function of its name has the docstring."""
    return any(ast.unparse(each).endswith((".setter", "overload")) for each in node.decorator_list)


def test_all_that_is_public_says_what_it_is(trees: dict[str, ast.Module]) -> None:
    public = {name: tree for name, tree in trees.items() if name.startswith(("lenet/", "pages/parts/"))}
    classes = classes_of(trees.values())
    assert [f"{name}: {each}" for name, tree in public.items() for each in bare(tree, classes)] == []


# Tests


def fixed_sleeps(tree: ast.Module) -> Iterator[str]:
    """The functions that sleep outside of a loop: for seconds, and not until something is so."""
    yield from _fixed_sleeps(tree, "the module", False)


def _fixed_sleeps(parent: ast.AST, where: str, in_loop: bool) -> Iterator[str]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, Function):
            yield from _fixed_sleeps(node, node.name, False)
            continue
        called = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
        if called in ("sleep", "wait_for_timeout") and not in_loop:
            yield where
        is_loop = isinstance(node, ast.While | ast.For | ast.AsyncFor)
        yield from _fixed_sleeps(node, where, in_loop or is_loop)


def test_tests_wait_for_conditions(trees: dict[str, ast.Module]) -> None:
    tests = {name: tree for name, tree in trees.items() if name.startswith("tests/")}
    assert {(name, each) for name, tree in tests.items() for each in fixed_sleeps(tree)} == SLEEPS.keys()


def imports_of_tests(tree: ast.Module) -> Iterator[str]:
    """What is imported from a test: what several share is in a module of `tests/` that is none."""
    for node in ast.walk(tree):
        names = [each.name for each in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        for name in names:
            dotted = f"{getattr(node, 'module', None) or ''}.{name}"
            if dotted.lstrip(".").startswith("tests.") and ".test_" in dotted:
                yield dotted.lstrip(".")


def test_no_test_imports_another(trees: dict[str, ast.Module]) -> None:
    assert [f"{name}: {each}" for name, tree in trees.items() for each in imports_of_tests(tree)] == []


# Each rule is broken once

SOUND = '''"""A module."""

import time


class Shelf:
    """A shelf."""

    def take(self) -> None:
        """Take a book.

        Raises `KeyError`.
        """
        while True:
            time.sleep(1)


def _read() -> None: ...
'''


DERIVED = '''

class Low(Shelf):
    """A low shelf."""

    def take(self) -> None: ...
'''


def problems(text: str) -> list[str]:
    tree = ast.parse(text)
    return [*long_functions(tree), *bare(tree), *fixed_sleeps(tree), *imports_of_tests(tree)]


def test_what_is_sound_has_no_problem() -> None:
    assert problems(SOUND) == problems(SOUND + DERIVED) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (SOUND[SOUND.index("import") :], "the module"),
        (SOUND.replace('    """A shelf."""\n', ""), "Shelf"),
        (SOUND.replace("A shelf.", "a shelf"), "Shelf"),
        (SOUND.replace("Take a book.", "Take a book"), "Shelf.take"),
        (SOUND + DERIVED.replace("take", "give"), "Low.give"),
        (SOUND + "def _later(): time.sleep(1)\n", "_later"),
        (SOUND + "def _run():\n    while True:\n        def _later(): time.sleep(1)\n", "_later"),
        (SOUND + "from tests.data.test_splits import MNIST\n", "tests.data.test_splits.MNIST"),
        (SOUND + "import tests.test_cli\n", "tests.test_cli"),
        (SOUND + "async def wait(page): await page.wait_for_timeout(500)\n", "wait"),
        (SOUND + "def long():\n    '''Long.'''\n" + 39 * "    x = 1\n", "long has 41 lines"),
    ],
)
def test_what_breaks_a_rule_is_found(text: str, problem: str) -> None:
    assert problem in problems(text)
