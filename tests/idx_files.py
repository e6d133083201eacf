"""The four IDX files of a data set, as their publishers wrote them."""

import gzip
from pathlib import Path

import numpy as np

IDX_NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}
MAGIC = {"x": bytes([0, 0, 8, 3]), "y": bytes([0, 0, 8, 1])}


def write_idx(
    folder: Path, arrays: dict[str, np.ndarray], dotted: bool = False, gzipped: bool = True
) -> None:
    """The four files as their publishers wrote them: magic number, sizes, bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for key, array in arrays.items():
        sizes = np.array(array.shape, ">u4").tobytes()
        content = MAGIC[key[0]] + sizes + array.tobytes()
        name = IDX_NAMES[key].replace("-idx", ".idx") if dotted else IDX_NAMES[key]
        path = folder / (f"{name}.gz" if gzipped else name)
        path.write_bytes(gzip.compress(content, 1) if gzipped else content)
