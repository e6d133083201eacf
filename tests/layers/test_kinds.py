"""Every kind of layer on the list has all that a kind needs, and it is true: Keras is the oracle.

Words, looks, counts, its window, the editor's widgets, its Keras layer, its arithmetic, its derivatives.
"""

from math import prod
from typing import NamedTuple

import keras
import numpy as np
import pytest
import tensorflow as tf

from lenet.figures.architecture_diagram import network_figure
from lenet.inspection.layer_activations import kind_of, layer_activations
from lenet.inspection.layer_arithmetic import work_out
from lenet.layers.arithmetic import is_same
from lenet.layers.keras_kind import KerasKind
from lenet.layers.kind import LayerKind, Shape, Widget
from lenet.layers.view import LayerView
from lenet.networks.build import build
from lenet.networks.keras_file_check import LAYERS
from lenet.networks.keras_kinds import KERAS_KINDS, linear
from lenet.networks.loaded_model import LoadedModel, Network
from lenet.networks.summary import LayerSummary, summarize
from lenet.runs.config import RunConfig
from lenet.runs.layers import LAYER_KINDS, Dense, Layer
from lenet.training.forward_pass import forward, split_batch
from tests.tolerances import assert_close

IMAGES: Shape = (12, 10, 16)
RANDOM = np.random.default_rng(0)
each_kind = pytest.mark.parametrize("kind", LAYER_KINDS)
# Settings without a widget, which stay as they are
KEPT = {"partial_conv": {"table"}}


class Tried(NamedTuple):
    """A layer of one kind in a network whose weights are all random."""

    layer: Layer
    layers: tuple[Layer, ...]
    index: int
    model: keras.Model

    @property
    def keras_layer(self) -> keras.layers.Layer:
        return self.model.get_layer(f"{self.index + 1}_{self.layer.kind}")

    @property
    def summary(self) -> LayerSummary:
        return summarize(self.layers, IMAGES).layers[self.index]

    @property
    def part(self) -> KerasKind:
        return KERAS_KINDS[self.layer.kind]

    def values(self, count: int) -> tf.Tensor:
        """Random inputs of its Keras layer, flattened where that wants them so."""
        return tf.constant(RANDOM.normal(size=(count, *self.keras_layer.input.shape[1:])), tf.float32)


@pytest.fixture(scope="module")
def tried(request: pytest.FixtureRequest) -> Tried:
    layer = LAYER_KINDS[request.param]()
    before = () if layer.misfit(IMAGES) is None else (Dense(units=84, activation="tanh"),)
    after = () if layer.gives_distances else (Dense(units=10),)
    layers = (*before, layer, *after)
    model = build(layers, IMAGES, 3)
    for variable in model.variables:
        if "seed" not in variable.path:
            variable.assign(RANDOM.normal(size=variable.shape))
    for each in model.layers:
        if isinstance(each, keras.layers.BatchNormalization):
            each.moving_variance.assign(RANDOM.uniform(0.5, 2, each.moving_variance.shape))
    return Tried(layer, layers, len(before), model)


each_tried = pytest.mark.parametrize("tried", LAYER_KINDS, indirect=True)


def test_both_lists_have_the_same_kinds() -> None:
    assert list(LAYER_KINDS) == list(KERAS_KINDS)
    assert {name: each.model_fields["kind"].default for name, each in LAYER_KINDS.items()} == {
        name: name for name in LAYER_KINDS
    }


@each_kind
def test_its_words(kind: str) -> None:
    rules = LAYER_KINDS[kind]
    assert rules.__doc__ != LayerKind.__doc__ and rules.words[:1].isupper()
    assert rules().title() and rules.letter.isupper() and len(rules.letter) == 1


@each_kind
def test_the_editor_asks_for_every_setting(kind: str) -> None:
    rules = LAYER_KINDS[kind]
    fields = {name: info for name, info in rules.model_fields.items() if name != "kind"}
    asked = {name for name, info in fields.items() if any(isinstance(each, Widget) for each in info.metadata)}
    assert asked == set(fields) - KEPT.get(kind, set())
    new = rules.new()
    assert new is None or (type(new) is rules and new.misfit(IMAGES) is None)


@each_kind
def test_a_config_with_it_goes_to_json_and_back(kind: str) -> None:
    config = RunConfig(layers=(LAYER_KINDS[kind](),))
    assert RunConfig.model_validate_json(config.model_dump_json()) == config
    assert list(config.model_dump()["layers"][0])[0] == "kind"


@each_tried
def test_its_shape_and_its_parameters_are_those_of_keras(tried: Tried) -> None:
    assert not summarize(tried.layers, IMAGES).problems
    assert tried.summary.output_shape == tuple(tried.keras_layer.output.shape[1:])
    assert tried.summary.parameters == sum(prod(each.shape) for each in tried.keras_layer.trainable_variables)
    assert tried.layer.gives_row == (len(tried.summary.output_shape) == 1)


