"""Figures of the terms of what a network is made of. Must not import TensorFlow or Keras."""

from dataclasses import replace

import numpy as np
import streamlit as st

from lenet.data.preprocessing import pad
from lenet.figures import arithmetic_svg, paper1998_figures
from lenet.figures.glossary_figures import picture
from lenet.glossary import small_network
from lenet.glossary.small_network import FILTERS, KERNEL, MAP, trained
from lenet.layers import arithmetic
from lenet.layers.arithmetic import ACTIVATIONS, Distance, Largest, Mean
from lenet.layers.paper1998_tables import C3_TABLE, CODE_WIDTH, CODES
from lenet.layers.view import LayerView
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.summary import LayerSummary, summarize
from pages.parts.glossary.drawn import bars, digit, lines, pictures
from pages.parts.shared.charts import drawing
from pages.parts.shared.tables import table
from pages.parts.shared.theme import ink

_LENET5 = "lenet5-1998"


def _layer() -> LayerView:
    """The convolution of the small network at work on the digit."""
    return small_network.layer_view(trained().weights, digit()[0])


def convolution() -> None:
    """One place of one map, worked out."""
    layer, inputs = _layer(), digit()[0][..., None]
    row, column, channel = np.unravel_index(int(layer.after.argmax()), layer.after.shape)
    worked = arithmetic.convolution(layer, inputs, int(channel), int(row), int(column))
    pictures(
        [(inputs[..., 0], "the image, 8×8"), (layer.after[..., channel], f"the map of kernel {channel}")]
    )
    drawing(arithmetic_svg.weighted_sum(worked, ink()), "Window times kernel, number by number")
    st.caption(f"Row {row}, column {column} of the map: {worked.total:.3f} plus the bias {worked.bias:.3f}.")


def kernel() -> None:
    """The eight of the small network."""
    kernels = _layer().kernel[:, :, 0]
    pictures([(kernels[..., each], f"kernel {each}") for each in range(FILTERS)], 72, is_signed=True)
    st.caption("Blue is negative, white zero, red positive; each has learned its nine numbers.")


def feature_map() -> None:
    """The digit, and what each kernel makes of it."""
    maps = _layer().after
    found = [(maps[..., each], f"map {each}") for each in range(FILTERS)]
    pictures([(digit()[0], "the image"), *found], 72)


def _convolved(layer: LayerView, size: int, channel: int = 0) -> np.ndarray:
    """(size, size): the map of one kernel with the layer's stride and padding."""
    inputs = digit()[0][..., None]
    values = [
        arithmetic.convolution(layer, inputs, channel, *place).after for place in np.ndindex(size, size)
    ]
    return np.reshape(values, (size, size))


