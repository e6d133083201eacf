"""Uploads from somebody who means no good: each is answered in a sentence, soon, and with little memory."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets
from lenet.errors import DatasetError
from lenet.sentences import LONGEST, is_plain

X = np.random.default_rng(7).integers(0, 256, (50, 8, 6), dtype=np.uint8)
Y = np.arange(50) % 3
MEMORY = 60_000_000  # bytes that a refusal may take for a moment


@pytest.fixture(autouse=True)
def data(bare_machine: Path) -> Path:
    return bare_machine


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def archive(method: int = zipfile.ZIP_DEFLATED, **members: bytes) -> bytes:
    """An `.npz` of X and Y with members changed, or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as target:
        for key, content in ({"x": npy(X), "y": npy(Y)} | members).items():
            target.writestr(f"{key}.npy", content)
    return file.getvalue()


def with_header(text: str, version: int = 1, data: bytes = b"") -> bytes:
    """An array that describes itself with that text."""
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text.encode() + data


def described(shape: str, dtype: str = "'|u1'", fortran: bool = False, data: bytes = b"") -> bytes:
    return with_header(f"{{'descr': {dtype}, 'fortran_order': {fortran}, 'shape': {shape}, }}\n", data=data)


def many_zeros(count: int, shape: str, fortran: bool) -> bytes:
    """So many float64 that are 0, packed without making them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        with target.open("x.npy", "w", force_zip64=True) as member:
            member.write(described(shape, "'<f8'", fortran))
            for _ in range(8 * count // 1_000_000):
                member.write(bytes(1_000_000))
        target.writestr("y.npy", npy(np.arange(count // 784) % 2))
    return file.getvalue()


def names(*code_points: int) -> bytes:
    """Three class names, the first of them made of these, whether or not they are characters."""
    text = struct.pack("<4I", *code_points, *[0] * (4 - len(code_points)))
    rest = b"".join(letter.encode("utf-32-le").ljust(16, b"\0") for letter in "bc")
    return described("(3,)", "'<U4'", data=text + rest)


def members(count: int, name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for number in range(count):
            target.writestr(name.format(number), b"")
    return file.getvalue()


def encrypted() -> bytes:
    content = bytearray(archive())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "Fortran order": (
        lambda: many_zeros(61_250_000, "(78125, 28, 28)", fortran=True),
        "in Fortran order, expected at most 50,000,000 in that order. Save them as numpy.ascontiguousarray",
    ),
    "empty members": (lambda: members(6_000, "{}.npy"), "its list of members has"),
    "pictures": (
        lambda: members(2_000, "holidays/{:012d}.png"),
        "and 1,992 more; expected images and labels",
    ),
    "long names": (lambda: archive(**{"n" * 60_000: b"", "x": b""}), "no header that numpy knows"),
    "labels of nothing": (lambda: archive(y=described("(50,)", "'|S0'")), "expected numbers or text"),
    "labels of records": (
        lambda: archive(y=described("(1,)", "[('a', '<f8', (100000000,))]")),
        "expected numbers or text",
    ),
    "labels of a large type": (
        lambda: archive(y=described("(2,)", "'<U100000000'")),
        "y: received 800,000,000 bytes, expected at most 100,000,000",
    ),
    "labels as text": (lambda: archive(y=npy(np.array(["a"] * 50))), "Classes: received 1 class"),
    "a label of many letters": (
        lambda: archive(y=npy(np.array(["a" * 50, "b"] * 25))),
        "expected names of 1",
    ),
    "one label": (
        lambda: archive(y=described("()", "'<i8'", data=bytes(8))),
        "of shape .., expected labels: whole",
    ),
    "rows of no labels": (lambda: archive(y=described("(1000000000, 0)")), "rows of nothing"),
    "minus signs": (lambda: archive(x=with_header("-" * 9_000 + "1")), "no header that numpy knows"),
    "fewer minus signs": (lambda: archive(x=with_header("-" * 900 + "1")), "no header that numpy knows"),
    "brackets": (lambda: archive(x=with_header("(" * 900)), "no header that numpy knows"),
    "a header of 80 MB": (
        lambda: archive(x=with_header(" " * 80_000_000, 2)),
        "no header that numpy knows",
    ),
    "a shape of many digits": (lambda: archive(x=described(f"({'9' * 800},)")), "is too large: its shape is"),
    "a shape of many sides": (lambda: archive(x=described(f"({'1,' * 300})")), "is too large: its shape is"),
    "a negative shape": (lambda: archive(x=described("(-50, 8, 6)")), "negative size in its shape"),
    "half of a character": (lambda: archive(class_names=names(0xD800)), "expected names of 1 to 40 plain"),
    "no character": (lambda: archive(class_names=names(0x110000)), "damaged or cut short"),
    "backwards": (lambda: archive(class_names=names(0x202E, 97)), "expected names of 1 to 40 plain"),
    "a line break": (lambda: archive(class_names=names(97, 10, 98)), "expected names of 1 to 40 plain"),
    "bzip2": (lambda: archive(zipfile.ZIP_BZIP2, z=bytes(70_000_000)), "compressed in an unknown way"),
    "LZMA": (lambda: archive(zipfile.ZIP_LZMA, z=bytes(10_000_000)), "compressed in an unknown way"),
    "encrypted": (encrypted, "is encrypted or compressed in an unknown way"),
    "gzip and zip": (lambda: b"\x1f\x8b" + archive(), "received something else"),
    "zeros and zip": (lambda: bytes(8) + archive(), "received something else"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_answered_in_a_sentence_soon_and_with_little_memory(name: str, data: Path) -> None:
    make, words = HOSTILE[name]
    file = io.BytesIO(make())
    file.name = "n" * 10_000 + "\ud800.npz"
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(DatasetError, match=words) as refused:
        datasets.add_own("leaves", file)
    seconds, peak = time.perf_counter() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MEMORY and seconds < 5
    assert len(str(refused.value)) <= LONGEST and is_plain(str(refused.value))
    assert not list(data.rglob("*.npz"))


def test_the_largest_upload_takes_little_more_than_its_pixels() -> None:
    file = io.BytesIO(many_zeros(49_000_000, "(62500, 28, 28)", fortran=False))
    tracemalloc.start()
    with pytest.raises(DatasetError, match="every pixel is 0"):
        datasets.add_own("leaves", file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000  # found out block by block


def test_an_array_in_fortran_order_is_read_in_its_own_memory() -> None:
    large = np.asfortranarray(np.tile(X, (400, 2, 2)))  # 20,000 images
    content = archive(x=npy(large), y=npy(np.tile(Y, 400)))
    tracemalloc.start()
    datasets.add_own("leaves", content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * large.nbytes
    order = np.random.default_rng(0).permutation(len(large))[-len(large) // 5 :]
    assert np.array_equal(datasets.load("leaves").x_test[..., 0], large[order])


STORED: dict[str, dict[str, bytes]] = {
    "names that are numbers": {"class_names": npy(np.arange(3))},
    "names without a shape": {"class_names": npy(np.array("abc"))},
    "names with halves of characters": {"class_names": names(0xD800)},
    "names that are no characters": {"class_names": names(0x110000)},
    "large images": {"x_train": described("(10, 60000, 60000, 1)"), "y_train": npy(np.zeros(10, np.int32))},
    "more images than labels": {"y_train": npy(np.zeros(1, np.int32))},
    "no images": {"x_train": npy(np.zeros((0, 8, 6, 1), np.uint8)), "y_train": npy(np.zeros(0, np.int32))},
    "two channels": {"x_train": npy(np.zeros((5, 8, 6, 2), np.uint8))},
    "other sizes": {"x_train": npy(np.zeros((50, 9, 9, 1), np.uint8))},
}


@pytest.mark.parametrize("name", STORED)
def test_what_somebody_laid_into_the_folder_is_a_problem_of_its_own(name: str, data: Path) -> None:
    datasets.add_own("good", archive())
    arrays = {f"x_{part}": npy(X[..., None]) for part in ("train", "test")}
    arrays |= {f"y_{part}": npy(Y.astype(np.int32)) for part in ("train", "test")}
    arrays |= {"class_names": npy(np.array(["a", "b", "c"]))} | STORED[name]
    (data / "own" / "bad.npz").write_bytes(archive(**arrays))
    assert list(datasets.all_datasets())[-1] == "good"
    (problem,) = datasets.problems("bad")
    assert is_plain(problem) and len(problem) <= LONGEST
    for read in (datasets.load, datasets.info, lambda name: datasets.sample(name, 0)):
        with pytest.raises(DatasetError):
            read("bad")


def test_zeros_are_packed_as_the_names_of_these_tests_say() -> None:
    content = many_zeros(1_000_000, "(1000, 1000)", fortran=False)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert np.array_equal(np.load(io.BytesIO(file.read("x.npy"))), np.zeros((1000, 1000)))
    assert zlib.crc32(content) and len(content) < 100_000
