"""The named networks as data: the published ones and our own, each from input to output.

Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass

from lenet.layers.kind import Shape
from lenet.layers.paper1998_tables import C3_TABLE, LENET1_TABLE
from lenet.runs.layers import (
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Layer,
    MaxPool,
    PartialConv,
    RadialBasis,
    Subsampling,
)


@dataclass(frozen=True)
class Architecture:
    """A named network: its layers from input to output, for images of `input_shape`."""

    name: str
    title: str
    layers: tuple[Layer, ...]
    source: str
    description: str
    input_shape: Shape = (28, 28, 1)


_LENET5_LINEAR = Architecture(
    name="lenet5-linear",
    title="LeNet-5 with linear convolutions",
    input_shape=(32, 32, 1),
    layers=(
        Conv(filters=6, kernel_size=5, activation="linear"),  # 28×28×6
        AveragePool(size=2),  # 14×14×6
        Conv(filters=16, kernel_size=5, activation="linear"),  # 10×10×16
        AveragePool(size=2),  # 5×5×16
        Dense(units=120, activation="relu"),
        Dense(units=84, activation="relu"),
        Dense(units=10, activation="softmax"),
    ),
    source="Blog post “CNN LeNet-5 on MNIST”, 2021",
    description="The sizes of LeNet-5; its convolutions have no activation, so all before the first dense "
    "layer is one linear map.",
)

_LENET_20_50 = Architecture(
    name="lenet-20-50",
    title="LeNet with 20 and 50 maps",
    layers=(
        Conv(filters=20, kernel_size=5, padding="same", activation="relu"),  # 28×28×20
        MaxPool(size=2),  # 14×14×20
        Conv(filters=50, kernel_size=5, padding="same", activation="relu"),  # 14×14×50
        MaxPool(size=2),  # 7×7×50
        Dense(units=500, activation="relu"),
        Dense(units=10, activation="softmax"),
    ),
    source="Blog post “LeNet For MNIST”, 2019",
    description="The wide variant: nearly all of its 1.3 million parameters sit in the first dense layer.",
)

_LENET5_RELU = Architecture(
    name="lenet5-relu",
    title="LeNet-5 with relu and max pooling",
    layers=(
        Conv(filters=6, kernel_size=5, activation="relu"),  # 24×24×6
        MaxPool(size=2),  # 12×12×6
        Conv(filters=16, kernel_size=5, activation="relu"),  # 8×8×16
        MaxPool(size=2),  # 4×4×16
        Dense(units=120, activation="relu"),
        Dense(units=84, activation="relu"),
        Dense(units=10, activation="linear"),
    ),
    source="Blog post “Lenet5 from scratch”, 2022",
    description="LeNet-5 on 28×28 without padding, with today's relu and max pooling; it ends in logits.",
)

_CNN_16_32 = Architecture(
    name="cnn-16-32",
    title="CNN with 16 and 32 maps",
    layers=(
        Conv(filters=16, kernel_size=3, activation="relu"),  # 26×26×16
        MaxPool(size=2),  # 13×13×16
        Conv(filters=32, kernel_size=3, activation="relu"),  # 11×11×32
        MaxPool(size=2),  # 5×5×32
        Dense(units=128, activation="relu"),
        Dense(units=10, activation="softmax"),
    ),
    source="Notebook page “CNN with the MNIST Dataset”",
    description="Small 3×3 kernels and more maps: the best of the published five on MNIST.",
)

_LENET5_TANH = Architecture(
    name="lenet5-tanh",
    title="LeNet-5 with tanh and average pooling",
    layers=(
        Conv(filters=6, kernel_size=5, padding="same", activation="tanh"),  # 28×28×6
        AveragePool(size=2),  # 14×14×6
        Conv(filters=16, kernel_size=5, activation="linear"),  # 10×10×16
        AveragePool(size=2),  # 5×5×16
        Conv(filters=120, kernel_size=5, activation="tanh"),  # 1×1×120
        Dense(units=84, activation="tanh"),
        Dense(units=10, activation="linear"),
    ),
    source="Blog post “FashionMNIST classification using LeNet-5 architecture”, 2020",
    description="Close to the paper of 1998: C5 is a convolution; C3 has no activation.",
)

_LENET5_RELU_AVG = Architecture(
    name="lenet5-relu-avg",
    title="LeNet-5 with relu and average pooling",
    layers=(
        Conv(filters=6, kernel_size=5, padding="same", activation="relu"),  # 28×28×6
        AveragePool(size=2),  # 14×14×6
        Conv(filters=16, kernel_size=5, activation="linear"),  # 10×10×16
        AveragePool(size=2),  # 5×5×16
        Conv(filters=120, kernel_size=5, activation="relu"),  # 1×1×120
        Dense(units=84, activation="relu"),
        Dense(units=10, activation="linear"),
    ),
    source="Blog post “FashionMNIST classification using LeNet-5 architecture”, 2020",
    description="`lenet5-tanh` with relu for every tanh.",
)

_DENSE_2 = Architecture(
    name="dense-2",
    title="Two dense layers",
    layers=(
        Dense(units=128, activation="relu"),
        Dense(units=10, activation="softmax"),
    ),
    source="Predecessor in the blog post “CNN LeNet-5 on MNIST”, 2021 (96.66 % there)",
    description="No convolution: every pixel to every unit. The width of its hidden layer is our choice.",
)

_DENSE_3 = Architecture(
    name="dense-3",
    title="Three dense layers",
    layers=(
        Dense(units=128, activation="relu"),
        Dense(units=64, activation="relu"),
        Dense(units=10, activation="softmax"),
    ),
    source="Predecessor in the notebook page “CNN with the MNIST Dataset” (98.04 % there)",
    description="One dense layer more than `dense-2`. The widths of its hidden layers are our choice.",
)

_LENET_1 = Architecture(
    name="lenet-1",
    title="LeNet-1",
    layers=(
        Conv(filters=4, kernel_size=5, activation="tanh"),  # 24×24×4
        AveragePool(size=2),  # 12×12×4
        Conv(filters=12, kernel_size=5, activation="tanh"),  # 8×8×12
        AveragePool(size=2),  # 4×4×12
        Dense(units=10, activation="softmax"),
    ),
    source="LeCun et al., “Gradient-Based Learning Applied to Document Recognition”, 1998: about 2,600 "
    "parameters, 100,000 multiply-adds, 1.7 % test error",
    description="The smallest of the family. Departures: each map of C3 sees all maps of S2, pooling has "
    "nothing to train, the output is a softmax; hence 3,246 parameters.",
)

_LENET_4_LIKE = Architecture(
    name="lenet-4-like",
    title="LeNet-4 with full connections",
    input_shape=(32, 32, 1),
    layers=(
        Conv(filters=4, kernel_size=5, activation="tanh"),  # 28×28×4
        Conv(filters=8, kernel_size=2, strides=2, activation="tanh"),  # 14×14×8
        Conv(filters=16, kernel_size=5, activation="tanh"),  # 10×10×16
        AveragePool(size=2),  # 5×5×16
        Dense(units=120, activation="tanh"),
        Dense(units=10, activation="softmax"),
    ),
    source="LeCun et al., “Gradient-Based Learning Applied to Document Recognition”, 1998: about 17,000 "
    "parameters, 260,000 multiply-adds, 1.1 % test error",
    description="The paper's numbers of maps: 4, 8, 16, 16, then 120 units. Departures: its 8 subsampling "
    "maps take in one map of C1 each, here a 2×2 convolution of stride 2 sees all 4; C3 sees all maps; the "
    "output is a softmax. The first dense layer alone has 48,120 parameters, so the published 17,000 cannot "
    "be a full connection.",
)

_DIGITS_QUICK = Architecture(
    name="digits-quick",
    title="Small CNN for 8×8 digits",
    input_shape=(8, 8, 1),
    layers=(
        Conv(filters=32, kernel_size=3, padding="same", activation="relu"),  # 8×8×32
        BatchNorm(),
        Conv(filters=64, kernel_size=3, activation="relu"),  # 6×6×64
        BatchNorm(),
        MaxPool(size=2),  # 3×3×64
        Dropout(rate=0.3),
        Dense(units=128, activation="relu"),
        Dropout(rate=0.3),
        Dense(units=10, activation="softmax"),
    ),
    source="LeNet Lab",
    description="Trains in seconds on the digits that scikit-learn carries. At 8×8 it pools once only.",
)

_LENET5_DRAW = Architecture(
    name="lenet5-draw",
    title="LeNet for drawn digits",
    layers=(
        Conv(filters=24, kernel_size=5, activation="linear"),  # 24×24×24
        MaxPool(size=2),  # 12×12×24
        BatchNorm(),
        Activation(function="relu"),
        Conv(filters=40, kernel_size=3, activation="linear"),  # 10×10×40
        BatchNorm(),
        Activation(function="relu"),
        Conv(filters=52, kernel_size=3, activation="linear"),  # 8×8×52
        BatchNorm(),
        Activation(function="relu"),
        Conv(filters=56, kernel_size=3, activation="linear"),  # 6×6×56
        MaxPool(size=2),  # 3×3×56
        BatchNorm(),
        Activation(function="relu"),
        Dropout(rate=0.2),
        Dense(units=10, activation="softmax"),
    ),
    source="LeNet Lab",
    description="No more parameters than LeNet-5, nearly all of them in convolutions, where each serves many "
    "places: hidden dense layers of the same cost were worse on strokes and on MNIST.",
)

_LENET5_1998 = Architecture(
    name="lenet5-1998",
    title="LeNet-5 as the paper has it",
    input_shape=(32, 32, 1),
    layers=(
        Conv(filters=6, kernel_size=5, activation="scaled_tanh"),  # 28×28×6
        Subsampling(size=2),  # 14×14×6
        PartialConv(kernel_size=5, table=C3_TABLE),  # 10×10×16
        Subsampling(size=2),  # 5×5×16
        Conv(filters=120, kernel_size=5, activation="scaled_tanh"),  # 1×1×120
        Dense(units=84, activation="scaled_tanh"),
        RadialBasis(),
    ),
    source="LeCun et al., “Gradient-Based Learning Applied to Document Recognition”, 1998, section II",
    description="The network of 1998, whole: trainable subsampling, the partial connections of C3, a scaled "
    "tanh, and ten fixed codes as the output.",
)

_LENET1_1998 = Architecture(
    name="lenet1-1998",
    title="LeNet-1 as in the 1990s",
    layers=(
        Conv(filters=4, kernel_size=5, activation="scaled_tanh"),  # 24×24×4
        Subsampling(size=2),  # 12×12×4
        PartialConv(kernel_size=5, table=LENET1_TABLE),  # 8×8×12
        Subsampling(size=2),  # 4×4×12
        Dense(units=10, activation="softmax"),
    ),
    source="LeCun et al., “Handwritten Digit Recognition with a Back-Propagation Network”, 1990: 2,578 "
    "parameters, 98,442 connections",
    description="The smallest of the family, with trainable subsampling and partial connections. Which 20 of "
    "the 48 pairs of maps are connected is ours; their number gives the published counts. The output is a "
    "softmax.",
)

_MNIST_FAST = Architecture(
    name="mnist-fast",
    title="Quickly good on MNIST",
    layers=(
        Conv(filters=16, kernel_size=5, activation="relu"),  # 24×24×16
        MaxPool(size=2),  # 12×12×16
        Conv(filters=48, kernel_size=3, activation="linear"),  # 10×10×48
        MaxPool(size=2),  # 5×5×48
        BatchNorm(),
        Activation(function="relu"),
        Dense(units=64, activation="linear"),
        BatchNorm(),
        Activation(function="relu"),
        Dense(units=10, activation="softmax"),
    ),
    source="LeNet Lab",
    description="Normalised where numbers are few: behind the second pool and the dense layer. That lets it "
    "learn at eight times the usual rate, and costs little.",
)

_LENET5_BEST = Architecture(
    name="lenet5-best",
    title="The best with LeNet-5's parameters",
    layers=(
        Conv(filters=32, kernel_size=3, padding="same", activation="linear"),  # 28×28×32
        MaxPool(size=2),  # 14×14×32
        BatchNorm(),
        Activation(function="relu"),
        Conv(filters=48, kernel_size=3, padding="same", activation="linear"),  # 14×14×48
        MaxPool(size=2),  # 7×7×48
        BatchNorm(),
        Activation(function="relu"),
        Conv(filters=56, kernel_size=3, activation="linear"),  # 5×5×56
        BatchNorm(),
        Activation(function="relu"),
        Dense(units=14, activation="linear"),
        BatchNorm(),
        Activation(function="relu"),
        Dense(units=10, activation="softmax"),
    ),
    source="LeNet Lab",
    description="Fewer parameters than LeNet-5, in three convolutions with many maps and a narrow dense "
    "layer, each normalised behind its pool, where numbers are few.",
)

ARCHITECTURES: dict[str, Architecture] = {
    architecture.name: architecture
    for architecture in (
        _LENET5_LINEAR,
        _LENET_20_50,
        _LENET5_RELU,
        _CNN_16_32,
        _LENET5_TANH,
        _LENET5_RELU_AVG,
        _DENSE_2,
        _DENSE_3,
        _LENET_1,
        _LENET_4_LIKE,
        _DIGITS_QUICK,
        _LENET5_DRAW,
        _LENET5_1998,
        _LENET1_1998,
        _MNIST_FAST,
        _LENET5_BEST,
    )
}
