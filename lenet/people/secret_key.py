"""The key by which a class signs who is who: a file that only the owner of the machine can read.

Standard library only.
"""

import os
import secrets
from pathlib import Path


def secret_key(root: Path) -> str:
    """The secret of this machine, made once, for its owner's eyes alone. Raises `OSError`."""
    path = root / "key"
    try:
        found = path.read_text("ascii").strip()
        if len(found) == 64:
            return found
    except (FileNotFoundError, ValueError):
        pass
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key := secrets.token_hex(32))
    return key
