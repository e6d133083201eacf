"""What a project's files import, as their syntax trees say, and which of it its walls do not let through."""

import ast
import graphlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEAVY = {"tensorflow", "keras"}
# A page that loads these too would take the Streamlit process over its 250 MB.
TOO_LARGE_FOR_PAGES = HEAVY | {"scipy", "sklearn", "optuna"}
# Of lenet/: these may import every wing.
TOP = {"cli", "class_command", "dataset_commands", "sweep_commands", "local_training", "overrides",
       "progress", "terminal", "__main__", "live", "queue_place"}  # fmt: skip


@dataclass(frozen=True)
class Import:
    """`where` imports `what`, a module or a name in one; `late`: inside a function, not with the module."""

    where: str
    what: str
    late: bool


def modules(root: Path) -> dict[str, Path]:
    """All modules of lenet/ and pages/, by their dotted names."""
    files = [path for folder in ("lenet", "pages") for path in (root / folder).rglob("*.py")]
    return {".".join(path.relative_to(root).with_suffix("").parts): path for path in sorted(files)}


def imports(name: str, path: Path) -> list[Import]:
    """Every import statement of a file, wherever it stands, but for those that only type checkers read."""
    return list(_imports(name, ast.parse(path.read_text(encoding="utf-8")), late=False))


def _imports(name: str, node: ast.AST, late: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Import):
            yield from (Import(name, each.name, late) for each in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from (Import(name, f"{child.module}.{each.name}", late) for each in child.names)
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _imports(name, child, late or is_function)


class Walls:
    """The imports of a project, and a sentence for each that breaks a rule.

    Args:
        allowed: of each wing the wings that it may import, beside the ground, which is open to all.
    """

    def __init__(self, root: Path, allowed: dict[str, set[str]]) -> None:
        self.modules, self.allowed = modules(root), allowed
        self._of_module = {name: imports(name, path) for name, path in self.modules.items()}
        self.imports = [each for found in self._of_module.values() for each in found]

    def problems(self) -> list[str]:
        """All that is wrong, in sentences."""
        return [*self.between_wings(), *self.circles(), *self.between_pages(), *self.of_streamlit(),
                *self.of_wings_themselves(), *self.of_large_packages()]  # fmt: skip

    def between_wings(self) -> Iterator[str]:
        """An arrow that the table does not have."""
        for each in self.imports:
            source, target = self._wing(each.where), self._wing(self._module(each.what))
            if None in (source, target) or source in (target, "top") or target == "ground":
                continue
            if target not in self.allowed.get(source, set()):
                yield f"{each.where} imports {each.what}: {source} may not import {target}."

    def circles(self) -> Iterator[str]:
        """Modules that import each other, in whatever function."""
        graph: dict[str, set[str]] = {}
        for each in self.imports:
            if (target := self._module(each.what)) not in (None, each.where):
                graph.setdefault(each.where, set()).add(target)
        try:
            graphlib.TopologicalSorter(graph).prepare()
        except graphlib.CycleError as error:
            yield f"A circle: {' → '.join(error.args[1])}."

    def between_pages(self) -> Iterator[str]:
        """A part of one page that imports another page's; a shared one that imports a page's."""
        for each in self.imports:
            source, target = self._page(each.where), self._page(self._module(each.what))
            if source and target not in (None, source, "shared"):
                yield f"{each.where} imports {each.what}: {source} may import shared alone."

    def of_streamlit(self) -> Iterator[str]:
        """A module of lenet/ that imports Streamlit or a page."""
        for each in self.imports:
            if each.where.startswith("lenet") and each.what.partition(".")[0] in ("streamlit", "pages"):
                yield f"{each.where} imports {each.what}: nothing in lenet/ does."

    def of_wings_themselves(self) -> Iterator[str]:
        """An `__init__.py` that imports something: whoever imports one module would load that as well."""
        for each in self.imports:
            if each.where.endswith("__init__"):
                yield f"{each.where} imports {each.what}, expected nothing."

    def of_large_packages(self) -> Iterator[str]:
        """A page, or a part of one, that loads TensorFlow or SciPy, through however many modules."""
        for name in self.modules:
            if name.startswith("pages"):
                for way in self._ways_to(TOO_LARGE_FOR_PAGES, name, (name,), set()):
                    yield f"{' → '.join(way)}: no page loads it."

    def heavy(self) -> set[str]:
        """The modules that load TensorFlow or Keras as soon as they are imported."""
        return {name for name in self.modules if any(self._ways_to(HEAVY, name, (name,), set()))}

    def _ways_to(
        self, packages: set[str], name: str, way: tuple[str, ...], seen: set[str]
    ) -> Iterator[tuple[str, ...]]:
        seen.add(name)
        for each in self._of_module[name]:
            if each.late and not name.startswith("pages"):
                continue
            if each.what.partition(".")[0] in packages:
                yield (*way, each.what)
            elif (target := self._module(each.what)) and target not in seen:
                yield from self._ways_to(packages, target, (*way, target), seen)

    def _module(self, what: str) -> str | None:
        """The module of ours that is imported: `what` may be a name in it."""
        return next((each for each in (what, what.rpartition(".")[0]) if each in self.modules), None)

    def _wing(self, module: str | None) -> str | None:
        parts = (module or "").split(".")
        if parts[0] != "lenet" or len(parts) < 2:
            return None
        if len(parts) > 2:
            return parts[1]
        return "top" if parts[1] in TOP else "ground"

    def _page(self, module: str | None) -> str | None:
        found = re.fullmatch(r"pages\.parts\.(\w+)\.\w+", module or "")
        return found[1] if found else None


def table_of_wings(document: Path) -> dict[str, set[str]]:
    """What each wing may import, as the table of `docs/architecture.md` says."""
    rows = re.findall(r"^\| `(\w+)/` \| [^|]+ \| ([^|]+) \|$", document.read_text("utf-8"), re.MULTILINE)
    return {wing: set(re.findall(r"\w+", may)) for wing, may in rows}
