"""Model files that people have brought: kept beside the runs under a name that their bytes give.

`file-0123456789abcdef` is what such a model is called in links and lists; what a person called it is kept
with it. Must not import Streamlit, TensorFlow or Keras.
"""

import hashlib
import os
import re
from pathlib import Path

from lenet.data import storage
from lenet.errors import ModelError, NotAllowed
from lenet.files import read_json, write_atomically, write_json
from lenet.networks.model_containers import container_of
from lenet.people import owner
from lenet.people.person import acting
from lenet.runs.folder import MODELS, default_folder
from lenet.sentences import plain, shortened

MOST_BYTES = 100_000_000  # of a file: 20 million parameters with room
_PREFIX = "file-"
_NAME = re.compile(_PREFIX + "[0-9a-f]{16}")
_LONGEST = 80  # characters of the name that a person gave


def is_name(name: str) -> bool:
    """Whether it is what such a file is called."""
    return _NAME.fullmatch(name) is not None


def path_of(name: str, runs_folder: Path | None = None) -> Path:
    """Where the file of that name is, absolute."""
    return (runs_folder or default_folder()).resolve() / MODELS / name.removeprefix(_PREFIX)


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
        NotAllowed: whoever brings it is not in the class, or keeps too much.
        OSError: the disk is full, or the folder cannot be written.
    """
    owner.check_is_joined()
    who = acting()  # each person of a class has a file of their own, whoever else brings the same
    name = _PREFIX + hashlib.sha256((who.id.encode() if who else b"") + data).hexdigest()[:16]
    path = path_of(name, runs_folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not os.path.isfile(path)
    storage.check(len(data) if is_new else 0)
    owner.sign(path)
    write_atomically(path, lambda stream: stream.write(data))
    try:
        container_of(path)
    except ModelError as error:
        if is_new:
            path.unlink(missing_ok=True)
            owner.unsign(path)
        raise ModelError(str(error).replace(str(path), title)) from error
    write_json(_about(path), {"title": title[:_LONGEST]})
    return name


def remove(name: str, runs_folder: Path | None = None) -> None:
    """Keep that file no longer; nothing happens where it has gone already. Raises `ModelError`."""
    path = path_of(name, runs_folder)
    owner.check(path, "delete", runs_folder or default_folder())
    try:
        path.unlink(missing_ok=True)
        _about(path).unlink(missing_ok=True)
    except OSError as error:
        raise ModelError(f"{title_of(name)} cannot be removed ({error.strerror or error}).") from error
    owner.unsign(path)


def names(runs_folder: Path | None = None) -> list[str]:
    """Those that whoever acts may see, the newest first."""
    folder = path_of("", runs_folder)
    try:
        found = [
            (each.stat().st_mtime_ns, _PREFIX + each.name) for each in os.scandir(folder) if each.is_file()
        ]
    except OSError:
        return []
    kept = [name for _, name in sorted(found, reverse=True) if is_name(name)]
    return [name for name in kept if owner.may_see(path_of(name, runs_folder), acting())]


def check_seen(name: str, runs_folder: Path | None = None) -> None:
    """Raises `NotAllowed`: it is another's, who does not share it."""
    path = path_of(name, runs_folder)
    if not owner.may_see(path, acting()):
        raise NotAllowed(
            f"The model {name} is {owner.whose(path)}, who does not share it. Ask for it to be "
            "shared, or choose another one."
        )


def _about(path: Path) -> Path:
    return path.with_suffix(".json")
