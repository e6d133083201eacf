"""What the worker keeps of the models that it was asked about."""

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest

from lenet.cache import Cache
from lenet.data.preprocessing import network_input_shape
from lenet.inspection import attribution, feature_visualization, layer_activations
from lenet.networks import loading, saving
from lenet.networks.build import build
from lenet.networks.weights import weights_of
from lenet.npz import save_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Conv, Dense

SHAPE = (8, 8, 1)


def config(units: int = 5, seed: int = 0) -> RunConfig:
    layers = (Conv(filters=2), Dense(units=units, activation="relu"), Dense(units=10, activation="softmax"))
    return RunConfig(dataset="digits", layers=layers, seed=seed)


def ended_run(folder: Path, seed: int) -> Run:
    """A run with a final model and a snapshot, both as the seed draws them."""
    run = Run.create(config(seed=seed), folder)
    model = build(run.config.layers, network_input_shape(run.config, SHAPE), seed)
    saving.save(model, run.path / "model.keras")
    run.snapshot_path(1).parent.mkdir(exist_ok=True)
    save_arrays(run.snapshot_path(1), weights_of(model))
    return run


def test_runs_with_the_same_layers_share_a_network_and_none_its_weights(tmp_path: Path) -> None:
    """An hour of a class is sixty runs of one recipe: each final model had a network of its own."""
    runs = [ended_run(tmp_path, seed) for seed in (1, 2)]
    loaded = [loading.load_model(f"{run.id}{at}", tmp_path) for run in runs for at in ("", "@1")]
    assert len({id(each.network) for each in loaded}) == 1
    first, first_epoch, second, _ = (each.arrays()["1_conv/kernel"] for each in loaded)
    np.testing.assert_array_equal(first, first_epoch)
    assert not np.array_equal(first, second)


def test_a_model_of_other_layers_than_its_run_says_is_read_as_it_is(tmp_path: Path) -> None:
    run = ended_run(tmp_path, 1)
    other = build(config(units=7).layers, network_input_shape(run.config, SHAPE), 0)
    saving.save(other, run.path / "model.keras")
    assert loading.load_model(run.id, tmp_path).arrays()["2_dense/bias"].shape == (7,)


def test_what_was_traced_goes_with_its_network() -> None:
    built = loading.built_network(config(units=20), SHAPE)
    convolution = built.map_layers[0]
    traced = [
        layer_activations._passes(built),
        attribution._trace(built).run,
        feature_visualization._peaks(built, convolution),
        feature_visualization._gradient(built, convolution),
    ]
    assert layer_activations._passes(built) is traced[0]
    ended = [weakref.ref(each) for each in (built, *traced)]
    del built, traced, convolution
    for units in range(21, 21 + loading._NETWORKS):
        loading.built_network(config(units=units), SHAPE)
    gc.collect()
    assert [each() for each in ended] == [None] * len(ended)


@pytest.mark.parametrize("size", [10_000, 3_000_000])
def test_weights_are_kept_by_their_bytes(size: int) -> None:
    kept = Cache(loading._MOST_BYTES, loading._num_bytes)
    for number in range(20):
        weights = (loading.tf.zeros(size), loading.tf.zeros(size)), ()
        kept.get(None, number, lambda weights=weights: weights)
    assert kept.num_bytes == min(20, loading._MOST_BYTES // (8 * size)) * 8 * size
