"""Small data sets for tests, made by code, and the files that people keep such data in."""

import csv
import gzip
import io
import struct
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from lenet.data import datasets
from lenet.data.dataset import Dataset

COUNT = 60
LABELS = np.arange(COUNT) % 3


def bars(count: int = COUNT, side: int = 12) -> np.ndarray:
    """(count, side, side) uint8: upright bars, light on dark, as many places as there are images."""
    images = np.zeros((count, side, side), np.uint8)
    for number, image in enumerate(images):
        image[2:-2, 3 + number % (side - 6)] = 55 + 200 * (number + 1) // count
    images[0, 4, 4] = 255
    return images


COLORS = {"red": (220, 60, 60), "green": (30, 140, 30), "blue": (70, 90, 250), "brown": (130, 100, 40),
          "violet": (150, 70, 190)}  # fmt: skip
COLORED = tuple(f"{color} {shape}" for color in COLORS for shape in ("disc", "cross"))


def colored_shapes(count: int = COUNT, side: int = 32) -> tuple[np.ndarray, np.ndarray]:
    """As CIFAR-10 is stored: (count, side, side, 3) uint8, and (count, 1) labels, which `COLORED` names.

    A disc or a cross of one of five colors, of about the same luminance, on a ground of any gray: of ten
    classes shape alone tells two apart, color alone five.
    """
    random, labels = np.random.default_rng(0), np.arange(count) % len(COLORED)
    y, x = np.mgrid[:side, :side]
    images = np.empty((count, side, side, 3), np.uint8)
    for image, label in zip(images, labels, strict=True):
        middle, radius = random.uniform(0.4, 0.6, 2) * side, random.uniform(0.2, 0.3) * side
        across, down = np.abs(x - middle[0]), np.abs(y - middle[1])
        is_disc = across**2 + down**2 < radius**2
        is_cross = (np.minimum(across, down) < radius / 3) & (np.maximum(across, down) < radius)
        color = np.array(list(COLORS.values())[label // 2]) * random.uniform(0.8, 1)
        image[:] = random.integers(0, 256)
        image[is_cross if label % 2 else is_disc] = color
    return images, labels[:, None].astype(np.int64)


def npz(path: Path, **arrays: np.ndarray) -> Path:
    """An `.npz` of these arrays."""
    np.savez(path, **arrays)
    return path


def in_order(images: np.ndarray) -> np.ndarray:
    """The images as they are stored where there is no test part: training ones, then a fifth to test."""
    return images[np.random.default_rng(0).permutation(len(images))]


def stored(name: str) -> np.ndarray:
    """All images of a stored data set, (N, H, W): training ones first."""
    data: Dataset = datasets.load(name)
    return np.concatenate([data.x_train, data.x_test])[..., 0]


def stored_labels(name: str) -> list[str]:
    """The names of the classes of its images, in the same order."""
    data: Dataset = datasets.load(name)
    return [data.class_names[label] for label in np.concatenate([data.y_train, data.y_test])]


def picture(image: np.ndarray, kind: str = "png") -> bytes:
    """An image as the bytes of such a file."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, {"jpg": "jpeg", "tif": "tiff"}.get(kind, kind))
    return file.getvalue()


def folder_of(root: Path, files: dict[str, bytes]) -> Path:
    """A folder with these files, by their names."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def zip_of(path: Path, files: dict[str, bytes]) -> Path:
    """A zip with these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def pictures_by_class(kind: str = "png", prefix: str = "", side: int = 40) -> dict[str, bytes]:
    """Twelve pictures of each of two classes, dark ink on light paper: bars that stand, and that lie."""
    files = {}
    for number in range(12):
        paper = np.full((side, side + 10), 230, np.uint8)
        paper[6:-6, 10 + number : 15 + number] = 30
        files[f"{prefix}standing/{number}.{kind}"] = picture(paper, kind)
        files[f"{prefix}lying/{number}.{kind}"] = picture(np.ascontiguousarray(paper.T), kind)
    return files


def csv_text(rows: Iterable[Sequence[object]], delimiter: str = ",") -> bytes:
    """A table as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


def idx(array: np.ndarray, packed: bool = False) -> bytes:
    """An array of bytes as an IDX file, gzipped or not."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    content = header + array.astype(np.uint8).tobytes()
    return gzip.compress(content) if packed else content
