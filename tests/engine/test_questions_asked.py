"""What pages ask of the worker comes back without the worker's packages: the page process stays small."""

import importlib
import re
import typing

import pytest

from lenet.engine import tasks
from lenet.errors import ModelError
from tests.fresh_process import outcome_of
from tests.imports import TOO_LARGE_FOR_PAGES
from tests.project import ROOT

PAGES = ROOT / "pages"
QUESTION = re.compile(r'"(lenet\.\w+\.\w+)\.(\w+)"')


def asked() -> list[tuple[str, str]]:
    """Module and function of every question in pages."""
    return sorted({each for file in PAGES.rglob("*.py") for each in QUESTION.findall(file.read_text())})


def classes_in(hint: object) -> set[type]:
    """Those that a type hint names, inside of others too."""
    inside = set().union(*map(classes_in, typing.get_args(hint)))
    return inside | {hint} if isinstance(hint, type) else inside


def test_classes_of_answers_are_of_light_modules() -> None:
    """`Gradients` was of a module with TensorFlow: whoever opened Weights had it in the page process."""
    assert len(asked()) > 10
    modules = set()
    for module, function in asked():
        returned = typing.get_type_hints(getattr(importlib.import_module(module), function))["return"]
        modules |= {each.__module__ for each in classes_in(returned)}
    assert "lenet.inspection.results" in modules
    named = " or ".join(f"name.startswith({name!r})" for name in sorted(TOO_LARGE_FOR_PAGES))
    imports = "".join(f"import {name}\n" for name in sorted(modules))
    heavy = outcome_of("import sys", f"{imports}print([name for name in sys.modules if {named}])").said
    assert heavy == ["[]"]


def test_what_tensorflow_raises_comes_as_words() -> None:
    with pytest.raises(RuntimeError, match="^NotFoundError: .*nowhere") as caught:
        tasks.call("tensorflow.io.read_file", "/nowhere")
    assert type(caught.value) is RuntimeError and caught.value.__cause__ is None


def test_what_we_raise_comes_as_it_is() -> None:
    with pytest.raises(ModelError, match="no-such-run"):
        tasks.call("lenet.inspection.gradients.gradients", "no-such-run", "/nowhere")
