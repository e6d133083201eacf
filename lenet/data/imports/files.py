"""The files of one import: a single one, a folder, a zip, or several; none is unpacked by name.

Zips among them are looked into as if they were folders. Must not import Streamlit, TensorFlow or Keras.
"""

import gzip
import io
import os
import re
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from lenet.archives import member, zip_archive
from lenet.errors import DatasetError
from lenet.files import opened as opened_file
from lenet.sentences import plain, reason, shortened

MOST_FILES = 150_000
MOST_DIRECTORY_BYTES = 15_000_000  # of a zip's list of members: some 150,000
MOST_UNPACKED_BYTES = 10_000_000_000  # of a zip: a gigabyte of pictures hardly gets smaller
MOST_DEPTH, MOST_NESTED_BYTES = 1, 1_000_000_000  # of zips in zips
_LONGEST_NAME = 200  # characters of a path in a sentence
_NO_DATA = re.compile(r"(^|/)(\.|__MACOSX/|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_OUTSIDE = re.compile(r"^(/|[A-Za-z]:)|(^|/)\.\.(/|$)")
_SAMPLES = re.compile(r"([-_ ]samples)?( \(\d+\))?\.zip$", re.IGNORECASE)
# What is raised by damaged bytes of a zip.
DAMAGE = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, RuntimeError, KeyError)

Source = Path | BinaryIO | bytes | Sequence[tuple[str, Path | BinaryIO]]


def _shown(name: str) -> str:
    """A path in a sentence."""
    return shortened(plain(name), _LONGEST_NAME)


@dataclass(frozen=True)
class _Entry:
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO]]


@dataclass
class _Found:
    """What has been found so far; `members` and `unpacked` (bytes) are those of all zips, also in zips."""

    stack: ExitStack
    entries: dict[str, _Entry] = field(default_factory=dict)
    members: int = 0
    unpacked: int = 0


class Files:
    """Files by their names, `/` between folders.

    Attributes:
        title: what all of them are called in sentences.
    """

    def __init__(self, title: str, entries: dict[str, _Entry]) -> None:
        self.title, self._entries = title, entries

    @property
    def names(self) -> list[str]:
        """In alphabetical order."""
        return sorted(self._entries)

    def size(self, name: str) -> int:
        """How many bytes it has."""
        return self._entries[name].size

    def shown(self, name: str) -> str:
        """What it is called in a sentence."""
        return _shown(name)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """To read from its beginning. Raises `DatasetError` where it is damaged, or cannot be read."""
        try:
            with self._entries[name].open() as stream:
                yield stream
        except DAMAGE as error:
            raise DatasetError(f"{self.shown(name)} is damaged or cut short ({reason(error)}).") from error
        except OSError as error:
            raise DatasetError(f"{self.shown(name)} cannot be read ({error.strerror or error}).") from error

    def start(self, name: str, count: int = 512) -> bytes:
        """Its first bytes. Raises `DatasetError`."""
        with self.open(name) as stream:
            return stream.read(count)

    @contextmanager
    def seekable(self, name: str) -> Iterator[BinaryIO]:
        """To read from any place of it: a member of a zip is unpacked into a file that goes with it."""
        with self.open(name) as stream:
            if not isinstance(stream, zipfile.ZipExtFile):
                yield stream
                return
            with tempfile.TemporaryFile(prefix="lenet-") as copy:
                shutil.copyfileobj(stream, copy, 1 << 20)
                copy.seek(0)
                yield copy


@contextmanager
def opened_files(source: Source, title: str = "") -> Iterator[Files]:
    """The files of a path, of bytes, or of several named streams. Raises `DatasetError`."""
    with ExitStack() as stack:
        title = title or _shown(_name(source))
        named = _named(source)
        found = _Found(stack)
        for name, each in named.items():
            try:
                _add(found, name, each, "" if len(named) == 1 else name)
            except DatasetError:
                raise
            except (OSError, ValueError) as error:  # a link to nothing, a pipe
                raise DatasetError(f"{_shown(name)} cannot be read ({reason(error)}).") from error
        yield Files(title, found.entries)


def _name(source: Source) -> str:
    return plain(str(getattr(source, "name", ""))) or "The file"


def _named(source: Source) -> dict[str, Path | BinaryIO]:
    if isinstance(source, bytes):
        return {_name(source): io.BytesIO(source)}
    if isinstance(source, Path) and source.is_dir():
        return dict(_in_folder(source))
    if isinstance(source, Path) and not source.exists():
        raise DatasetError(f"{source} is not there, expected a file or a folder. Check how it is spelled.")
    if isinstance(source, Path) or hasattr(source, "read"):
        return {_name(source): source}
    return _among(source)


