"""The catalogue of data sets: what is known of each (`DatasetInfo`), what it holds (`Dataset`), its error.

Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from dataclasses import dataclass

import numpy as np

from lenet.sentences import SentenceError


class DatasetError(SentenceError):
    """A data set that cannot be had or used; its message is a sentence for the person at the screen."""


@dataclass(frozen=True)
class DatasetInfo:
    """A data set without its arrays: light enough for every page."""

    name: str
    title: str
    image_shape: tuple[int, int, int]  # height, width, channels
    num_classes: int
    class_names: tuple[str, ...]
    num_train: int
    num_test: int
    licence: str
    source: str


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels, held once per process: the arrays are read-only.

    x_train, x_test: uint8 (N, H, W, C), 0 to 255. y_train, y_test: int32 (N,), 0 to num_classes − 1.
    `verified`: the arrays have the SHA-256 values of the published data set.
    """

    info: DatasetInfo
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    verified: bool

    @classmethod
    def of(cls, info: DatasetInfo, arrays: dict[str, np.ndarray], verified: bool) -> "Dataset":
        """From uint8 images, with or without the axis of channels, and labels of any whole numbers."""
        ready = {}
        for key, array in arrays.items():
            if key.startswith("x"):
                ready[key] = array.reshape(-1, *info.image_shape)
            else:
                ready[key] = array.astype(np.int32)
            ready[key].flags.writeable = False
        return cls(info=info, verified=verified, **ready)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The name of each class, in the order of the labels."""
        return self.info.class_names


_DIGIT_NAMES = tuple("0123456789")
_FASHION_NAMES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip

DATASETS: dict[str, DatasetInfo] = {
    "mnist": DatasetInfo(
        name="mnist",
        title="MNIST digits",
        image_shape=(28, 28, 1),
        num_classes=10,
        class_names=_DIGIT_NAMES,
        num_train=60_000,
        num_test=10_000,
        licence="CC BY-SA 3.0",
        source="Yann LeCun, Corinna Cortes, Christopher Burges: the MNIST database of handwritten digits",
    ),
    "fashion_mnist": DatasetInfo(
        name="fashion_mnist",
        title="Fashion-MNIST",
        image_shape=(28, 28, 1),
        num_classes=10,
        class_names=_FASHION_NAMES,
        num_train=60_000,
        num_test=10_000,
        licence="MIT",
        source="Han Xiao, Kashif Rasul, Roland Vollgraf (Zalando Research): Fashion-MNIST, 2017",
    ),
    "digits": DatasetInfo(
        name="digits",
        title="Small digits, 8×8 (bundled)",
        image_shape=(8, 8, 1),
        num_classes=10,
        class_names=_DIGIT_NAMES,
        num_train=1_500,
        num_test=297,
        licence="CC BY 4.0",
        source="E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits; in scikit-learn",
    ),
    "pens": DatasetInfo(
        name="pens",
        title="Pen digits of thirty people",
        image_shape=(28, 28, 1),
        num_classes=10,
        class_names=_DIGIT_NAMES,
        num_train=6_245,
        num_test=1_249,
        licence="CC BY 4.0",
        source="E. Alpaydin, F. Alimoglu: Pen-Based Recognition of Handwritten Digits; drawn here",
    ),
    "mnist-pens": DatasetInfo(
        name="mnist-pens",
        title="MNIST and distorted pen digits",
        image_shape=(28, 28, 1),
        num_classes=10,
        class_names=_DIGIT_NAMES,
        num_train=83_780,
        num_test=10_000,
        licence="CC BY-SA 3.0 and CC BY 4.0",
        source="MNIST; and Pen-Based Recognition of Handwritten Digits, distorted and drawn here",
    ),
    "my-digits": DatasetInfo(
        name="my-digits",
        title="My digits, drawn here",
        image_shape=(28, 28, 1),
        num_classes=10,
        class_names=_DIGIT_NAMES,
        num_train=0,  # `datasets.info` counts them
        num_test=0,
        licence="your own",
        source="the Draw page: “The right answer was …”",
    ),
}

# SHA-256 of each array's bytes: uint8, C order.
CHECKSUMS: dict[str, dict[str, str]] = {
    "mnist": {
        "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    },
    "fashion_mnist": {
        "x_train": "2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012",
        "y_train": "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
        "x_test": "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
        "y_test": "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
    },
}
