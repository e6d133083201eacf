"""HDF5 files of models, as Keras 2 wrote them, and of Keras 3's weights: looked through before they are read.

A link or an array of HDF5 may lie in another file, which may be any on this machine: those are refused. Must
not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from lenet.errors import ModelError
from lenet.files import opened
from lenet.networks.model_containers import MOST_BYTES
from lenet.sentences import shown

MOST_ARRAYS = 2_000
_CONFIG, _WEIGHTS = "model_config", "model_weights"


@contextmanager
def hdf5_file(path: Path) -> Iterator[Any]:
    """The file, an `h5py.File` to read. Raises `OSError` or `ValueError` where it is none, or too large."""
    import h5py  # 10 MB, which a page that shows no network spares

    with opened(path, MOST_BYTES) as stream, h5py.File(stream, "r") as file:
        yield file


def check_contents(path: Path, file: Any, most_bytes: int, what: str) -> None:
    """Raises `ModelError`: something in it lies elsewhere, or its arrays announce more than `most_bytes`.

    Args:
        file: an open `h5py.File`.
        what: what it is called in the sentence.
    """
    import h5py

    def is_link(name: str, link: Any) -> str | None:
        return None if isinstance(link, h5py.HardLink) else name

    arrays: list[Any] = []

    def look(name: str, each: Any) -> bool | None:
        arrays.append(each)
        return len(arrays) > MOST_ARRAYS or None  # anything but None ends the visit

    if name := file.visititems_links(is_link):
        raise ModelError(_elsewhere(path, name))
    if file.visititems(look):
        raise ModelError(too_large(path, f"{what} has many arrays", f"{MOST_ARRAYS:,}"))
    found = [each for each in arrays if isinstance(each, h5py.Dataset)]
    if outside := next((each.name for each in found if each.is_virtual or each.external), None):
        raise ModelError(_elsewhere(path, outside))
    if (size := sum(each.nbytes for each in found)) > most_bytes:
        raise ModelError(too_large(path, f"its weights take {size:,} bytes", f"{most_bytes:,}"))


def too_large(path: Path, received: str, limit: str) -> str:
    """That something of a file is more than is opened here."""
    return f"{path} is too large to be opened here: {received}, expected at most {limit}."


def _elsewhere(path: Path, name: str) -> str:
    return (
        f"{path} refers to data in another place ({shown(name)}), which is not followed here. Load it where "
        "it was made, and save the model again: that file holds all of it."
    )


def config_text(file: Any, most_bytes: int) -> bytes | None:
    """What it says of its layers, JSON; None where it says nothing. Raises `ValueError`: it is too long."""
    found = file.attrs.get(_CONFIG)
    if found is None:
        return None
    text = found.encode() if isinstance(found, str) else bytes(found)
    if len(text) > most_bytes:
        raise ValueError(f"{_CONFIG} has {len(text):,} bytes, expected at most {most_bytes:,}")
    return text


def layer_weights(path: Path, most_bytes: int) -> list[list[np.ndarray]]:
    """The weights of each layer that has some, in the order of the layers. Raises as h5py does.

    Raises:
        ValueError: they take more than `most_bytes` together, as where one is named many times.
    """
    found, size = [], 0
    with hdf5_file(path) as file:
        group = file[_WEIGHTS]
        for layer in (group[name] for name in _names(group, "layer_names")):
            arrays = [layer[name] for name in _names(layer, "weight_names")]
            size += sum(each.nbytes for each in arrays)
            if size > most_bytes:
                raise ValueError(f"its weights take more than {most_bytes:,} bytes")
            found.append([np.asarray(each) for each in arrays])
    return [each for each in found if each]


def _names(group: Any, attribute: str) -> list[str]:
    """A list of names, which Keras cuts into `name0`, `name1`, … where it is long."""
    if attribute in group.attrs:
        pieces = [group.attrs[attribute]]
    else:
        keys = (f"{attribute}{number}" for number in range(MOST_ARRAYS))
        pieces = [group.attrs[key] for key in keys if key in group.attrs]
    names = [each for piece in pieces for each in np.asarray(piece).reshape(-1).tolist()]
    return [each.decode() if isinstance(each, bytes) else str(each) for each in names]
