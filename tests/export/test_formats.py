"""Every kind of layer in every format answers as in Keras, in the program that people open it with."""

import importlib.util
import re
import runpy
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.preprocessing import prepare
from lenet.errors import ModelError
from lenet.export import c_header, litert, onnx_model, python_sections, python_training, pytorch
from lenet.export.format import Data, ExportFormat
from lenet.export.formats import FORMATS
from lenet.export.keras_layers import KERAS_LAYERS
from lenet.export.network import TrainedNetwork, trained_network
from lenet.layers import operation
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.build import build
from lenet.networks.loading import load_model
from lenet.runs.config import RunConfig
from lenet.runs.layers import LAYER_KINDS
from lenet.training.recipes import RECIPES
from lenet.training.schedules import learning_rate
from tests.conftest import require
from tests.made_datasets import colored_shapes
from tests.random_networks import OTHERS, OUTPUT, images, layer, random_run

COUNT = 50
PREPARED = {"dataset": "mnist", "scaling": "standardize", "mean": 0.13, "std": 0.3}
CASES = {name: RunConfig(layers=[*layers, OUTPUT], **PREPARED) for name, layers in OTHERS.items()} | {
    "1998": RunConfig(
        dataset="mnist", layers=ARCHITECTURES["lenet5-1998"].layers, pad_to=32, scaling="paper", epochs=1
    ),
    "all at once": RunConfig(
        dataset="mnist",
        layers=[
            layer("conv", filters=4, kernel_size=4, padding="same", activation="linear"),
            layer("batch_norm"),
            layer("activation", function="relu"),
            layer("max_pool", size=2),
            layer("subsampling"),
            layer("partial_conv", table=[[0], [1, 2], [0, 1, 3]], kernel_size=3),
            layer("dropout", rate=0.1),
            layer("batch_norm"),
            layer("dense", units=84, activation="scaled_tanh"),
            layer("radial_basis"),
        ],
    ),
}
IN_THIS_PROCESS = ("onnx", "litert", "c")
ALONE = ("keras", "python", "pytorch")  # each in a process of its own: some seconds


def chosen(name: str) -> ExportFormat:
    """That format, where what it needs is here; torch is too large for every machine that tests."""
    found = FORMATS[name]
    if name == "pytorch" and importlib.util.find_spec("torch") is None:
        pytest.skip("no torch: requirements-torch.txt installs it")
    require(not found.missing(), found.missing())
    return found


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def names(runs: Path) -> dict[str, str]:
    """Case → a run's epoch with weights at random."""
    shapes = {case: (32, 32, 1) if config.pad_to else (28, 28, 1) for case, config in CASES.items()}
    return {case: random_run(config, shapes[case], runs) for case, config in CASES.items()}


def no_data() -> Data:
    return Data(lambda count: images((28, 28, 1), count), lambda: pytest.fail("nobody needs them"))


def answers_of(found: ExportFormat, network: TrainedNetwork, given: np.ndarray) -> np.ndarray:
    return found.answers(network, found.export(network, no_data()), given)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", IN_THIS_PROCESS)
def test_it_answers_as_keras(name: str, case: str, names: dict[str, str], runs: Path) -> None:
    given = images((28, 28, 1), COUNT)
    expected = load_model(names[case], runs).probabilities(given)
    found = answers_of(chosen(name), trained_network(names[case], runs), given)
    assert found.dtype == np.float32 and found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-4
    assert np.ptp(expected, axis=0).max() > 0.01, "answers that are all the same would be equal by chance"


@pytest.mark.parametrize("name", IN_THIS_PROCESS)
def test_colored_images_with_a_margin(
    name: str, runs_folder: Path, bare_machine: Path, tmp_path: Path
) -> None:
    colored, labels = colored_shapes(20, side=17)
    np.savez(tmp_path / "shapes.npz", x=colored, y=labels)
    datasets.add_own("shapes", tmp_path / "shapes.npz")
    layers = [layer("conv", filters=5, kernel_size=5, activation="relu"), layer("max_pool"), OUTPUT]
    config = RunConfig(dataset="shapes", layers=layers, pad_to=20, scaling="paper")
    model, given = random_run(config, (20, 20, 3), runs_folder), images((17, 17, 3), COUNT)
    expected = load_model(model, runs_folder).probabilities(given)
    found = answers_of(chosen(name), trained_network(model, runs_folder), given)
    assert np.abs(found - expected).max() <= 1e-4


@pytest.mark.parametrize("name", ["☺", 'a"b\\', "Größe?", "*/"])
def test_any_name_of_a_class_is_a_string_in_c(name: str, names: dict[str, str], runs: Path) -> None:
    network = trained_network(names["means of maps"], runs)
    data = replace(network.data, class_names=(name, *network.data.class_names[1:]))
    text = c_header._Header(replace(network, data=data), False).text()
    (written,) = re.findall(r"CLASS_NAMES \{\"(.*?)\", ", text)
    octal = re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), written)
    assert written.isascii() and octal.encode("latin-1").decode() == name


@pytest.mark.parametrize("name", ALONE)
def test_it_answers_where_this_project_is_not(name: str, names: dict[str, str], runs: Path) -> None:
    given, case = images((28, 28, 1), COUNT), "all at once"
    expected = load_model(names[case], runs).probabilities(given)
    network = trained_network(names[case], runs)
    assert np.abs(answers_of(chosen(name), network, given) - expected).max() <= 1e-4


