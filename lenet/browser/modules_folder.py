"""Where the JavaScript modules are that compute networks in the browser. Standard library only."""

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "modules"


@cache
def version() -> str:
    """A digest of all modules, twelve characters: a browser keeps what it has loaded until that changes.

    Of the modules as they were when the server began: those that its pages name.
    """
    files = sorted(FOLDER.rglob("*.js"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
