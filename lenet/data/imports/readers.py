"""Which reader reads somebody's files: told by what they are, then by their names.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

from lenet.data.imports import csv_files, idx_files, mat_file, npz_file, parquet_files, picture_files
from lenet.data.imports.contents import Contents
from lenet.data.imports.decoding import ENDINGS
from lenet.data.imports.files import Files
from lenet.errors import DatasetError
from lenet.formatting import counted
from lenet.sentences import listed

EXPECTED = (
    "pictures in folders by class (PNG, JPEG, BMP, WebP, TIFF), a zip of them, an .npz of images and labels, "
    "CSV, IDX, Parquet or MATLAB files"
)
_PICTURE_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"GIF8", b"BM", b"II*\0", b"MM\0*")


@dataclass(frozen=True)
class Format:
    """A kind of file that data come in.

    Attributes:
        read: the images and labels in the files of some names.
        endings: of their names.
        is_one_file: whether all lies in a single file.
    """

    read: Callable[[Files, Sequence[str], Sequence[str]], AbstractContextManager[Contents]]
    endings: tuple[str, ...]
    is_one_file: bool = False


FORMATS: dict[str, Format] = {
    "pictures": Format(picture_files.read, ENDINGS),
    "npz": Format(npz_file.read, (".npz",), is_one_file=True),
    "csv": Format(csv_files.read, (".csv", ".tsv")),
    "idx": Format(idx_files.read, ("ubyte", "ubyte.gz", ".idx", ".idx.gz")),
    "parquet": Format(parquet_files.read, (".parquet",)),
    "mat": Format(mat_file.read, (".mat",), is_one_file=True),
}


@contextmanager
def contents_of(files: Files, class_names: Sequence[str] = ()) -> Iterator[Contents]:
    """The images and labels in these files; of several formats in the one that has most bytes.

    Raises `DatasetError`.
    """
    names = files.names
    by_format: dict[str, list[str]] = {}
    for name in names:
        kind = _by_ending(name) or (_by_start(files, name) if len(names) == 1 else None)
        by_format.setdefault(kind or "", []).append(name)
    by_format.pop("", None)
    if not by_format:
        raise DatasetError(_nothing(files))
    largest = max(by_format, key=lambda kind: sum(map(files.size, by_format[kind])))
    chosen = by_format[largest]
    if FORMATS[largest].is_one_file and len(chosen) > 1:
        raise DatasetError(
            f"Files: received {len(chosen)} of images and labels: {listed(map(files.shown, chosen))}; "
            "expected one. Choose one of them."
        )
    known = set(chosen)
    others = [name for name in names if name not in known]
    with FORMATS[largest].read(files, chosen, class_names) as found:
        yield replace(found, notes=(*found.notes, *_passed_over(files, others)))


def _passed_over(files: Files, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    such_as = "such as " if len(names) > 1 else ""
    words = f"{counted(len(names), 'file')} of another kind, {such_as}{files.shown(names[0])}"
    return [f"Passed over: {words}."]


def _by_ending(name: str) -> str | None:
    small = name.lower()
    return next((kind for kind, each in FORMATS.items() if small.endswith(each.endings)), None)


def _by_start(files: Files, name: str) -> str | None:
    """Of a single file whose name says nothing; what a zip has beside no pictures may be a note to read."""
    start = files.start(name)
    if name.lower().endswith(".zip"):  # zips were looked into, as far as they may lie in each other
        return None
    if start.startswith(b"PK"):
        return "npz"
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"MATLAB"):
        return "mat"
    if idx_files.is_idx(start) or start.startswith(b"\x1f\x8b"):
        return "idx"
    if start.startswith(_PICTURE_STARTS):
        return "pictures"
    is_text = bool(start) and b"\0" not in start and not start.lstrip().startswith((b"<", b"{"))
    is_note = files.title.lower().endswith(".zip") and not any(mark in start for mark in (b",", b";", b"\t"))
    return "csv" if is_text and not is_note else None


def _nothing(files: Files) -> str:
    names = files.names
    if len(names) == 1 and files.start(names[0]).startswith(b"\x89HDF"):
        return (
            f"{files.shown(names[0])} is an HDF5 file, expected {EXPECTED}. Save its arrays with numpy.savez."
        )
    received = {0: "no file", 1: "a file of another kind"}.get(
        len(names), f"{len(names):,} files, such as {files.shown(names[0] if names else '')}"
    )
    return f"{files.title}: received {received}, expected {EXPECTED}. Choose these."
