"""Weights: how large they are in the chosen layer, and which way training pulls them at this epoch.

Must not import TensorFlow or Keras.
"""

import numpy as np
import streamlit as st

from lenet.figures.arithmetic_svg import digits
from lenet.figures.feature_map_sheets import histogram_spec
from lenet.formatting import decimal
from lenet.inspection.histogram import histogram
from lenet.runs.folder import default_folder
from lenet.runs.layers import rules_of
from pages.parts.inspect.network_choice import Network
from pages.parts.inspect.position import Place
from pages.parts.shared.charts import vega_chart
from pages.parts.shared.glossary_links import term
from pages.parts.shared.markdown import escaped
from pages.parts.shared.paper1998_views import coefficients
from pages.parts.shared.questions import ask, what_is_awaited
from pages.parts.shared.tables import table


def weights_view(network: Network, where: Place) -> None:
    """Two histograms of the chosen layer: move the epoch, and they move."""
    layer = where.layer
    if layer.kind == "subsampling":
        coefficients(layer)
        return
    if layer.kernel is None or not rules_of(layer.kind).has_kernel:  # codes are fixed
        st.info(f"{layer.name} has no weights to learn. Choose a convolution or a dense layer above.",
                icon=":material/tune:")  # fmt: skip
        return
    left, right = st.columns(2)
    with left:
        st.markdown(f"**Weights of {layer.name}**, {layer.kernel.size:,} and {_biases(layer.bias)}")
        _chart("weights", histogram(layer.kernel), "Weight")
        st.caption(_in_words(layer.kernel))
    with right:
        st.markdown(f"**{term('gradient', 'Gradient')} of the loss by the weights of {layer.name}**")
        _gradient(network, layer.key)


def _biases(bias: np.ndarray | None) -> str:
    return "no biases" if bias is None else f"{bias.size:,} biases"


def _in_words(kernel: np.ndarray) -> str:
    largest = np.abs(kernel).max()
    return f"Mean {decimal(kernel.mean(), 4)}, standard deviation {kernel.std():.4f}, largest ±{largest:.4f}."


def _gradient(network: Network, key: str) -> None:
    """What training would change here now."""
    reply = ask(
        "gradients", "lenet.inspection.gradients.gradients", (network.spec, str(default_folder().resolve()))
    )
    if reply.problem:
        st.info(escaped(reply.problem))
    elif not reply.values:
        st.caption(f":material/hourglass_top: {what_is_awaited()}")
    elif key in reply.values[0].bins:
        found = reply.values[0]
        _chart("gradients", found.bins[key], "Gradient")
        st.caption(
            f"Of the cross-entropy of the first {found.images} training images, {found.loss:.4f}; mean size "
            f"{digits(found.sizes[key], 3)}. Training moves each weight against its gradient."
        )


def _chart(name: str, bins: dict[str, list[float]], title: str) -> None:
    vega_chart(table(bins), histogram_spec(title), 260, key=f"histogram-{name}")
