"""Model files that people have brought: kept beside the runs under a name that their bytes give.

`file-0123456789abcdef` is what such a model is called in links and lists; what a person called it is kept
with it. Must not import Streamlit, TensorFlow or Keras.
"""

import hashlib
import os
import re
from pathlib import Path

from lenet.errors import ModelError
from lenet.files import read_json, write_atomically, write_json
from lenet.networks.model_containers import container_of
from lenet.runs.folder import default_folder
from lenet.sentences import plain, shortened

MOST_BYTES = 100_000_000  # of a file: 20 million parameters with room
_FOLDER, _PREFIX = ".models", "file-"
_NAME = re.compile(_PREFIX + "[0-9a-f]{16}")
_LONGEST = 80  # characters of the name that a person gave


def is_name(name: str) -> bool:
    """Whether it is what such a file is called."""
    return _NAME.fullmatch(name) is not None


def path_of(name: str, runs_folder: Path | None = None) -> Path:
    """Where the file of that name is, absolute."""
    return (runs_folder or default_folder()).resolve() / _FOLDER / name.removeprefix(_PREFIX)


def title_of(name: str, runs_folder: Path | None = None) -> str:
    """What a person called it; its name where nobody knows any more."""
    try:
        title = read_json(_about(path_of(name, runs_folder)))["title"]
    except (OSError, ValueError, KeyError, TypeError):
        return name
    return shortened(plain(title), _LONGEST) if isinstance(title, str) else name


def store(title: str, data: bytes, runs_folder: Path | None = None) -> str:
    """Keep a file that opens here, as far as its first bytes tell; its name.

    Raises:
        ModelError: it is something else; the sentence says how to convert it.
        OSError: the disk is full, or the folder cannot be written.
    """
    name = _PREFIX + hashlib.sha256(data).hexdigest()[:16]
    path = path_of(name, runs_folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not os.path.isfile(path)
    write_atomically(path, lambda stream: stream.write(data))
    try:
        container_of(path)
    except ModelError as error:
        if is_new:
            path.unlink(missing_ok=True)
        raise ModelError(str(error).replace(str(path), title)) from error
    write_json(_about(path), {"title": title[:_LONGEST]})
    return name


def remove(name: str, runs_folder: Path | None = None) -> None:
    """Keep that file no longer; nothing happens where it has gone already. Raises `OSError`."""
    path = path_of(name, runs_folder)
    path.unlink(missing_ok=True)
    _about(path).unlink(missing_ok=True)


def names(runs_folder: Path | None = None) -> list[str]:
    """Those that are kept, the newest first."""
    folder = path_of("", runs_folder)
    try:
        found = [
            (each.stat().st_mtime_ns, _PREFIX + each.name) for each in os.scandir(folder) if each.is_file()
        ]
    except OSError:
        return []
    return [name for _, name in sorted(found, reverse=True) if is_name(name)]


def _about(path: Path) -> Path:
    return path.with_suffix(".json")
