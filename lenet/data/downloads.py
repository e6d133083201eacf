"""The way of files from the network to their place. Must not import Streamlit or TensorFlow."""

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from lenet.data.published_files import IDX_NAMES
from lenet.errors import DatasetError

Progress = Callable[[int, int], None]  # bytes received, bytes in all; raising in it stops the download

TIMEOUT_SECONDS = (10, 20)  # to connect; without a single byte
CHUNK_BYTES = 1 << 16
STALE_PART_SECONDS = 24 * 3600


@dataclass(frozen=True)
class RemoteFile:
    """One file of a data set; `num_bytes` is what is expected, for the progress bar only."""

    url: str
    file_name: str  # where it goes, in the data folder
    keys: tuple[str, ...]  # the arrays that it holds
    num_bytes: int


Check = Callable[[RemoteFile, Path], None]  # raises `DatasetError` where what is at the path is not that file


def idx_files(base_url: str, folder: str, num_bytes: tuple[int, int, int, int]) -> tuple[RemoteFile, ...]:
    """The four gzipped IDX files under `base_url`, as the MNIST family is published."""
    return tuple(
        RemoteFile(f"{base_url}{name}.gz", f"{folder}/{name}.gz", (key,), size)
        for (key, name), size in zip(IDX_NAMES.items(), num_bytes, strict=True)
    )


def download_all(
    files: Sequence[RemoteFile], folder: Path, check: Check, progress: Progress | None = None
) -> None:
    """All `files` that are not in `folder` yet, as one progress. Raises as `download` does."""
    sizes = {file: file.num_bytes for file in files}

    def report(file: RemoteFile, received: int, total: int) -> None:
        sizes[file] = max(total, received)
        before = files[: files.index(file)]
        if progress:
            progress(sum(sizes[other] for other in before) + received, sum(sizes.values()))

    for file in files:
        if not is_here(file, folder, check):
            download(file, folder, check, partial(report, file))


def is_here(file: RemoteFile, folder: Path, check: Check) -> bool:
    """Whether the file is in `folder`, and as it should be."""
    try:
        check(file, folder / file.file_name)
    except (DatasetError, OSError):
        return False
    return True


def download(file: RemoteFile, folder: Path, check: Check, progress: Progress) -> None:
    """Fetch `file`, `check` it, and only then give it its name in `folder`, in one step.

    What has arrived before a connection breaks is kept, and the next try asks for the rest only.
    Raises `DatasetError`, and whatever `check` and `progress` raise.
    """
    target = folder / file.file_name
    kept = target.with_name(f".{target.name}.{_short_hash(file.url)}.part")
    part = kept.with_name(f"{kept.name}-{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale_parts(target)
        _claim(kept, part)
        _receive(file.url, part, kept, progress)
        _check_or_discard(file, part, check)
        os.replace(part, target)
    except OSError as error:
        raise DatasetError(f"{target} cannot be written ({error.strerror or error})") from error


def _short_hash(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:8]


def _claim(kept: Path, part: Path) -> None:
    """Take over what an earlier try left; a rename, so that only one process gets it."""
    try:
        os.rename(kept, part)
    except FileNotFoundError:
        part.touch()


def _remove_stale_parts(target: Path) -> None:
    """What killed processes left behind."""
    for part in target.parent.glob(f".{target.name}.*.part*"):
        if time.time() - part.stat().st_mtime > STALE_PART_SECONDS:
            part.unlink(missing_ok=True)


def _check_or_discard(file: RemoteFile, part: Path, check: Check) -> None:
    try:
        check(file, part)
    except DatasetError:
        part.unlink()
        raise


def _receive(url: str, part: Path, kept: Path, progress: Progress) -> None:
    """Append the rest of `url` to `part`; on a failure, leave what there is under the name `kept`."""
    import requests  # here: it takes memory that most processes never need

    try:
        with part.open("r+b") as stream:
            stream.seek(0, os.SEEK_END)
            _append(url, stream, progress)
    except requests.RequestException as error:
        _keep_or_discard(part, kept)
        raise DatasetError(_network_sentence(url, error)) from error
    except BaseException:
        _keep_or_discard(part, kept)
        raise


def _append(url: str, stream: BinaryIO, progress: Progress) -> None:
    import pooch
    from requests import Response, codes

    def start_over_where_no_range(response: Response, **_: object) -> None:
        if response.status_code in (codes.ok, codes.requested_range_not_satisfiable):
            stream.seek(0)
            stream.truncate()

    headers = {"Accept-Encoding": "identity"}
    if stream.tell():
        headers["Range"] = f"bytes={stream.tell()}-"
    fetch = pooch.HTTPDownloader(
        progressbar=_Meter(stream, progress),
        chunk_size=CHUNK_BYTES,
        timeout=TIMEOUT_SECONDS,
        headers=headers,
        hooks={"response": start_over_where_no_range},
    )
    fetch(url, stream, None)


def _keep_or_discard(part: Path, kept: Path) -> None:
    if part.stat().st_size:
        os.replace(part, kept)
    else:
        part.unlink()


def _network_sentence(url: str, error: Exception) -> str:
    host = urlsplit(url).hostname
    response = getattr(error, "response", None)
    if response is not None:
        return f"{host} answered {response.status_code} {response.reason}".rstrip()
    import requests

    if isinstance(error, requests.Timeout):
        return f"{host} does not answer"
    if isinstance(error, requests.ConnectionError):
        return f"there is no connection to {host}"
    return f"the connection to {host} broke off"


class _Meter:
    """What `pooch.HTTPDownloader` takes for a progress bar; what an earlier try received counts too."""

    def __init__(self, stream: BinaryIO, progress: Progress):
        self._stream = stream
        self._progress = progress
        self._total = 0

    @property
    def total(self) -> int:
        """Bytes in all."""
        return self._total

    @total.setter
    def total(self, remaining: int) -> None:
        self._total = self._stream.tell() + remaining
        self.update()

    def update(self, num_bytes: int = 0) -> None:
        """Something has arrived; the position in the file is exact, pooch's `num_bytes` is not."""
        self._progress(self._stream.tell(), self._total)

    def reset(self) -> None:
        """pooch asks for it at the end."""

    def close(self) -> None:
        """pooch asks for it at the end."""
