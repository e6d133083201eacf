"""The command line, for tests: in a process of its own, as people run it, or in this one.

Another process takes four seconds to load TensorFlow. So each command is run in one once, and what further
tests ask of it is asked in this process.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from lenet.cli import app
from tests.project import ROOT


def command(*arguments: object) -> list[str]:
    """`python -m lenet …`."""
    return [sys.executable, "-m", "lenet", *map(str, arguments)]


def lenet(*arguments: object, **environment: str) -> subprocess.CompletedProcess:
    """`python -m lenet …` in a process of its own."""
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )


def lenet_here(*arguments: object, **environment: str) -> subprocess.CompletedProcess:
    """The same in this process. An error that the command line does not answer is raised."""
    words = [str(each) for each in arguments]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        result = CliRunner().invoke(app, words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return subprocess.CompletedProcess(words, result.exit_code, result.stdout, result.stderr)


def answer(
    *arguments: object, run: Callable[..., subprocess.CompletedProcess] = lenet_here, **environment: str
) -> Any:
    """The one JSON document on standard output."""
    finished = run(*arguments, "--json", **environment)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)
