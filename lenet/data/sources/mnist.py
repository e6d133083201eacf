"""MNIST: 70,000 handwritten digits. Must not import Streamlit, TensorFlow, Keras or scikit-learn."""

from lenet.data.dataset import DatasetInfo
from lenet.data.downloads import RemoteFile, idx_files
from lenet.data.published_files import KEYS
from lenet.data.sources.published import Published

_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_CVDF = "https://storage.googleapis.com/cvdf-datasets/mnist/"

MNIST = Published(
    about=DatasetInfo(
        name="mnist",
        title="MNIST digits",
        image_shape=(28, 28, 1),
        num_classes=10,
        class_names=tuple("0123456789"),
        num_train=60_000,
        num_test=10_000,
        licence="CC BY-SA 3.0",
        source="Yann LeCun, Corinna Cortes, Christopher Burges: the MNIST database of handwritten digits",
    ),
    mirrors=(
        (RemoteFile(f"{_KERAS}mnist.npz", "mnist.npz", KEYS, 11_490_434),),
        idx_files(_CVDF, "mnist", (9_912_422, 28_881, 1_648_877, 4_542)),
    ),
    npz_names=("mnist.npz",),
    idx_folders=("mnist", "MNIST/raw", ""),
    array_checksums={
        "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    },
)
