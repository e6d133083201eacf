"""Fashion-MNIST: 70,000 pictures of clothes. Must not import Streamlit, TensorFlow, Keras or scikit-learn."""

from lenet.data.dataset import DatasetInfo
from lenet.data.downloads import idx_files
from lenet.data.sources.published import Published

_ZALANDO = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_NUM_BYTES = (26_421_880, 29_515, 4_422_102, 5_148)

FASHION_MNIST = Published(
    about=DatasetInfo(
        name="fashion_mnist",
        title="Fashion-MNIST",
        image_shape=(28, 28, 1),
        num_classes=10,
        class_names=(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
            "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
        ),
        num_train=60_000,
        num_test=10_000,
        licence="MIT",
        source="Han Xiao, Kashif Rasul, Roland Vollgraf (Zalando Research): Fashion-MNIST, 2017",
        is_drawn=False,
    ),
    mirrors=(
        idx_files(_ZALANDO, "fashion-mnist", _NUM_BYTES),
        idx_files(_KERAS, "fashion-mnist", _NUM_BYTES),
    ),
    npz_names=("fashion_mnist.npz", "fashion-mnist.npz"),
    idx_folders=("fashion-mnist", "fashion_mnist", "FashionMNIST/raw", ""),
    array_checksums={
        "x_train": "2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012",
        "y_train": "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
        "x_test": "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
        "y_test": "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
    },
)  # fmt: skip
