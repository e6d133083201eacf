"""The output of a list of layers follows the classes of the data."""

import pytest

from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.output_classes import classes_of, with_classes
from lenet.networks.validation import find_problems
from lenet.runs.layers import Activation, Dense, MaxPool


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_tells_three_classes_apart_but_the_paper_with_its_codes(name: str) -> None:
    architecture = ARCHITECTURES[name]
    layers = with_classes(architecture.layers, 3)
    has_codes = classes_of(architecture.layers) is None
    assert bool(find_problems(layers, architecture.input_shape, 3)) is has_codes
    assert layers[:-1] == architecture.layers[:-1] and with_classes(layers, 10) == architecture.layers


def test_an_activation_after_the_output_stays() -> None:
    layers = (Dense(units=10), Activation(function="softmax"))
    assert with_classes(layers, 3) == (Dense(units=3), layers[1]) and classes_of(layers) == 10


@pytest.mark.parametrize("layers", [(), (MaxPool(),), (Dense(units=10), MaxPool())])
def test_what_does_not_end_with_a_dense_layer_stays(layers: tuple) -> None:
    assert with_classes(layers, 3) == layers and classes_of(layers) is None
