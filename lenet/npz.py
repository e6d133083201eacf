"""Arrays in `.npz` files, written aside and read within bounds. Numpy only."""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lenet.archives import zip_archive
from lenet.array_stream import npz_array
from lenet.errors import WeightsError
from lenet.files import write_atomically
from lenet.sentences import reason

# Of all arrays that are read at once: the largest network there may be (`networks.summary.MAX_PARAMETERS`),
# with its optimizer.
MOST_BYTES = 4 * 4 * 20_000_000
# What zipfile raises for damaged bytes; RuntimeError: they say that they are packed in an unknown way.
_DAMAGE = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class Contents:
    """What a file of arrays is to a person who is told that it is missing or damaged.

    Attributes:
        name: what lies in it.
        advice: what to do without it, a sentence.
    """

    name: str
    advice: str


WEIGHTS = Contents("Weights of an epoch", "Choose another epoch.")
CHECKPOINT = Contents("Checkpoint of a run", "The run cannot go on without it: start a new one.")
RUN_DATA = Contents("Data that a run began with", "Delete the run, and start a new one.")
EVALUATION = Contents("Evaluation of a model", "Evaluate the model again.")
GAME = Contents("Images of a game", "Begin another one.")
SECOND_LOOK = Contents("What tells digits from other drawings, of LeNet Lab", "Install LeNet Lab again.")


def save_arrays(path: Path, arrays: dict[str, np.ndarray], folder: Path | None = None) -> None:
    """Write the arrays as one file, atomically: `lenet.files.written_aside`. Raises `OSError`."""
    write_atomically(path, lambda file: np.savez(file, **arrays), folder)


def load_arrays(
    path: Path, contents: Contents, prefix: str = "", most_bytes: int = MOST_BYTES
) -> dict[str, np.ndarray]:
    """The arrays of a file whose key starts with `prefix`. Pickled arrays are refused.

    Raises:
        WeightsError: there is no such file, it is damaged, or they announce more than `most_bytes`; the
            sentence says what the file should hold, and what to do.
    """
    try:
        with zip_archive(path) as archive:
            keys = [name.removesuffix(".npy") for name in archive.namelist() if name.startswith(prefix)]
            return _arrays(archive, keys, most_bytes)
    except FileNotFoundError as error:
        raise WeightsError(f"{contents.name}: {path} is missing. {contents.advice}") from error
    except _DAMAGE as error:
        raise WeightsError(
            f"{contents.name}: {path} is damaged ({reason(error)}). {contents.advice}"
        ) from error


def _arrays(archive: zipfile.ZipFile, keys: list[str], most_bytes: int) -> dict[str, np.ndarray]:
    arrays, left = {}, most_bytes
    for key in keys:
        with npz_array(archive, key) as stream:
            left -= stream.num_bytes
            if left < 0:
                raise ValueError(f"its arrays take more than {most_bytes:,} bytes")
            arrays[key] = stream.read()
    return arrays
