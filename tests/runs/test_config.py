"""`RunConfig` there and back, and every sentence that says what is wrong with one."""

import json
import math
import re
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from lenet.runs.config import FORMER_NAMES, RunConfig
from lenet.runs.config_errors import describe_errors
from lenet.runs.layers import LAYER_KINDS, Conv, Dense
from lenet.runs.status import Control, Status
from lenet.training.recipes import RECIPES

LAYERS = [{"kind": "conv"}, {"kind": "dense", "units": 10, "activation": "softmax"}]
KINDS = ", ".join(LAYER_KINDS)
RATE_ADVICE = "At 0 nothing would be learned; 0.001 suits Adam, 0.01 to 0.1 suits SGD."
LAYER_ADVICE = "Change that layer, or remove it."
ANYTHING = [
    None, True, "", "x", "NaN", "x" * 5000, "two\nlines", -1, 0, 10**400, 1.5, 1e300, math.nan, math.inf,
    -math.inf, [], [1], list(range(5000)), {}, {"kind": 5}, b"\xff", [None], ["conv"], [{}],
    [{"kind": "conf"}], [{"kind": ["conv"]}], [{"kind": "conv", "name": "x" * 5000}], LAYERS * 40,
]  # fmt: skip


def sentences(model: type[BaseModel] = RunConfig, **settings: Any) -> list[str]:
    """What is said of those settings; nothing where they are fine."""
    try:
        model.model_validate(({"layers": LAYERS} if model is RunConfig else {}) | settings)
    except ValidationError as error:
        return describe_errors(error)
    return []


@pytest.mark.parametrize("name", RECIPES)
def test_json_there_and_back(name: str) -> None:
    config = RECIPES[name].config
    assert RunConfig.model_validate(json.loads(json.dumps(config.model_dump(), allow_nan=False))) == config


