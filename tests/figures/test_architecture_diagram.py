"""Figures: what is drawn, in how many traces."""

import pytest

from lenet.figures.architecture_diagram import network_figure
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.summary import summarize
from lenet.runs.layers import Conv, Dense, MaxPool


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_network_figure_names_every_layer_with_its_shape(name: str) -> None:
    architecture = ARCHITECTURES[name]
    summary = summarize(architecture.layers, architecture.input_shape)
    figure = network_figure(summary)
    assert len(figure.data) <= 8
    assert len(figure.data[-1].hovertext) == len(summary.layers) + 1
    assert f"{summary.layers[-1].parameters:,} parameters" in figure.data[-1].hovertext[-1]


def test_network_figure_labels() -> None:
    figure = network_figure(summarize(ARCHITECTURES["lenet5-relu"].layers, (28, 28, 1)))
    words = figure.data[-2].text
    assert words[:8] == tuple(
        f"<b>{name}</b>" for name in ("Input", "C1", "S2", "C3", "S4", "F5", "F6", "Output")
    )
    assert words[8:16] == ("28×28×1", "24×24×6", "12×12×6", "8×8×16", "4×4×16", "120", "84", "10")
    assert words[16:] == ("5×5", "2×2", "5×5", "2×2")


def test_network_figure_ends_where_layers_stop_fitting() -> None:
    layers = (Conv(filters=6), MaxPool(size=6), Conv(filters=16), Dense(units=10))
    figure = network_figure(summarize(layers, (28, 28, 1)))
    assert len(figure.data[-1].hovertext) == 3


def test_network_figure_of_the_largest_network_a_config_takes() -> None:
    figure = network_figure(summarize((Conv(padding="same"),) * 63 + (Dense(units=10),), (28, 28, 1)))
    assert len(figure.data) <= 8
    assert not figure.data[-2].text