def stride() -> None:
    """The same kernel at stride 1 and 2."""
    layer = _layer()
    steps = [(1, MAP), (2, MAP // 2)]
    found = [(_convolved(replace(layer, stride=step), size), f"stride {step}: {size}×{size}")
             for step, size in steps]  # fmt: skip
    pictures([(digit()[0], "the image, 8×8"), *found], of_words=120)


def padding() -> None:
    """Valid and same, and an image with a margin."""
    image, layer = digit()[0], _layer()
    margin = KERNEL // 2
    pictures(
        [
            (image, "the image, 8×8"),
            (_convolved(layer, MAP), f"valid: {MAP}×{MAP}"),
            (_convolved(replace(layer, padding=(margin, margin)), len(image)), "same: 8×8"),
            (pad(image[None, ..., None], 12)[0, ..., 0], "the image padded to 12×12"),
        ],
        of_words=120,
    )


def pooling() -> None:
    """A digit pooled in both ways, and one window in numbers."""
    image = digit()[0]
    windows = np.lib.stride_tricks.sliding_window_view(image, (2, 2))[::2, ::2]
    largest, mean = windows.max(axis=(2, 3)), windows.mean(axis=(2, 3))
    pictures([(image, "the image, 8×8"), (largest, "max pooling: 4×4"), (mean, "average pooling: 4×4")],
             of_words=120)  # fmt: skip
    row, column = np.unravel_index(int(windows.std(axis=(2, 3)).argmax()), largest.shape)
    window = windows[row, column]
    drawing(arithmetic_svg.pooled(Largest(window), ink()), "The four values of one window")
    st.caption(f"The window at row {row}, column {column}: the largest is {Largest(window).after:.3f}, the "
               f"mean {Mean(window).after:.3f}.")  # fmt: skip


def subsampling() -> None:
    """What one unit gives where some of its four inputs are on."""
    squash, on = ACTIVATIONS["scaled_tanh"], list(range(5))
    kinds = {"blurs": (0.2, 0.0), "noisy OR": (2.0, 6.0), "noisy AND": (2.0, -6.0)}
    found = {
        f"{name}: coefficient {scale:g}, bias {shift:g}": (
            on, [squash((2 * count - 4) * scale + shift) for count in on],
        )
        for name, (scale, shift) in kinds.items()
    }  # fmt: skip
    lines(found, "Inputs of four that are on", "Output of the unit")


def partial_connections() -> None:
    """Table I of the paper."""
    connected = np.array([[source in seen for seen in C3_TABLE] for source in range(6)])
    rows = table(paper1998_figures.connection_rows(connected))
    st.vega_lite_chart(rows, paper1998_figures.connection_spec("S2", "C3"), height=230, width=620)
    st.caption(paper1998_figures.connections_in_words(connected))


def dense_layer() -> None:
    """The weights of the unit of one class."""
    label = digit()[1]
    weights = trained().weights.dense[:, label].reshape(MAP, MAP, FILTERS)
    pictures([(weights[..., each], f"map {each}") for each in range(FILTERS)], 72, is_signed=True)
    st.caption(f"All {weights.size} weights of the output for class {label}: one for each value of each map.")


def activation() -> None:
    """Four functions."""
    sums = np.linspace(-3, 3, 61)
    names = {"relu": "relu", "tanh": "tanh", "scaled_tanh": "1.7159 · tanh(2a/3)", "sigmoid": "sigmoid"}
    found = {title: (sums, [ACTIVATIONS[name](each) for each in sums]) for name, title in names.items()}
    lines(found, "Sum of the unit", "Output of the unit")


def _logits() -> np.ndarray:
    """(classes,) of the digit."""
    weights = trained().weights
    return small_network.logits_of(weights, small_network.feature_maps(weights, digit()[0][None]))[0]


def logits() -> None:
    """Those of the digit."""
    image, label = digit()
    pictures([(image, f"a {label} of the test set")], of_words=180)
    bars(
        [str(each) for each in range(10)], {"logit": _logits().tolist()}, "Logit of each class", number=".2f"
    )


def softmax() -> None:
    """From the logits of the digit to probabilities."""
    scores = _logits()
    worked, names = arithmetic.softmax(scores), [str(each) for each in range(10)]
    drawing(arithmetic_svg.shares(worked, names, int(scores.argmax()), ink()), "Scores and shares")


def rbf_units() -> None:
    """The codes, and how far each is from that of a three."""
    codes = np.array(CODES, float)
    away = ((codes - codes[3]) ** 2).sum(axis=1)
    bitmaps = codes.reshape(10, -1, CODE_WIDTH)
    pictures([(each, f"{number}: {away[number]:.0f}") for number, each in enumerate(bitmaps)], 63)
    st.caption(
        "The ten codes of 84 values, +1 or −1, and the penalty of each class where the layer before gives "
        "exactly the code of 3: the squared distance to it. Below, that of 8."
    )
    worked = Distance(bitmaps[3], bitmaps[8])
    drawing(arithmetic_svg.distance(worked, ink()), "The code of 3 beside that of 8")


def batch_normalization() -> None:
    """The sums of each kernel over a batch, before and after."""
    weights, images = trained().weights, small_network.digits().x_train[:32]
    sums = small_network.patches(images) @ weights.kernels + weights.kernel_bias  # (32, 36, filters)
    deviations, means = sums.std(axis=(0, 1)), sums.mean(axis=(0, 1))
    after = (sums - means) / deviations
    names = [f"map {each}" for each in range(FILTERS)]
    bars(names, {"before": deviations.tolist(), "after": after.std(axis=(0, 1)).tolist()},
         "Standard deviation over 32 images", number=".2f")  # fmt: skip
    words = (
        f"The means, from {means.min():.2f} to {means.max():.2f} before, are {abs(after.mean()):.2f} after."
    )
    st.caption(words.replace("-", "−"))


def dropout() -> None:
    """One map, whole, and as three updates see it."""
    maps, random = _layer().after, np.random.default_rng(0)
    channel = int(maps.sum(axis=(0, 1)).argmax())
    whole = maps[..., channel]
    kept = [whole * (random.random(whole.shape) < 0.5) / 0.5 for _ in range(3)]
    updates = [(each, f"update {number}") for number, each in enumerate(kept, start=1)]
    pictures([(whole, "the map"), *updates])
    st.caption(f"Half of the values are 0, the others doubled. Mean: {whole.mean():.3f} without dropout; "
               f"{', '.join(f'{each.mean():.3f}' for each in kept)} with it.")  # fmt: skip


def _layers() -> tuple[LayerSummary, ...]:
    """Of the network of 1998."""
    found = ARCHITECTURES[_LENET5]
    return summarize(found.layers, found.input_shape).layers


def _count(field: str, title: str) -> None:
    """A count of each layer of the network of 1998, and the sum."""
    layers = _layers()
    counts = [getattr(layer, field) for layer in layers]
    bars([layer.name for layer in layers], {title: counts}, title, number=",")
    st.caption(f"The network of 1998, layer by layer: {sum(counts):,} in all.")


def receptive_field() -> None:
    """What one unit of each layer of the network of 1998 sees of a digit."""
    image = pad(picture(digit()[0], 24)[None, ..., :1], 32)[0, ..., 0] / 255
    found = []
    for layer in _layers()[:5]:
        side = layer.receptive_field[0]
        window = (slice((32 - side) // 2, (32 - side) // 2 + side),) * 2
        shown = 0.1 + 0.2 * image
        shown[window] = 0.4 + 0.6 * image[window]
        colored = np.rint(255 * shown).astype(np.uint8)[..., None].repeat(3, axis=-1)
        found.append((colored, f"{layer.name}: {side}×{side}"))
    pictures(found, 128)
    st.caption("The network of 1998: what one unit of each layer sees of an image of 32×32 pixels.")


FIGURES = {
    "convolution": convolution,
    "kernel": kernel,
    "feature map": feature_map,
    "stride": stride,
    "padding": padding,
    "pooling": pooling,
    "subsampling": subsampling,
    "partial connections": partial_connections,
    "dense layer": dense_layer,
    "activation": activation,
    "logits": logits,
    "softmax": softmax,
    "RBF units": rbf_units,
    "batch normalization": batch_normalization,
    "dropout": dropout,
    "trainable parameters": lambda: _count("parameters", "Trainable parameters"),
    "connections": lambda: _count("connections", "Connections"),
    "multiply-adds": lambda: _count("multiply_adds", "Multiply-adds for one image"),
    "receptive field": receptive_field,
}
