"""The layers of the paper of 1998 against its tables and against sums written out by hand."""

import re
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from lenet.data import datasets
from lenet.layers.keras_kind import scaled_tanh
from lenet.layers.paper1998_keras import PartialConvolution
from lenet.layers.paper1998_keras import RadialBasis as RadialBasisLayer
from lenet.layers.paper1998_keras import Subsampling as SubsamplingLayer
from lenet.layers.paper1998_tables import C3_TABLE, CODE_HEIGHT, CODE_WIDTH, CODES
from lenet.networks import saving
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.build import build, logits_model
from lenet.networks.loading import load_model
from lenet.networks.summary import summarize
from lenet.networks.validation import check, find_problems
from lenet.runs.config import RunConfig
from lenet.runs.layers import Conv, Dense, PartialConv, RadialBasis, Subsampling
from tests.tolerances import assert_close

PAPER = ARCHITECTURES["lenet5-1998"]
RANDOM = np.random.default_rng(0)

# Layer by layer: trainable parameters and connections, as the paper has them.
COUNTS = [
    ("C1", 156, 122_304), ("S2", 12, 5_880), ("C3", 1_516, 151_600), ("S4", 32, 2_000),
    ("C5", 48_120, 48_120), ("F6", 10_164, 10_164), ("Output", 0, 840),
]  # fmt: skip


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return build(PAPER.layers, PAPER.input_shape, seed=3)


def squashed(values: np.ndarray) -> np.ndarray:
    return 1.7159 * np.tanh(2 * values / 3)


def test_parameters_and_connections_are_those_of_the_paper(model: keras.Model) -> None:
    summary = summarize(PAPER.layers, PAPER.input_shape)
    assert [(each.name, each.parameters, each.connections) for each in summary.layers] == COUNTS
    assert (summary.parameters, summary.connections) == (60_000, 340_908)
    built = [layer.count_params() for layer in model.layers if not isinstance(layer, keras.layers.Flatten)]
    assert built[1:] == [parameters for _, parameters, _ in COUNTS]
    assert sum(int(np.prod(each.shape)) for each in model.trainable_variables) == 60_000


def test_the_table_has_the_sixty_pairs_of_the_paper() -> None:
    seen_by_first = [number for number, sources in enumerate(C3_TABLE) if 0 in sources]
    assert seen_by_first == [0, 4, 5, 6, 9, 10, 11, 12, 14, 15]
    assert [len(sources) for sources in C3_TABLE] == [3] * 6 + [4] * 9 + [6]


def test_codes_are_bitmaps() -> None:
    codes = np.array(CODES).reshape(10, CODE_HEIGHT, CODE_WIDTH)
    assert set(codes.ravel().tolist()) == {-1, 1}
    assert (codes[3, 0] == 1).all() and (codes[7, 0] == 1).all() and (codes[0, 0] == -1).all()
    assert len({code.tobytes() for code in codes}) == 10


def test_scaled_tanh_keeps_plus_and_minus_one() -> None:
    values = np.float32([-1, 0, 1, 30])
    assert scaled_tanh(values).numpy() == pytest.approx([-1, 0, 1, 1.7159], abs=1e-4)


def test_a_partial_convolution_by_hand() -> None:
    layer = PartialConvolution(((1,), (0, 2)), kernel_size=2, activation=scaled_tanh)
    images = RANDOM.normal(size=(2, 4, 5, 3)).astype(np.float32)
    result = layer(images).numpy()
    kernel = RANDOM.normal(size=layer.kernel.shape).astype(np.float32)  # (2, 2, 3): pairs 1→0, 0→1, 2→1
    layer.set_weights([kernel, np.float32([0.5, -0.25])])
    result = layer(images).numpy()
    assert result.shape == (2, 3, 4, 2)
    patch = images[1, 1:3, 2:4]  # what the output at row 1, column 2 sees
    first = (patch[..., 1] * kernel[..., 0]).sum() + 0.5
    second = (patch[..., 0] * kernel[..., 1]).sum() + (patch[..., 2] * kernel[..., 2]).sum() - 0.25
    assert result[1, 1, 2] == pytest.approx(squashed(np.array([first, second])), abs=1e-5)