@each_tried
def test_keras_knows_it_by_its_name(tried: Tried) -> None:
    assert type(tried.keras_layer) is tried.part.type and kind_of(tried.keras_layer) == tried.layer.kind
    assert tried.part.type.__name__ == tried.layer.keras_name and tried.layer.keras_name in LAYERS


@each_tried
def test_it_is_drawn(tried: Tried) -> None:
    figure = network_figure(summarize(tried.layers, IMAGES))
    words = figure.data[-1].hovertext[1 + tried.index]
    assert words.startswith(f"<b>{tried.summary.name}</b> {tried.layer.title()}<br>")


@each_tried
def test_one_output_sees_its_window(tried: Tried) -> None:
    """The derivatives of one in the middle: of many inputs, since a maximum has but one."""
    if len(tried.summary.input_shape) == 1 or tried.layer.flattens:
        assert tried.layer.window(tried.summary.input_shape) == (1, 1)
        return
    inputs = tried.values(200)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = tried.keras_layer(inputs, training=False)
        middle = tuple(side // 2 for side in outputs.shape[1:-1])
        value = tf.reduce_sum(outputs[(slice(None), *middle)])
    seen = np.abs(tape.gradient(value, inputs)).sum(axis=(0, 3)) > 0
    side, _ = tried.layer.window(tried.summary.input_shape)
    assert (seen.any(axis=1).sum(), seen.any(axis=0).sum()) == (min(side, 12), min(side, 10))


@each_tried
def test_its_values_worked_out_are_those_of_keras(tried: Tried) -> None:
    network = Network(tried.model)
    inputs = RANDOM.normal(size=IMAGES).astype(np.float32)
    views = layer_activations(LoadedModel(network, network.own_weights, None, "tried"), inputs)
    view = next((each for each in views if each.key == tried.keras_layer.name), None)
    assert (view is None) == tried.part.is_silent
    if view is None:
        return
    assert view.kind == tried.layer.kind
    assert view.title.startswith(tried.layer.words) and view.name == tried.summary.name
    assert (view.kernel is not None and not tried.layer.gives_distances) == tried.layer.has_kernel
    given = views[views.index(view) - 1].after if tried.index else inputs
    for place in _places(view):
        worked = work_out(view, given, *place)
        index = (*place[1:], place[0]) if view.after.ndim == 3 else place[0]
        if worked.after is None:
            assert is_same(worked, worked.before, float(view.before[index]))
        else:
            assert is_same(worked, worked.after, float(view.after[index]))


def _places(view: LayerView) -> list[tuple[int, int, int]]:
    shape = view.after.shape if view.after.ndim == 3 else (1, 1, len(view.after))
    found = [tuple(int(RANDOM.integers(side)) for side in shape) for _ in range(8)]
    return [(channel, row, column) for row, column, channel in found]


@each_tried
def test_whether_it_changes_each_channel_by_itself(tried: Tried) -> None:
    if tried.layer.flattens or tried.layer.gives_distances:
        assert not tried.part.of_each_channel
        return
    inputs = tried.values(2).numpy()
    changed = inputs.copy()
    changed[..., 3] += 1
    first, second = (tried.keras_layer(each, training=False).numpy() for each in (inputs, changed))
    others = [each for each in range(first.shape[-1]) if each != 3]
    assert np.array_equal(first[..., others], second[..., others]) == tried.part.of_each_channel


@each_tried
def test_its_second_derivatives(tried: Tried) -> None:
    """What Levenberg–Marquardt needs: squared derivatives by its inputs, or its sum with other weights."""
    layer, inputs = tried.keras_layer, tried.values(1)
    if tried.layer.of_whole_batch or tried.layer.gives_distances or kind_of(layer) == "activation":
        return  # refused, the loss itself, and by its function
    if layer.trainable_weights:
        weights = [each.value for each in layer.trainable_weights]
        assert_close(layer.activation(linear(layer, inputs, *weights)), layer(inputs))
        return
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(inputs)
        outputs = layer(inputs, training=False)
    squares = tf.square(tape.jacobian(outputs, inputs))
    axes = tuple(range(len(outputs.shape)))
    by_slope = tried.part.slope(layer) * tape.gradient(outputs, inputs)
    assert_close(by_slope, tf.reduce_sum(squares, axes))


@each_tried
def test_it_trains_as_keras_would(tried: Tried) -> None:
    images = tf.constant(RANDOM.normal(size=(8, *IMAGES)), tf.float32)
    shards = forward(tried.model, split_batch(images, 2), training=False, batch_size=8)
    assert_close(tf.concat(shards, 0), tried.model(images, training=False))
