"""How much memory a process takes that does something: Linux says it."""

import subprocess
import sys
from pathlib import Path

import pytest

_CODE = """
import sys
from pathlib import Path
from lenet.data import datasets
try:
    datasets.add_own("measured", Path(sys.argv[1]), replace=True)
except ValueError as error:
    print(error, file=sys.stderr)
status = Path("/proc/self/status").read_text()
print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


def memory_of_an_import(path: Path) -> int:
    """The most memory, in MB, that a process takes which imports somebody's data."""
    if not Path("/proc/self/status").exists():
        pytest.skip("no /proc on this machine")
    done = subprocess.run(
        [sys.executable, "-c", _CODE, str(path)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)