def test_every_kind_of_layer_there_and_back() -> None:
    config = RunConfig(layers=tuple(kind() for kind in LAYER_KINDS.values()))
    again = RunConfig.model_validate_json(config.model_dump_json())
    assert [type(layer) for layer in again.layers] == list(LAYER_KINDS.values())
    assert again == config
    assert [layer.kind for layer in again.layers] == list(LAYER_KINDS)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"learning_rate": 0}, f"Learning rate: received 0, expected a number greater than 0. {RATE_ADVICE}"),
        (
            {"learning_rate": math.nan},
            f"Learning rate: received NaN, expected a finite number. {RATE_ADVICE}",
        ),
        (
            {"learning_rate": math.inf},
            f"Learning rate: received infinity, expected a finite number. {RATE_ADVICE}",
        ),
        ({"learning_rate": "fast"}, f"Learning rate: received 'fast', expected a number. {RATE_ADVICE}"),
        ({"learning_rate": None}, f"Learning rate: received nothing, expected a number. {RATE_ADVICE}"),
        (
            {"epochs": 0},
            "Epochs: received 0, expected at least 1. One epoch is one pass over the training images.",
        ),
        (
            {"epochs": 10**9},
            "Epochs: received 1000000000, expected at most 10,000. "
            "One epoch is one pass over the training images.",
        ),
        ({"batch_size": -64}, "Batch size: received -64, expected at least 1. 64 is usual."),
        ({"batch_size": 1.5}, "Batch size: received 1.5, expected a whole number. 64 is usual."),
        (
            {"optimizer": "sdg"},
            "Optimizer: received 'sdg', expected 'sgd', 'adam', 'adamw', 'rmsprop' or 'levenberg_marquardt'.",
        ),
        ({"nesterov": "maybe"}, "Nesterov: received 'maybe', expected true or false."),
        (
            {"optimizer": "sgd", "nesterov": True},
            "Nesterov: received momentum 0, expected above 0. "
            "Set the momentum (0.9 is usual), or switch Nesterov off.",
        ),
        ({"std": 0}, "Std: received 0, expected a number greater than 0. The data are divided by it."),
        (
            {"seed": 2**31},
            "Seed: received 2147483648, expected a number less than 2,147,483,648. "
            "Any such number will do: the same one gives the same weights.",
        ),
        (
            {"validation_fraction": 0},
            "Validation fraction: received 0, expected at least 0.001. "
            "0.1 keeps a tenth of the training images for validation.",
        ),
        (
            {"name": "n" * 81},
            "Name: received 81 characters, expected at most 80 characters. "
            "Type a short one, or leave it empty.",
        ),
        (
            {"learning_rat": 1},
            "Settings: there is no setting 'learning_rat'. Did you mean learning_rate?",
        ),
        (
            {"layers": []},
            "Layers: received a list of length 0, expected at least 1. "
            "Start from an architecture of the catalogue.",
        ),
        (
            {"layers": LAYERS * 40},
            "Layers: received a list of length 80, expected at most 64. "
            "Start from an architecture of the catalogue.",
        ),
        ({"layers": ["conv"]}, f"Layer 1: received 'conv', expected named values. {LAYER_ADVICE}"),
        ({"layers": [{}]}, f"Layer 1: received no kind, expected one of {KINDS}. {LAYER_ADVICE}"),
        (
            {"layers": [*LAYERS, {"kind": "conf"}]},
            f"Layer 3: received kind 'conf', expected one of {KINDS}. {LAYER_ADVICE}",
        ),
        (
            {"layers": [{"kind": "conv", "filters": 0}]},
            f"Layer 1 (conv): filters: received 0, expected at least 1. {LAYER_ADVICE}",
        ),
        (
            {"layers": [*LAYERS, {"kind": "dropout", "rate": 1}]},
            f"Layer 3 (dropout): rate: received 1, expected a number less than 1. {LAYER_ADVICE}",
        ),
        (
            {"layers": [{"kind": "conv", "kernel": 3}]},
            "Layer 1 (conv): there is no setting 'kernel'. Did you mean kernel_size?",
        ),
        (  # both a kind of layer and a setting of others
            {"layers": [{"kind": "dense", "activation": "rellu"}]},
            "Layer 1 (dense): activation: received 'rellu', expected 'linear', 'relu', 'tanh', "
            f"'scaled_tanh', 'sigmoid', 'elu', 'gelu' or 'softmax'. {LAYER_ADVICE}",
        ),
        (
            {"layers": [{"kind": "activation", "activation": "relu"}]},
            "Layer 1 (activation): there is no setting 'activation'. Known: function.",
        ),
        (
            {"layers": [{"kind": "batch_norm", "rate": 1}]},
            "Layer 1 (batch_norm): there is no setting 'rate'. Known: none.",
        ),
    ],
)
def test_one_sentence_for_one_mistake(settings: dict[str, Any], sentence: str) -> None:
    assert sentences(**settings) == [sentence]


def test_a_sentence_for_each_mistake() -> None:
    said = sentences(epochs=0, std=-1, layers=[{"kind": "conv", "filters": 0, "strides": 0}])
    assert [sentence.split(": received")[0] for sentence in said] == [
        "Layer 1 (conv): filters",
        "Layer 1 (conv): strides",
        "Std",
        "Epochs",
    ]


