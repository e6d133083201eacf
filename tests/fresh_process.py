"""What a piece of Python says in a process of its own, how long it takes there and how much memory more."""

import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.project import ROOT

# Linux hands `ru_maxrss` on to a process that is started: it would be at least as large as that of the tests.
_AROUND = """
import os, resource, sys, time
{first}
def _peak():
    if not os.path.exists("/proc/self/status"):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with open("/proc/self/status") as lines:
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
_before, _started = _peak(), time.perf_counter()
{then}
print(_peak() - _before, time.perf_counter() - _started)
"""


@dataclass(frozen=True)
class Outcome:
    """What was printed; bytes of memory that were taken beyond what the process had; seconds."""

    said: list[str]
    grown: int
    seconds: float


def outcome_of(first: str, then: str, *arguments: object) -> Outcome:
    """Run `first`, imports that are not counted, then `then`, which finds `arguments` in `sys.argv[1:]`."""
    finished = subprocess.run(
        [sys.executable, "-c", _AROUND.format(first=first, then=then), *map(str, arguments)],
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=240,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr[-2000:]
    *said, last = finished.stdout.splitlines()
    grown, seconds = last.split()
    return Outcome(said, int(grown), float(seconds))


PEAK = """
import resource, sys
import numpy as np
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import parse
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
{program}
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def peak_megabytes(program: str) -> float:
    """By how much the memory grows while a fresh Python runs `program`."""
    pytest.importorskip("resource", reason="no resource module on this system")
    finished = subprocess.run(
        [sys.executable, "-c", PEAK.format(program=program)],
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    return float(finished.stdout)
