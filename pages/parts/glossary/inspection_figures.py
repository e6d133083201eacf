"""Figures of the terms of looking inside a network. Must not import TensorFlow or Keras."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from lenet.figures.drawing_figures import heat
from lenet.figures.glossary_figures import point_figure
from lenet.formatting import probability
from lenet.glossary import explanations, small_network
from lenet.glossary.small_network import FILTERS, Weights, trained
from pages.parts.glossary.drawn import ROW, Picture, bars, chart, digit, pictures

_LARGE = 160  # pixels
Method = Callable[[Weights, np.ndarray, int], np.ndarray]


def _heat(title: str, method: Method) -> Picture:
    """The digit, red where it speaks for its class, blue where against."""
    image, label = digit()
    found = method(trained().weights, image, label)
    found = found / (np.abs(found).max() or 1)
    gray = np.rint(image * 255).astype(np.uint8)
    return heat(gray, np.maximum(found, 0), np.maximum(-found, 0)), title


_METHODS: dict[str, Method] = {
    "gradient × input": explanations.gradient_input,
    "Grad-CAM": explanations.grad_cam,
    "occlusion": explanations.occlusion,
}


def attribution() -> None:
    """All three side by side."""
    _heats(*_METHODS)


def _heats(*titles: str) -> None:
    image, label = digit()
    share = small_network.probabilities(trained().weights, image[None])[0, label]
    heats = [_heat(title, _METHODS[title]) for title in titles]
    pictures([(image, f"a {label}: {probability(share)}"), *heats], _LARGE)
    st.caption(f"Red speaks for the class {label}, blue against it.")


def feature_visualization() -> None:
    """For the output of each class."""
    weights = trained().weights
    pictures([(explanations.best_image(weights, label), f"most a {label}") for label in range(10)], 72)
    st.caption(
        "Made from noise, step by step up the gradient of each logit. They need not look like digits: only "
        "what the network looks at counts."
    )


def ablation() -> None:
    """What each kernel is worth."""
    found = 100 * explanations.drops(trained().weights)
    names = [f"kernel {each}" for each in range(FILTERS)]
    bars(names, {"": found.tolist()}, "Points of accuracy lost without it", number=".1f")


def _map() -> tuple[np.ndarray, np.ndarray]:
    return explanations.principal_components(explanations.embedding(trained().weights))


def embedding() -> None:
    """The test digits in two dimensions."""
    points, shares = _map()
    figure = point_figure(points, small_network.digits().y_test, ("First component", "Second component"))
    chart(figure, "Map of the test digits")
    words = f"The 297 test digits by the {len(shares)} values of their feature maps: {sum(shares[:2]):.0%}"
    st.caption(f"{words.replace('%', ' %')} of their variance.")


def principal_components() -> None:
    """How much of the variance each has; the map is that of the embedding."""
    _, shares = _map()
    bars(
        [str(each + 1) for each in range(12)],
        {"": (100 * shares[:12]).tolist()},
        "% of the variance",
        number=".1f",
    )
    embedding()


def tsne() -> None:
    """Whom t-SNE takes for the neighbors of one digit."""
    data = small_network.digits()
    shares = explanations.neighbors(explanations.embedding(trained().weights), ROW)
    nearest = np.argsort(-shares)[:8]
    found = [
        (data.x_test[each], f"a {data.y_test[each]}: {shares[each]:.1%}".replace("%", " %"))
        for each in nearest
    ]
    pictures([(digit()[0], "this digit"), *found], 80)
    st.caption(
        "Its eight nearest test digits by their feature maps, and the share of its neighborhood that t-SNE "
        "gives to each. It then moves points in the plane until they have such neighbors there."
    )


FIGURES = {
    "attribution": attribution,
    "saliency": lambda: _heats("gradient × input"),
    "Grad-CAM": lambda: _heats("Grad-CAM"),
    "occlusion": lambda: _heats("occlusion"),
    "feature visualization": feature_visualization,
    "ablation": ablation,
    "embedding": embedding,
    "principal components": principal_components,
    "t-SNE": tsne,
}
