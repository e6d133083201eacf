"""Which module writes which key of the session, as the syntax trees of pages/ say.

A key is a constant, or a pattern with `*` where a part of it is only known as the page runs.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from pages.parts.shared.link_fields import PAGES
from tests.imports import modules

_STATE = "st.session_state"
_LINK_FIELDS = [field.key for fields in PAGES.values() for field in fields.values()]
_Names = dict[str, ast.expr]


class SessionKeys:
    """The keys that the pages of a project write.

    Attributes:
        owners: key → the modules that write it.
        unknown: a sentence for each write of which the source does not tell the key.
    """

    def __init__(self, root: Path) -> None:
        self.owners: dict[str, set[str]] = {}
        self.unknown: list[str] = []
        for name, path in modules(root).items():
            if name.startswith("pages"):
                self._read(name, ast.parse(path.read_text("utf-8")))

    def problems(self) -> list[str]:
        """A sentence for each key that has two owners, and for each that is not known."""
        return [*self.unknown, *self._shared()]

    def _read(self, module: str, tree: ast.Module) -> None:
        for scope in _scopes(tree):
            names = _values(tree.body) | _values(ast.walk(scope))
            for key in _written(scope, names):
                found = _keys(key, names, tree)
                if not found:
                    self.unknown.append(f"{module} writes {ast.unparse(key)}: its key is not known.")
                for each in found:
                    self.owners.setdefault(each, set()).add(module)

    def _shared(self) -> Iterator[str]:
        keys = sorted(self.owners)
        for number, one in enumerate(keys):
            for other in keys[number:]:
                owners = self.owners[one] | self.owners[other]
                if len(owners) > 1 and may_be_same(one, other):
                    both = one if one == other else f"{one} and {other}, which may be the same,"
                    yield f"{both} is written by {' and '.join(sorted(owners))}: expected one owner."


def may_be_same(one: str, other: str) -> bool:
    """Whether there is a key that both patterns stand for."""
    if not one or not other:
        return set(one + other) <= {"*"}
    if "*" in (one[0], other[0]):
        one, other = (one, other) if one[0] == "*" else (other, one)
        return may_be_same(one[1:], other) or may_be_same(one, other[1:])
    return one[0] == other[0] and may_be_same(one[1:], other[1:])


def _scopes(tree: ast.Module) -> Iterator[ast.AST]:
    """The functions of a module, with those inside of them, and what stands outside of all."""
    outside = ast.Module([], [])
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from (each for each in node.body if isinstance(each, ast.FunctionDef))
        elif isinstance(node, ast.FunctionDef):
            yield node
        else:
            outside.body.append(node)
    yield outside


def _values(nodes: Iterator[ast.AST] | list[ast.stmt]) -> _Names:
    """Name → what is assigned to it, by itself or as one of several."""
    found: _Names = {}
    for node in nodes:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            several = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            pairs = zip(target.elts, node.value.elts, strict=True) if several else [(target, node.value)]
            found |= {name.id: value for name, value in pairs if isinstance(name, ast.Name)}
    return found


def _written(scope: ast.AST, names: _Names) -> Iterator[ast.expr]:
    """The keys of all that is written, as they stand in the source."""

    def is_state(node: ast.AST) -> bool:
        value = names.get(node.id, node) if isinstance(node, ast.Name) else node
        return ast.unparse(value) == _STATE

    for node in ast.walk(scope):
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            inner = node
            while isinstance(inner, ast.Subscript) and not is_state(inner.value):
                inner = inner.value  # of state[key][index] = …
            if isinstance(inner, ast.Subscript):
                yield inner.slice
            elif isinstance(inner, ast.Attribute) and is_state(inner.value):
                yield ast.Constant(inner.attr)
        elif isinstance(node, ast.Call):
            yield from _written_by_call(node, is_state, names)


def _written_by_call(
    call: ast.Call, is_state: Callable[[ast.AST], bool], names: _Names
) -> Iterator[ast.expr]:
    """Of `state.pop(key)` and the like, and of `on_click=state.pop, args=(key,)`."""
    given = {each.arg: each.value for each in call.keywords}
    late = (given.get("on_click"), _elements(given.get("args")))
    for function, arguments in ((call.func, call.args), late):
        if not (isinstance(function, ast.Attribute) and is_state(function.value)):
            continue
        if function.attr == "pop" or (function.attr == "setdefault" and not _is_any(arguments[0], names)):
            yield arguments[0]
        elif function.attr == "update":
            yield from (key for each in arguments for key in getattr(each, "keys", [each]))
            yield from (ast.Constant(each.arg) for each in call.keywords)
        elif function.attr in ("clear", "popitem"):
            yield function


def _is_any(key: ast.expr, names: _Names) -> bool:
    """Whether the caller of a function decides which key: that of a widget, which is given a first value."""
    found = _keys(key, names, ast.Module([], []))
    return bool(found) and set(found[0]) <= {"*", "-"}


def _elements(node: ast.expr | None) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else []


def _keys(key: ast.expr, names: _Names, tree: ast.Module) -> list[str]:
    """What that expression may be; nothing where the source does not tell."""
    if isinstance(key, ast.Constant):
        return [key.value]
    if isinstance(key, ast.JoinedStr):
        return ["".join(each.value if isinstance(each, ast.Constant) else "*" for each in key.values)]
    if isinstance(key, ast.Name) and key.id in names:
        return _keys(names[key.id], names, tree)
    if isinstance(key, ast.Call) and isinstance(key.func, ast.Name):
        returned = [
            each.value
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.name == key.func.id
            for each in ast.walk(node)
            if isinstance(each, ast.Return)
        ]
        return [found for value in returned for found in _keys(value, names, tree)]
    return _LINK_FIELDS if ast.unparse(key) == "field.key" else []
