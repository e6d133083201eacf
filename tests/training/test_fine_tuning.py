"""Starting from weights that were learned before: the training itself, and what must match for it."""

import time
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.preprocessing import network_input_shape
from lenet.drawing.rasterization import render
from lenet.evaluation.predictor import drawing_probabilities, predictions
from lenet.evaluation.task import task_of
from lenet.networks import pretrained
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.build import build
from lenet.networks.loading import load_model
from lenet.networks.model_reference import resolve, trained_models
from lenet.networks.output_classes import output_name
from lenet.networks.validation import check
from lenet.networks.weights import weights_of
from lenet.npz import EVALUATION, load_arrays, save_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from lenet.runs.status import Status
from lenet.training.fine_tuning import find, fine_tuned, mismatches, with_source
from lenet.training.run_name import run_name
from lenet.training.trainer import train
from tests.command_line import answer, lenet_here
from tests.drawn_collection import MODEL, collected, drawing, on_my_digits, symbols_collected
from tests.made_symbols import drawn
from tests.small_runs import assert_same, small_config, trained, weights
from tests.tolerances import accuracy_of

DRAW = "lenet5-draw"


def symbol_image() -> np.ndarray:
    return render([drawn("house", np.random.default_rng(1))])[0]


# The training


def test_what_another_run_has_learned(runs_folder: Path) -> None:
    first, status = trained(small_config(epochs=3, keep_best=True, learning_rate=0.05), runs_folder)
    assert status.state == "finished"
    final = weights_of(keras.saving.load_model(first.path / "model.keras", compile=False))
    second, status = trained(small_config(seed=7, epochs=1, initial_weights=first.id), runs_folder)
    assert status.state == "finished"
    assert_same(weights(second, 0), final)
    third, _ = trained(small_config(seed=7, epochs=1, initial_weights=f"{first.id}@2"), runs_folder)
    assert_same(weights(third, 0), weights(first, 2))


def test_a_run_that_has_no_model_yet(runs_folder: Path) -> None:
    first = Run.create(small_config(), runs_folder)
    _, status = trained(small_config(initial_weights=first.id), runs_folder)
    assert status.state == "failed" and "it has one once it ends" in status.error


def test_a_pretrained_model_is_fine_tuned_on_my_digits(bare_machine: Path, runs_folder: Path) -> None:
    collected(40)
    run, status = trained(on_my_digits(), runs_folder)
    assert status.state == "finished", status.error
    pretrained_weights = weights_of(keras.saving.load_model(pretrained.path(MODEL), compile=False))
    assert_same(weights(run, 0), pretrained_weights)
    assert any((weights(run, 2)[key] != value).any() for key, value in pretrained_weights.items())


def test_every_weight_of_a_loaded_model_is_told(runs_folder: Path) -> None:
    loaded = load_model(MODEL)
    expected = weights_of(keras.saving.load_model(pretrained.path(MODEL), compile=False))
    assert_same({key: loaded.arrays()[key] for key in expected}, expected)


# What must match


def untrained(folder: Path, config: RunConfig) -> Run:
    """A run that has been prepared and no more."""
    run = Run.create(config, folder)
    save_arrays(run.snapshot_path(0), {})
    return run


def of_architecture(name: str) -> RunConfig:
    pad_to = ARCHITECTURES[name].input_shape[0]
    return RunConfig(architecture=name, layers=ARCHITECTURES[name].layers, pad_to=max(28, pad_to))


def shapes(config: RunConfig) -> dict[str, tuple[int, ...]]:
    """Of all weights, as Keras has them: the oracle."""
    model = build(config.layers, network_input_shape(config, (28, 28, 1)), seed=0)
    return {path: array.shape for path, array in weights_of(model).items()}


def test_layers_match_where_keras_weights_do(runs_folder: Path) -> None:
    configs = {name: of_architecture(name) for name in ARCHITECTURES}
    runs = {name: untrained(runs_folder, config) for name, config in configs.items()}
    expected = {name: shapes(config) for name, config in configs.items()}
    about, matching = datasets.info("mnist"), 0
    for name, config in configs.items():
        for other, run in runs.items():
            start = config.model_copy(update={"initial_weights": f"{run.id}@0"})
            fits = expected[name] == expected[other] and config.pad_to == configs[other].pad_to
            assert (mismatches(start, about) == []) == fits, (name, other)
            matching += fits
    assert len(configs) <= matching < len(configs) ** 2


def test_a_source_brings_all_that_must_match(runs_folder: Path) -> None:
    config = of_architecture("lenet5-linear").replace(scaling="standardize", mean=0.13, std=0.3)
    run = untrained(runs_folder, config)
    about = datasets.info("mnist")
    start = RunConfig(layers=ARCHITECTURES["cnn-16-32"].layers, learning_rate=0.5, epochs=3)
    started = with_source(start, find(f"{run.id}@0"))
    assert mismatches(start.replace(initial_weights=f"{run.id}@0"), about) != []
    assert mismatches(started, about) == []
    assert (started.learning_rate, started.epochs) == (0.5, 3)
    assert (started.layers, started.pad_to, started.mean) == (config.layers, config.pad_to, 0.13)