def _among(sources: Iterable[tuple[str, Path | BinaryIO]]) -> dict[str, Path | BinaryIO]:
    """Files by their names, of folders what is in them. Raises `DatasetError`: two have one name."""
    found: dict[str, Path | BinaryIO] = {}
    for name, each in sources:
        is_folder = isinstance(each, Path) and each.is_dir()
        inside = (
            [(f"{name}/{inner}", path) for inner, path in _in_folder(each)] if is_folder else [(name, each)]
        )
        for key, path in inside:
            if key in found:
                raise DatasetError(
                    f"{_shown(key)}: received two files of that name, expected "
                    "different ones. Put them into folders by class, or rename one."
                )
            found[key] = path
    return found


def _in_folder(root: Path) -> Iterator[tuple[str, Path]]:
    """Its files; no links that lead out of it."""
    inside, count = root.resolve(), 0
    for folder, folders, names in os.walk(root):
        folders.sort()
        count += len(names)
        if count > MOST_FILES:
            raise DatasetError(_too_many(root.name))
        for path in (Path(folder, name) for name in sorted(names)):
            if not path.is_symlink() or path.resolve().is_relative_to(inside):
                yield path.relative_to(root).as_posix(), path


def _add(
    found: _Found,
    name: str,
    source: Path | BinaryIO,
    within: str,
    depth: int = 0,
) -> None:
    """A file; of a zip of more than arrays what is in it. `within`: the folder it stands for."""
    if _NO_DATA.search(name):
        return
    if len(found.entries) >= MOST_FILES:
        raise DatasetError(_too_many("Files"))
    archive = _archive(source, found.stack, name)
    if archive is None:
        found.entries[name] = _entry(source)
    else:
        _add_members(found, archive, name, _SAMPLES.sub("", within), depth)


def _too_many(title: str) -> str:
    return f"{title}: received more than {MOST_FILES:,} files, expected at most as many. Keep fewer."


def _entry(source: Path | BinaryIO) -> _Entry:
    if isinstance(source, Path):
        return _Entry(source.stat().st_size, partial(opened_file, source, sys.maxsize))
    return _Entry(source.seek(0, io.SEEK_END), partial(_rewound, source))


def _rewound(stream: BinaryIO) -> AbstractContextManager[BinaryIO]:
    stream.seek(0)
    return nullcontext(stream)


def _archive(source: Path | BinaryIO, stack: ExitStack, name: str) -> zipfile.ZipFile | None:
    """It, where the file is a zip of more than arrays, which are what an `.npz` has."""
    with _entry(source).open() as stream:
        if stream.read(4) not in (b"PK\3\4", b"PK\5\6"):
            return None
    try:
        archive = stack.enter_context(zip_archive(source, MOST_DIRECTORY_BYTES))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        if name.lower().endswith(".npz"):
            return None  # its reader says what is wrong
        shown_name = _shown(name)
        raise DatasetError(
            f"{shown_name} is no .zip file, or cut short ({reason(error)}). Pack it again."
        ) from error
    is_npz = bool(archive.namelist()) and all(each.endswith(".npy") for each in archive.namelist())
    return None if is_npz or name.lower().endswith(".npz") else archive


def _add_members(found: _Found, archive: zipfile.ZipFile, name: str, within: str, depth: int) -> None:
    _check_members(found, archive, name)
    for about in archive.infolist():
        inside = about.filename.replace("\\", "/")
        path = (PurePosixPath(within) / inside).as_posix()
        if about.is_dir() or _NO_DATA.search(inside):
            continue
        if inside.lower().endswith(".zip") and depth < MOST_DEPTH and about.file_size < MOST_NESTED_BYTES:
            copy = found.stack.enter_context(_copied(archive, about))
            _add(found, path, copy, path, depth + 1)
        else:
            found.entries[path] = _Entry(about.file_size, partial(member, archive, about.filename))


def _check_members(found: _Found, archive: zipfile.ZipFile, name: str) -> None:
    """Raise `DatasetError` for a path that leads out, and for more than anybody unpacks, of all zips."""
    members = archive.infolist()
    for about in members:
        if _OUTSIDE.search(about.filename.replace("\\", "/")):
            raise DatasetError(f"{_shown(about.filename)} leads out of the archive. Pack the folder anew.")
    found.members += len(members)
    found.unpacked += sum(about.file_size for about in members)
    if found.unpacked > MOST_UNPACKED_BYTES or found.members > MOST_FILES:
        raise DatasetError(
            f"{_shown(name)}: received {found.members:,} files of "
            f"{found.unpacked:,} bytes unpacked, expected at most {MOST_FILES:,} of "
            f"{MOST_UNPACKED_BYTES:,}. Keep fewer."
        )


@contextmanager
def _copied(archive: zipfile.ZipFile, about: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile(prefix="lenet-") as copy:
        try:
            with member(archive, about.filename) as stream:
                shutil.copyfileobj(stream, copy, 1 << 20)
        except DAMAGE as error:
            raise DatasetError(
                f"{_shown(about.filename)} is damaged or cut short ({reason(error)})."
            ) from error
        yield copy
