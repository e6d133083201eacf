"""The list of data sets. Must not import Streamlit, TensorFlow, Keras or scikit-learn."""

from lenet.data.sources.digits import DIGITS
from lenet.data.sources.drawn import MY_DIGITS
from lenet.data.sources.fashion_mnist import FASHION_MNIST
from lenet.data.sources.kmnist import KMNIST
from lenet.data.sources.mnist import MNIST
from lenet.data.sources.mnist_pens import MNIST_PENS
from lenet.data.sources.pens import PENS
from lenet.data.sources.source import Source

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        MNIST,
        FASHION_MNIST,
        KMNIST,
        DIGITS,
        PENS,
        MNIST_PENS,
        MY_DIGITS,
    )
}
