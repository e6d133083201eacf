"""The data sets that everybody can have: what they are, and how their files are known.

Must not import Streamlit, TensorFlow or Keras.
"""

from lenet.data.dataset import DatasetInfo

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
        source="the Draw page: “The correct digit is …”",
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
