"""Kuzushiji-MNIST: 70,000 cursive Japanese characters, ten of them, in the form of MNIST.

Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from collections.abc import Iterator
from pathlib import Path

from lenet.data.dataset import DatasetInfo
from lenet.data.downloads import idx_files
from lenet.data.published_files import Candidate, candidate
from lenet.data.sources.published import Published

_NPZ_NAMES = {
    "x_train": "kmnist-train-imgs.npz",
    "y_train": "kmnist-train-labels.npz",
    "x_test": "kmnist-test-imgs.npz",
    "y_test": "kmnist-test-labels.npz",
}


class _Kmnist(Published):
    def candidates_in(self, folder: Path) -> Iterator[Candidate]:
        """Also the four `.npz` files that it is published in as well."""
        yield from super().candidates_in(folder)
        for place in (folder, folder / "kmnist"):
            yield from candidate({key: place / name for key, name in _NPZ_NAMES.items()}, member="arr_0")


KMNIST = _Kmnist(
    about=DatasetInfo(
        name="kmnist",
        title="Kuzushiji-MNIST (KMNIST)",
        image_shape=(28, 28, 1),
        num_classes=10,
        class_names=(
            "o お", "ki き", "su す", "tsu つ", "na な", "ha は", "ma ま", "ya や", "re れ", "wo を",
        ),
        num_train=60_000,
        num_test=10_000,
        licence="CC BY-SA 4.0",
        source="“KMNIST Dataset” (created by CODH), adapted from “Kuzushiji Dataset” (created by NIJL and "
        "others), doi:10.20676/00000341",
    ),
    mirrors=(
        idx_files(
            "http://codh.rois.ac.jp/kmnist/dataset/kmnist/", "kmnist", (18_165_135, 29_497, 3_041_136, 5_120)
        ),
    ),
    idx_folders=("kmnist", "KMNIST/raw"),
    # As TensorFlow Datasets lists them, https://github.com/tensorflow/datasets (url_checksums/kmnist.txt).
    file_checksums={
        "train-images-idx3-ubyte.gz": "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
        "train-labels-idx1-ubyte.gz": "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
        "t10k-images-idx3-ubyte.gz": "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
        "t10k-labels-idx1-ubyte.gz": "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
    },
)  # fmt: skip
