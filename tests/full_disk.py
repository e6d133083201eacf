"""A real disk that is full: a tmpfs of 64 kB, where this process may mount one."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that takes 64 kB and then no more; skips where no tmpfs can be mounted."""
    folder = tmp_path / "small-disk"
    folder.mkdir()
    _mount(folder)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)  # lazy: also with a file left open


def _mount(folder: Path) -> None:
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("no mount command here")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no tmpfs can be mounted here: {error.stderr.strip()}")
