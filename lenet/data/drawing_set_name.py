"""What a set of drawings is called: its title for people, its name for links, files and commands.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Collection as Names
from contextlib import suppress
from pathlib import Path

from lenet.data.drawing_collection import NAME
from lenet.data.uploaded import check_name, name_of
from lenet.errors import DatasetError
from lenet.sentences import is_plain, shown

LONGEST_TITLE = 40
NAMELESS = "symbols"  # a set whose title has no letter that a name may have


def new_folder(folder: Path, name: str, taken: Names[str]) -> Path:
    """Made by nobody else at this moment. Raises `DatasetError`, `OSError`.

    Args:
        taken: names of other data sets, in small letters.
    """
    for number in range(1, 1_000):
        path = folder / (name if number == 1 else f"{name}-{number}")
        if path.name in taken:
            continue
        with suppress(FileExistsError):
            path.mkdir()
            return path
    raise DatasetError(f"There are a thousand sets named like {name}. Choose another name.")


def name_for(title: str) -> str:
    """In letters that a file, a link and a command may have."""
    name = name_of(title).lower()
    name = f"set-{name}" if name.startswith(NAME) else name  # those are the digits of a person
    name = name[: LONGEST_TITLE - 4].strip("-") or NAMELESS
    return name if is_name(name) else f"{name}-{NAMELESS}"


def is_name(name: str) -> bool:
    """Whether a folder of that name may be a set."""
    try:
        check_name(name)
    except DatasetError:
        return False
    return True


def title_of(value: object) -> str:
    """The title as it is kept. Raises `DatasetError`: it is none."""
    title = " ".join(value.split()) if isinstance(value, str) else ""
    if not title or len(title) > LONGEST_TITLE or not is_plain(title):
        raise DatasetError(
            f"Name: received {shown(value)}, expected 1 to {LONGEST_TITLE} plain characters, such as Our "
            "symbols. Type another name."
        )
    return title
