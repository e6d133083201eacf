"""Every term that a page links to is in the glossary, and every term there is linked from a page."""

import ast
from collections.abc import Iterator

from lenet.glossary.terms import TERMS
from lenet.runs.layers import LAYER_KINDS
from tests.project import ROOT

LINKS = {"term", "help_on"}  # functions of pages/parts/shared/glossary_links.py


def linked(tree: ast.Module) -> Iterator[str]:
    """The names that are written out in calls of these functions, and in dicts called `_TERMS`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LINKS:
            count = 1 if node.func.id == "term" else len(node.args)
            yield from (each.value for each in node.args[:count] if isinstance(each, ast.Constant))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_TERMS":
            yield from (name for names in ast.literal_eval(node.value).values() for name in names)


def names_by_page() -> dict[str, set[str]]:
    """Folder of a page's parts → the terms that these link to; Train has those of each kind of layer."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "pages" / "parts").rglob("*.py"):
        names = linked(ast.parse(path.read_text("utf-8")))
        found.setdefault(path.parent.name, set()).update(names)
    found["train"].update(name for kind in LAYER_KINDS.values() for name in kind.terms)
    return found


def test_every_term_is_linked_and_every_link_is_a_term() -> None:
    pages = names_by_page()
    names = set().union(*pages.values())
    assert names - set(TERMS) == set(), "Linked, and not in the glossary."
    assert set(TERMS) - names == set(), "In the glossary, and on no page."
    assert all(pages[page] for page in ("data", "train", "evaluate", "inspect", "draw", "compare"))


def test_a_name_is_read_wherever_it_is_written() -> None:
    text = (
        "_TERMS = {'a': ('loss', 'batch')}\nf(term('kernel', 'Kernels'), help_on('F1', 'recall', words='x'))"
    )
    assert set(linked(ast.parse(text))) == {"loss", "batch", "kernel", "F1", "recall"}
