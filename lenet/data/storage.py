"""How much a person of a class keeps here: data sets, drawings and model files. Alone there is no limit.

Must not import Streamlit, TensorFlow or Keras.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from lenet.data.published_files import data_folders, storage_folder
from lenet.errors import DatasetError, NotAllowed
from lenet.people import limits, owner
from lenet.people.person import Person, acting
from lenet.runs.folder import MODELS, default_folder


def things() -> Iterator[Path]:
    """All that people have made but runs and sweeps, each a file or a folder."""
    folders = [each / "own" for each in data_folders()]
    for folder in (*folders, storage_folder() / "drawing-sets", default_folder() / MODELS, storage_folder()):
        with suppress(OSError), os.scandir(folder) as found:
            yield from (Path(each.path) for each in found if not each.name.startswith("."))


def of(person: Person) -> list[Path]:
    """What that person has made."""
    return [each for each in things() if (who := owner.owner_of(each)) and who.id == person.id]


def used(person: Person) -> int:
    """Bytes."""
    return sum(map(_size, of(person)))


def delete_all(person: Person) -> None:
    """All that they have brought and drawn. Raises `NotAllowed`, `DatasetError`."""
    for thing in of(person):
        owner.check(thing, "delete", default_folder())
        try:
            shutil.rmtree(thing) if thing.is_dir() else thing.unlink(missing_ok=True)
        except OSError as error:
            raise DatasetError(f"{thing} cannot be deleted ({error.strerror or error}).") from error
        owner.unsign(thing)


def _size(thing: Path) -> int:
    files = (Path(folder, name) for folder, _, names in os.walk(thing) for name in names)
    total = 0
    for file in files if thing.is_dir() else (thing,):
        with suppress(OSError):  # deleted this moment
            total += file.stat().st_size
    return total


def check(more: int) -> None:
    """Raise `NotAllowed` where whoever acts would keep more than the teacher lets them.

    Args:
        more: bytes that are to be stored.
    """
    person = acting()
    if not limits.is_limited(person):
        return
    most, there = limits.read(default_folder()).megabytes, used(person)
    if there + more > most * 1_000_000:
        raise NotAllowed(
            f"Storage: you keep {there / 1e6:.1f} MB here, and this would be {more / 1e6:.1f} MB more; your "
            f"teacher's limit is {most:,} MB a person. Nothing was stored: delete data or model files of "
            "yours, or ask the teacher."
        )
