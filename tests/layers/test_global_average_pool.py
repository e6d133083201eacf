"""Global average pooling against Keras, numpy and what changes it; trained, inspected, edited."""

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from streamlit.testing.v1 import AppTest

from lenet.engine.base import Engine
from lenet.figures.architecture_diagram import network_figure
from lenet.figures.arithmetic_svg import pooled
from lenet.inspection import api
from lenet.inspection.ablation import ablated, drops
from lenet.inspection.layer_arithmetic import work_out
from lenet.layers.global_average_pool import GlobalAveragePool
from lenet.networks.build import build
from lenet.networks.summary import summarize
from lenet.networks.validation import find_problems
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import AveragePool, Conv, Dense, Layer, MaxPool
from lenet.training.trainer import train
from tests.engine_fixtures import wait_until
from tests.page_words import copied, plain
from tests.project import ROOT
from tests.tolerances import assert_close

LAYERS: tuple[Layer, ...] = (
    Conv(filters=24, kernel_size=3, padding="same"),
    Conv(filters=24, kernel_size=3),
    GlobalAveragePool(),
    Dense(units=10, activation="softmax"),
)
KEY = "3_global_average_pool"
CONFIG = RunConfig(dataset="digits", layers=LAYERS, epochs=8, learning_rate=0.01)
IMAGE = np.random.default_rng(2).integers(0, 256, (8, 8, 1), dtype=np.uint8)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run on the bundled digits, 8×8."""
    run = Run.create(CONFIG, tmp_path_factory.mktemp("trained"))
    assert train(run).state == "finished"
    return run


def test_its_counts_are_those_of_an_average_pool_with_one_window() -> None:
    layers = (Conv(filters=5, kernel_size=3), GlobalAveragePool(), Dense(units=10, activation="softmax"))
    conv, pool, output = summarize(layers, (14, 14, 1)).layers
    _, average, _ = summarize((layers[0], AveragePool(size=12), layers[2]), (14, 14, 1)).layers
    assert pool.output_shape == (5,) and average.output_shape == (1, 1, 5)
    assert pool.connections == average.connections == 12 * 12 * 5
    assert pool.multiply_adds == average.multiply_adds == pool.parameters == 0
    assert pool.receptive_field == average.receptive_field == (14, 14)
    assert (pool.name, pool.title, pool.window) == ("S2", "global average pool", 12)
    assert (output.name, output.parameters) == ("Output", 5 * 10 + 10)


def test_the_network_is_what_keras_builds_and_has_no_flatten() -> None:
    model = build(LAYERS, (8, 8, 1), 0)
    summary = summarize(LAYERS, (8, 8, 1))
    assert [each.name for each in model.layers][1:] == ["1_conv", "2_conv", KEY, "4_dense", "softmax"]
    assert model.count_params() == summary.parameters == 240 + 5208 + 250
    images = np.random.default_rng(0).normal(size=(3, 8, 8, 1)).astype(np.float32)
    maps = keras.Model(model.inputs[0], model.get_layer("2_conv").output)(images).numpy()
    row = keras.Model(model.inputs[0], model.get_layer(KEY).output)(images)
    assert_close(row, maps.mean(axis=(1, 2)))


def test_its_receptive_field_is_what_changes_it() -> None:
    """Of 28×28 the pools leave rows and columns out, so that nothing sees the last two."""
    layers = (
        Conv(filters=3, kernel_size=3, activation="linear"), AveragePool(),
        Conv(filters=4, kernel_size=3, activation="linear"), AveragePool(), GlobalAveragePool(), Dense(),
    )  # fmt: skip
    model = build(layers, (28, 28, 1), 0)
    images = tf.random.stateless_normal((1, 28, 28, 1), (1, 2))
    with tf.GradientTape() as tape:
        tape.watch(images)
        row = keras.Model(model.inputs[0], model.get_layer("5_global_average_pool").output)(images)
    seen = np.abs(tape.gradient(row, images)[0, ..., 0]) > 0
    field = summarize(layers, (28, 28, 1)).layers[4].receptive_field
    assert field == (seen.any(axis=1).sum(), seen.any(axis=0).sum()) == (26, 26)


def test_what_it_does_not_fit_says_so() -> None:
    output = Dense(units=10, activation="softmax")

    def sentences(*layers: Layer) -> list[str]:
        return [each.sentence for each in find_problems(layers, (28, 28, 1), 10)]

    assert sentences(Conv(), GlobalAveragePool(), output) == sentences(GlobalAveragePool(), output) == []
    assert sentences(Dense(units=20), GlobalAveragePool(), output) == [
        "Layer 2 (global average pool) received a row of 20 numbers; it needs feature maps "
        "(height×width×channels). Move it before the first dense layer."
    ]
    assert sentences(Conv(), GlobalAveragePool(), MaxPool(), output) == [
        "Layer 3 (max pool 2×2) received a row of 6 numbers; it needs feature maps (height×width×channels). "
        "Move it before the first global average pool layer."
    ]


def test_it_is_a_bar_in_the_color_of_pools() -> None:
    figure = network_figure(summarize(LAYERS, (28, 28, 1)))
    marker = figure.data[-1].marker.color
    assert marker[3] == network_figure(summarize((MaxPool(),), (28, 28, 1))).data[-1].marker.color[1]
    assert "<b>S3</b> global average pool<br>24<br>0 parameters" in figure.data[-1].hovertext[3]


def test_it_learns_and_is_there_again(trained: Run) -> None:
    assert trained.config == CONFIG and trained.config.layers[2] == GlobalAveragePool()
    assert trained.status().test_accuracy > 0.8


@pytest.mark.parametrize("settings", [{"optimizer": "levenberg_marquardt"}, {"batch_size": 1}])
def test_it_trains_in_other_ways(settings: dict[str, object], tmp_path: Path) -> None:
    run = Run.create(CONFIG.replace(epochs=2, **settings), tmp_path)
    assert train(run).state == "finished"
    first, second = run.epochs()["loss"]
    assert second < first


def test_its_arithmetic_is_the_mean_of_one_map(trained: Run) -> None:
    """Also of the file that a run leaves, and of one that Keras made without us."""
    inputs = keras.Input((8, 8, 1))
    values = keras.layers.GlobalAveragePooling2D(name=KEY)(keras.layers.Conv2D(7, 3)(inputs))
    stranger = keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(values))
    stranger.save(trained.path.parent / "stranger.keras")
    for spec in (trained.id, str(trained.path / "model.keras"), str(trained.path.parent / "stranger.keras")):
        activations = api.activations(spec, IMAGE, str(trained.path.parent))
        index = [layer.key for layer in activations.layers].index(KEY)
        maps, layer = activations.layers[index - 1].after, activations.layers[index]
        assert (layer.kind, layer.title) == ("global_average_pool", "Global average pooling")
        assert_close(layer.after, maps.mean(axis=(0, 1)))
        worked = work_out(layer, maps, 5)
        assert worked.after == pytest.approx(maps[..., 5].astype(np.float64).mean())
        assert worked.words == f"mean of one map of {maps[..., 5].size} values"
        assert pooled(worked, "black").count("<rect") == maps[..., 5].size


def test_filters_are_switched_off_through_it(trained: Run) -> None:
    """From the layer on, behind which nothing but the pool changes each map by itself, or all at once."""
    folder = str(trained.path.parent)
    for number, accuracy in enumerate(drops(trained.id, "2_conv", 0, 3, folder)):
        at_once = ablated(trained.id, IMAGE, {"2_conv": (number,)}, folder)
        assert accuracy == pytest.approx(at_once.accuracy, abs=0.01)


def test_a_link_to_its_arithmetic(trained: Run, runs_folder: Path, engine: Engine) -> None:
    copied(trained, runs_folder)
    test = AppTest.from_file(ROOT / "pages" / "4_Inspect.py", default_timeout=60)
    for name, value in {"model": trained.id, "view": "Arithmetic", "layer": KEY, "channel": "5"}.items():
        test.query_params[name] = value
    wait_until(lambda: bool(test.run().latex), 90)
    assert not test.exception and not test.error and not test.warning
    assert "mean of one map of 36 values" in test.latex[0].value
    assert ":green[:material/check:] The network's own value at unit 5" in plain(test.markdown)
    assert test.query_params["layer"] == [KEY] or test.query_params["layer"] == KEY


def editor() -> None:
    """What AppTest runs."""
    import streamlit as st

    from lenet.networks.architectures import ARCHITECTURES
    from pages.parts.train.layer_editor import layer_editor

    layers = ARCHITECTURES["cnn-16-32"].layers
    st.session_state.edited = layer_editor(layers, (28, 28, 1), 10, "editor", True)


def test_the_editor_offers_it_and_puts_it_before_the_first_dense_layer() -> None:
    test = AppTest.from_function(editor, default_timeout=30).run()
    menu = test.menu_button(key="editor-add")
    menu.click_index(menu.options.index("Global average pool")).run()
    assert not test.exception and not test.error
    kinds = [layer.kind for layer in test.session_state.edited]
    assert kinds[4:6] == ["global_average_pool", "dense"]
    menu = test.menu_button(key="editor-add")
    menu.click_index(menu.options.index("Conv")).run()  # maps go before it
    assert not test.exception and not test.error
    assert [layer.kind for layer in test.session_state.edited][4:6] == ["conv", "global_average_pool"]
    assert "| **S6** global average pool | 16 | 0 |" in " ".join(each.value for each in test.markdown)