def test_pixel_values_must_match_what_was_learned(runs_folder: Path) -> None:
    about, config = datasets.info("mnist"), pretrained.PRETRAINED[MODEL].config
    learned = config.model_copy(update={"initial_weights": MODEL})
    drawn = config.model_copy(update={"initial_weights": f"{MODEL}@0"})
    assert mismatches(learned, about) == mismatches(drawn, about) == []
    (sentence,) = mismatches(learned.model_copy(update={"scaling": "unit"}), about)
    assert "has learned from pixels of 0 to 255, received 0 to 1." in sentence
    assert mismatches(drawn.model_copy(update={"scaling": "unit"}), about) == []


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("nothing-like-it", "There is no run 'nothing-like-it' here"),
        ("../../etc", "expected an id such as"),
        (f"{MODEL}@3", "Epoch: received '3', expected 0 (untrained) or none"),
        ("{run}", "has no final model yet"),
        ("{run}@4", "Epoch: received '4', expected one that run {run} has: 0 to 0"),
        ("{run}@", "Epoch: received '', expected one that run {run} has"),
    ],
)
def test_weights_that_are_not_there(runs_folder: Path, spec: str, words: str) -> None:
    run = untrained(runs_folder, small_config())
    start = small_config(initial_weights=spec.format(run=run.id))
    (sentence,) = mismatches(start, datasets.info("digits"))
    assert sentence.startswith("Start from: ") and words.format(run=run.id) in sentence


def test_models_to_start_from(runs_folder: Path) -> None:
    for state in ("running", "finished", "stopped", "finished"):
        run = untrained(runs_folder, small_config(name="twin"))
        run.write_status(Status(state=state, test_accuracy=0.9, created=time.time(), heartbeat=time.time()))
        if state != "stopped":
            (run.path / "model.keras").touch()
    names = [model.title for model in trained_models(list_runs())]
    assert set(pretrained.PRETRAINED) <= set(names)
    assert len(names) == len(set(names)) == len(pretrained.PRETRAINED) + 2, (
        "two of the runs have ended with a model"
    )


def test_settings_to_go_on_with_suit_the_fewest_drawings(bare_machine: Path) -> None:
    """Ten of them, of which by chance few may be for training."""
    collected(10)
    for num_train in range(2, 10):  # one of them validates
        about = replace(datasets.info("my-digits"), num_train=num_train, num_test=10 - num_train)
        config = fine_tuned(find(MODEL), about)
        assert RunConfig.model_validate(config.model_dump()) == config
        assert check(config, about) == mismatches(config, about) == []


# Other classes


def on_symbols(model: str = DRAW) -> RunConfig:
    return fine_tuned(find(model), datasets.info("our-symbols"))


def test_a_model_goes_on_with_all_but_its_output(bare_machine: Path, runs_folder: Path) -> None:
    symbols_collected(6)
    config = on_symbols()
    assert (config.layers[-1].units, config.architecture) == (3, "lenet5-draw")
    assert (
        check(config, datasets.info("our-symbols")) == mismatches(config, datasets.info("our-symbols")) == []
    )
    run, status = trained(config.replace(epochs=1), runs_folder)
    assert status.state == "finished", status.error
    began, output = weights(run, 0), output_name(config.layers)
    learned = weights_of(keras.saving.load_model(pretrained.path(DRAW), compile=False))
    kept = [path for path in learned if not path.startswith(f"{output}/")]
    assert_same({path: began[path] for path in kept}, {path: learned[path] for path in kept})
    drawn = weights_of(build(config.layers, (28, 28, 1), config.seed))
    assert_same({path: began[path] for path in drawn if path not in kept},
                {path: drawn[path] for path in drawn if path not in kept})  # fmt: skip


def test_ten_symbols_are_no_digits(bare_machine: Path, runs_folder: Path) -> None:
    names = tuple(f"symbol {number}" for number in range(10))
    symbols = symbols_collected(5, ("☺",))
    symbols.remove_class("☺")
    symbols.add_classes(names)
    for name in names:
        for number in range(5):
            symbols.add(drawing(number), name, np.zeros((28, 28), np.uint8))
    run, status = trained(on_symbols().replace(epochs=1), runs_folder)
    assert status.state == "finished", status.error
    learned = weights_of(keras.saving.load_model(pretrained.path(DRAW), compile=False))
    output = f"{output_name(run.config.layers)}/kernel"
    assert weights(run, 0)[output].shape == learned[output].shape
    assert (weights(run, 0)[output] != learned[output]).mean() > 0.9