@pytest.mark.parametrize("whole", [[1], "x", None, 5])
def test_something_else_than_settings(whole: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        RunConfig.model_validate(whole)
    (sentence,) = describe_errors(caught.value)
    assert re.fullmatch(r"Settings: received .+, expected named values\.", sentence)


def test_missing_layers() -> None:
    with pytest.raises(ValidationError) as caught:
        RunConfig.model_validate({})
    assert describe_errors(caught.value) == [
        "Layers: received nothing, expected a value. Start from an architecture of the catalogue."
    ]


def every_sentence() -> set[str]:
    """What is said of anything at all in each setting of a run, of each layer, and of the run's own files."""
    said: list[str] = []
    for value in ANYTHING:
        for setting in (*RunConfig.model_fields, *FORMER_NAMES, "unknown", "x" * 5000):
            said += sentences(**{setting: value})
        for kind, layer in LAYER_KINDS.items():
            for setting in (*layer.model_fields, "unknown"):
                said += sentences(layers=[{"kind": kind} | {setting: value}])
        for model in (Status, Control):
            for setting in model.model_fields:
                said += sentences(model, **{setting: value})
    return set(said)


def test_every_sentence_is_plain_and_short() -> None:
    said = every_sentence()
    assert len(said) > 400
    jargon = r"Input should|valid |pars|[Tt]uple|dictionary|boolean|integer|string|discriminator|\btag\b"
    jargon += r"|None|\bnan\b"
    for sentence in said:
        assert not re.search(jargon, sentence), sentence
        assert len(sentence) < 550, sentence  # the longest lists every setting
        assert sentence[0].isupper() and sentence[-1] in ".?", sentence
        assert "\n" not in sentence
        is_bad_value = re.search(r": received .+, expected .+\.", sentence)
        assert is_bad_value or re.search(r"there is no setting '.+ (Did you mean|Known:) .+", sentence), (
            sentence
        )


FORMER = {"squeeze": 0.1, "hide": 0.2, "rubbish": 2.0, "weight_penalty": 0.003}
CURRENT = {"aspect": 0.1, "cutout": 0.2, "rejection_penalty": 2.0, "l2": 0.003}


def test_the_former_names_of_settings_are_read_and_the_new_ones_written() -> None:
    assert {FORMER_NAMES[former]: value for former, value in FORMER.items()} == CURRENT
    former = RunConfig(layers=LAYERS, initializer="unit_variance", **FORMER)
    current = RunConfig(layers=LAYERS, initializer="lsuv", **CURRENT)
    assert former == current and hash(former) == hash(current)
    assert former.model_dump_json() == current.model_dump_json()
    assert not set(FORMER) & set(former.model_dump()) and former.initializer == "lsuv"


@pytest.mark.parametrize(("former", "name"), FORMER_NAMES.items())
def test_a_change_under_either_name(former: str, name: str) -> None:
    config = RunConfig(layers=LAYERS, **CURRENT)
    assert config.replace(**{former: 0.5}) == config.replace(**{name: 0.5}) != config


def test_a_mistake_under_a_former_name_is_said_under_that_name() -> None:
    (sentence,) = sentences(hide=5)
    assert sentence == "Hide: received 5, expected at most 0.9. 0 is none."
    (sentence,) = sentences(weight_penalty=-1)
    assert sentence == "Weight penalty: received -1, expected at least 0. 0.001 is usual; 0 is none."


def test_a_setting_under_both_names() -> None:
    assert not sentences(hide=0.1, cutout=0.1)
    assert sentences(hide=0.1, cutout=0.2) == [
        "Settings: received cutout 0.2 and hide 0.1, expected one of them: "
        "hide is the former name of cutout. Leave out hide."
    ]
    with pytest.raises(ValidationError):
        RunConfig(layers=LAYERS).replace(hide=0.1, cutout=0.2)


def test_an_enormous_learning_rate_is_allowed() -> None:
    """Training fails at the step where the loss becomes NaN, and says so."""
    assert RunConfig(layers=LAYERS, learning_rate=1e9).learning_rate == 1e9


def test_nesterov_matters_to_sgd_alone() -> None:
    assert not sentences(optimizer="adam", nesterov=True)
    assert not sentences(optimizer="sgd", nesterov=True, momentum=0.9)


def test_replace_validates_and_leaves_the_original() -> None:
    config = RunConfig(layers=(Conv(), Dense(units=10)))
    changed = config.replace(epochs=3, layers=(Dense(units=10),))
    assert (changed.epochs, len(changed.layers)) == (3, 1)
    assert (config.epochs, len(config.layers)) == (10, 2)
    with pytest.raises(ValidationError):
        config.replace(epochs=0)


def test_a_config_is_a_value() -> None:
    config = RunConfig(layers=LAYERS)
    assert hash(config) == hash(RunConfig(layers=LAYERS))
    with pytest.raises(ValidationError):
        config.epochs = 3