@pytest.mark.parametrize("name", ["c-int8", "litert-int8"])
def test_int8_answers_nearly_so(name: str, names: dict[str, str], runs: Path) -> None:
    given = images((28, 28, 1), COUNT)
    case = "strides, valid"
    expected = load_model(names[case], runs).probabilities(given)
    found = answers_of(chosen(name), trained_network(names[case], runs), given)
    difference = np.abs(found - expected).max()
    assert 0 < difference < 0.1
    assert np.abs(found - expected.mean(axis=0)).max() > 2 * difference


def test_every_operation_and_kind_has_its_place() -> None:
    operations = {
        each for each in vars(operation).values()
        if isinstance(each, type) and issubclass(each, operation.Operation)
    } - {operation.Operation, operation.WithActivation}  # fmt: skip
    for module in (c_header, onnx_model, litert, pytorch):
        assert set(module._OPERATIONS) == operations, module.__name__
    assert set(KERAS_LAYERS) == set(LAYER_KINDS)
    tried = {each.kind for config in CASES.values() for each in config.layers}
    assert tried == set(LAYER_KINDS)


# The file that trains


def test_it_begins_with_the_weights_that_are_drawn_here(tmp_path: Path) -> None:
    config = RECIPES["lenet5-relu-avg"].config
    network = trained_network("lenet5-relu-avg")
    ((name, content),) = FORMATS["python"].export(network, no_data()).items()
    (tmp_path / name).write_bytes(content)
    exported = runpy.run_path(str(tmp_path / name))
    expected = build(config.layers, network.input_shape, config.seed, config.initializer).get_weights()
    for received, value in zip(exported["build"]().get_weights(), expected, strict=True):
        np.testing.assert_array_equal(received, value)
    given = images(network.image_shape, 3)
    np.testing.assert_array_equal(exported["prepare"](given), prepare(given, config))


@pytest.mark.parametrize("schedule", ["one_cycle", "cosine", "step", "paper"])
def test_its_learning_rate_is_that_of_the_run(schedule: str, runs: Path) -> None:
    config = RunConfig(dataset="digits", layers=[OUTPUT], epochs=20, step_epochs=3, schedule=schedule)
    network = replace(trained_network("digits-quick"), config=config)
    text = python_training._main(network)
    exported = {"keras": keras, "np": np, "EPOCHS": 20}
    (line,) = re.findall(r"^ +(rate = .+)$", text, re.MULTILINE)
    count = "".join(re.findall(r"^ +(steps = .+)$", text, re.MULTILINE)[:1])
    if schedule == "one_cycle":
        exec(python_sections.ONE_CYCLE, exported)
    exec(f"{count}\n{line}", exported)
    per_epoch = 22  # updates: 1,350 images, 64 at a time
    for step in (0, 1, 50, 100, 219, 220, 300, 439):
        expected = learning_rate(config, step, per_epoch)
        assert float(exported["rate"](step)) == pytest.approx(expected, rel=1e-4, abs=1e-9)


def test_images_that_nobody_else_has_lie_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = trained_network("digits-quick")
    network = replace(network, config=network.config.replace(dataset="mine"))
    arrays = {f"{what}_{part}": images((4,), 3) for what in "xy" for part in ("train", "test")}
    files = FORMATS["python"].export(network, Data(lambda _: pytest.fail("no"), lambda: arrays))
    assert list(files) == ["digits-quick.py", "data.npz"]
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    (x_train, _), (_, y_test) = runpy.run_path("digits-quick.py")["load_data"]()
    np.testing.assert_array_equal(x_train, arrays["x_train"])
    np.testing.assert_array_equal(y_test, arrays["y_test"])


def test_it_distorts_by_what_is_set_alone() -> None:
    exported = {"keras": keras, "np": np, "OFFSET": 0.0, "SEED": 0, "BATCH_SIZE": 2}
    exec(python_sections.DISTORTED.format(settings="shift=0.1"), exported)
    given, random = images((28, 28, 1), 4).astype(np.float32), np.random.default_rng(0)
    np.testing.assert_allclose(exported["distorted"](given, random), given)
    assert np.abs(exported["distorted"](given, random, shift=0.2) - given).max() > 1
    mirrored = exported["distorted"](given, random, flip=1)
    np.testing.assert_allclose(mirrored, given[:, :, ::-1], atol=1e-3)


# What is said where it cannot be


def test_what_has_to_be_installed_is_said_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(onnx_model.Onnx):
        packages = ("no_such_package",)

    class Compiled(c_header.CHeader):
        programs = ("no-such-compiler",)

    said = Other().missing()
    assert "no_such_package" in said and said.endswith("-m pip install -r requirements-export.txt")
    assert "no-such-compiler" in Compiled().missing()


def test_a_network_that_is_too_large_is_refused(names: dict[str, str], runs: Path) -> None:
    class Small(c_header.CHeader):
        most_weights = 10

    with pytest.raises(ModelError, match=r"expected at most 10\. Choose a smaller network"):
        Small().check_size(trained_network(names["1998"], runs))


def test_a_network_that_diverged_is_refused(names: dict[str, str], runs: Path) -> None:
    network = trained_network(names["1998"], runs)
    arrays = {name: np.full_like(each, np.nan) for name, each in network.weights.items()}
    with pytest.raises(ModelError, match="it diverged"):
        replace(network, weights=arrays).check()


def test_a_model_from_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.keras").write_bytes(b"PK")
    with pytest.raises(ModelError, match="a file from elsewhere"):
        trained_network(str(tmp_path / "mine.keras"))
