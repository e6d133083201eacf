"""Layers in a link: every network comes back as it was; what is no network is answered."""

import re

import pytest

from lenet.errors import RunError
from lenet.networks.architectures import ARCHITECTURES
from lenet.runs.layers import LAYER_KINDS, Conv, Dense, Dropout, Layer, MaxPool, PartialConv
from lenet.runs.url_encoding import LONGEST, decode, encode

TEN = (
    Conv(filters=48, kernel_size=7, strides=2, padding="same", activation="scaled_tanh"), MaxPool(size=3),
    Conv(filters=128, kernel_size=3, strides=2, padding="same", activation="gelu"), Dropout(rate=1e-5),
    PartialConv(kernel_size=2, table=((0, 1), (2,), (127, 3, 4))), Dropout(rate=0.1 + 0.2),
    *(Dense(units=units, activation="sigmoid") for units in (1024, 512, 256)),
    Dense(units=10, activation="softmax"),
)  # fmt: skip


@pytest.mark.parametrize(
    "layers", [*(each.layers for each in ARCHITECTURES.values()), TEN], ids=[*ARCHITECTURES, "ten layers"]
)
def test_layers_come_back(layers: tuple[Layer, ...]) -> None:
    text = encode(layers)
    assert decode(text) == layers and re.fullmatch(r"[\w.~-]+", text, re.ASCII)
    assert len(text) < 800, "a link of 2,000 characters has room for everything else"


def test_what_stands_there_can_be_read() -> None:
    text = "conv-filters-16-kernel_size-3~max_pool~dense-units-10-activation-softmax"
    layers = Conv(filters=16, kernel_size=3), MaxPool(), Dense(units=10, activation="softmax")
    assert decode(text) == layers


def test_every_kind_of_layer_comes_back() -> None:
    for kind in LAYER_KINDS.values():
        layer = kind.new() or kind()
        assert decode(encode([layer])) == (layer,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Layer 1: received kind ''"),
        ("conv~~dense", "Layer 2: received kind ''"),
        ("convolution", "received kind 'convolution', expected one of conv"),
        ("conv-filters", "received 'conv-filters', expected a kind, then names and values in turn"),
        ("conv-filters-0", "Layer 1 (conv): filters: received '0', expected at least 1"),
        ("conv-filters-six", "filters: received 'six', expected a whole number"),
        ("conv-maps-6", "there is no setting 'maps'"),
        ("conv-kind-dense-units-3", "there is no setting 'units'"),
        ("partial_conv-table-0.1_x", "expected a whole number"),
        ("partial_conv-table-0.0", "expected different input maps"),
        ("~".join(["dense"] * 65), "Layers: received a list of length 65, expected at most 64"),
        ("a" * (LONGEST + 1), "received 6,001 characters, expected at most 6,000"),
    ],
)
def test_what_is_no_network_is_answered(text: str, words: str) -> None:
    with pytest.raises(RunError, match=re.escape(words)):
        decode(text)