def test_its_epochs_suit_how_many_drawings_there_are(bare_machine: Path) -> None:
    symbols_collected(6)
    few, about = on_symbols(), datasets.info("our-symbols")
    many = fine_tuned(find(DRAW), replace(about, num_train=2_000))
    assert 1 <= many.epochs < few.epochs
    assert run_name(few) == "lenet5-draw on our-symbols"
    assert run_name(few.replace(epochs=3)) == "lenet5-draw on our-symbols, 3 epochs"


def test_a_run_knows_its_classes_when_the_set_is_gone(bare_machine: Path, runs_folder: Path) -> None:
    symbols = symbols_collected(6)
    run, _ = trained(on_symbols().replace(epochs=1), runs_folder)
    symbols.delete()
    (found,) = predictions([run.id], symbol_image(), str(runs_folder))
    assert found.class_names == ("☺", "house", "×")
    assert "not trained on digits" not in found.reason
    model = resolve(run.id, runs_folder)
    assert model.image_shape() == (28, 28, 1) and task_of(model, None, "test", runs_folder).data.num_test > 0


# The command line


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (["initial_weights=cnn-16-32"], "Start from: layer 1 is conv 6@5×5 of 156 weights here"),
        (
            ["initial_weights=lenet5-relu", "scaling=unit"],
            "has learned from pixels of 0 to 255, received 0 to 1",
        ),
        (["initial_weights=lenet-9000"], "There is no run 'lenet-9000' here"),
        (["dataset=my-digits"], "0 drawings so far, expected at least 10"),
    ],
)
def test_what_cannot_start_is_refused_in_the_terminal(
    bare_machine: Path, runs_folder: Path, settings: list[str], words: str
) -> None:
    (bare_machine / "mnist.npz").touch()  # never looked into
    refused = lenet_here("train", MODEL, *(part for each in settings for part in ("--set", each)))
    assert refused.returncode == 2 and words in refused.stderr
    assert not list(runs_folder.iterdir())


def test_a_fine_tuned_model_is_evaluated_on_my_digits(bare_machine: Path, runs_folder: Path) -> None:
    collected(40)
    settings = ("dataset=my-digits", f"initial_weights={MODEL}", "batch_size=8", "epochs=2")
    told = answer("train", MODEL, *(part for each in settings for part in ("--set", each)))
    assert told["state"] == "finished"
    tested = answer("evaluate", told["run"], "--dataset", "my-digits")
    stored = load_arrays(runs_folder / told["run"] / "evaluation.npz", EVALUATION)
    assert tested["accuracy"] == accuracy_of(stored["probabilities"], stored["labels"])
    assert told["test_accuracy"] == accuracy_of(stored["probabilities"], stored["labels"])
    data = datasets.load("my-digits")
    assert tested["count"] == len(data.y_test)
    trained_on = answer("evaluate", MODEL, "--dataset", "my-digits", "--split", "train")
    expected = drawing_probabilities(MODEL, data.x_train[..., 0])
    assert trained_on["accuracy"] == accuracy_of(expected, data.y_train)


# A data set that grows


def test_a_run_goes_on_with_the_drawings_that_it_began_with(bare_machine: Path, runs_folder: Path) -> None:
    collection = collected(40)
    whole, _ = trained(on_my_digits(epochs=4), runs_folder)
    halves = Run.create(on_my_digits(epochs=4), runs_folder)
    train(halves, lambda status: halves.write_control(command="stop") if status.epoch == 2 else None)
    assert halves.status().state == "stopped" and halves.status().epoch >= 2
    collected(30, first=40)
    collection.remove(collection.entries()[0].id)
    halves.queue()
    status = train(halves)
    assert status.state == "finished" and status.epoch == 4
    assert_same(weights(halves, 4), weights(whole, 4))
    assert status.test_accuracy == whole.status().test_accuracy
    other, status = trained(on_my_digits(epochs=1), runs_folder)
    assert status.steps_per_epoch > halves.status().steps_per_epoch, "another run has the new drawings too"


def test_a_run_keeps_what_the_data_set_was(bare_machine: Path, runs_folder: Path) -> None:
    collected(20)
    data = datasets.load("my-digits")
    run, _ = trained(on_my_digits(epochs=1), runs_folder)
    collected(5, first=20)
    kept = datasets.load_for(run.path, "my-digits")
    for key in ("x_train", "y_train", "x_test", "y_test"):
        np.testing.assert_array_equal(getattr(kept, key), getattr(data, key))
    assert kept.info == data.info and datasets.load_for(run.path, "my-digits") is kept
    assert datasets.load_for(run.path, "digits") is datasets.load("digits")


def test_too_few_drawings_and_a_damaged_file_end_in_a_sentence(bare_machine: Path, runs_folder: Path) -> None:
    collected(5)
    run, status = trained(on_my_digits(), runs_folder)
    assert status.state == "failed" and "5 drawings so far, expected at least 10" in status.error
    collected(20, first=5)
    (run.path / "data.npz").write_bytes(b"PK\x03\x04")
    run.queue()
    status = train(run)
    assert status.state == "failed" and "data.npz is damaged" in status.error