def test_subsampling_by_hand() -> None:
    layer = SubsamplingLayer(2, scaled_tanh)
    images = RANDOM.normal(size=(1, 4, 6, 2)).astype(np.float32)
    layer.build(images.shape)
    layer.set_weights([np.float32([0.3, -2]), np.float32([0.1, 0.2])])
    window = images[0, 2:4, 4:6]
    wanted = squashed(window.sum(axis=(0, 1)) * [0.3, -2] + [0.1, 0.2])
    assert layer(images).numpy()[0, 1, 2] == pytest.approx(wanted, abs=1e-5)


def test_the_nearest_code_has_the_largest_output() -> None:
    layer = RadialBasisLayer()
    codes = np.array(CODES, np.float32)
    outputs = layer(codes + 0.1).numpy()
    assert (outputs.argmax(axis=1) == np.arange(10)).all()
    distance = ((codes[4] + 0.1 - codes[7]) ** 2).sum()
    assert outputs[4, 7] == pytest.approx(-distance, rel=1e-5)


def test_first_weights_lie_within_the_bounds_of_the_paper(model: keras.Model) -> None:
    fan_ins = {"1_conv": 25, "2_subsampling": 4, "5_conv": 400, "6_dense": 120}
    for name, fan_in in fan_ins.items():
        weights = np.abs(model.get_layer(name).get_weights()[0])
        assert 0.75 * 2.4 / fan_in < weights.max() <= 2.4 / fan_in
    planes = np.abs(model.get_layer("3_partial_conv").get_weights()[0]).max(axis=(0, 1))  # (60,)
    fan_ins = np.array([25 * len(each) for each in C3_TABLE for _ in each])
    assert (planes <= 2.4 / fan_ins).all() and (planes > 0.6 * 2.4 / fan_ins).all()


def test_a_saved_model_answers_the_same(model: keras.Model, tmp_path: Path) -> None:
    images = RANDOM.uniform(-0.1, 1.175, (3, 32, 32, 1)).astype(np.float32)
    saving.save(model, tmp_path / "paper.keras")
    again = saving.load(tmp_path / "paper.keras")
    for saved, read in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(saved, read)
    assert_close(again(images), model(images))
    assert_close(logits_model(again)(images), model(images))


@pytest.mark.parametrize("module", ["lenet.layers", "lenet.networks.custom_layers"])
def test_a_file_that_names_their_former_modules(model: keras.Model, module: str, tmp_path: Path) -> None:
    saving.save(model, tmp_path / "now.keras")
    with (
        zipfile.ZipFile(tmp_path / "now.keras") as now,
        zipfile.ZipFile(tmp_path / "then.keras", "w") as then,
    ):
        for name in now.namelist():
            data = now.read(name)
            if name == "config.json":
                data, count = re.subn(rb"lenet\.layers\.\w+_(keras|kind)\b", module.encode(), data)
                assert count >= 5
            then.writestr(name, data)
    images = RANDOM.integers(0, 256, (1, 32, 32, 1), dtype=np.uint8)
    first, second = (load_model(str(tmp_path / name)) for name in ("now.keras", "then.keras"))
    np.testing.assert_array_equal(first.probabilities(images), second.probabilities(images))


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ((Conv(filters=4), PartialConv(), Dense(units=84), RadialBasis()), "it needs 6 maps or more"),
        ((PartialConv(table=((0,),), kernel_size=40), Dense(units=84), RadialBasis()), "at most 32"),
        ((Subsampling(size=40), Dense(units=84), RadialBasis()), "would leave 0×0"),
        ((Dense(units=80), RadialBasis()), "its codes have 84 numbers. Put a dense layer of 84"),
        ((RadialBasis(),), "its codes have 84 numbers"),
    ],
)
def test_what_does_not_fit(layers: tuple, words: str) -> None:
    problems = find_problems(layers, (32, 32, 1), 10)
    assert any(words in problem.sentence for problem in problems)


def test_codes_are_of_ten_classes() -> None:
    (problem,) = find_problems((Dense(units=84), RadialBasis()), (8, 8, 1), 4)
    assert "the codes of 10 digits; the data have 4 classes" in problem.sentence


def test_a_loss_of_distances_needs_codes() -> None:
    config = RunConfig(layers=ARCHITECTURES["lenet5-relu"].layers, loss="map")
    (sentence,) = check(config, datasets.info("mnist"))
    assert "received map, expected cross_entropy" in sentence
