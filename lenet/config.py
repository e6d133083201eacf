"""What one training run is asked to do: `RunConfig`, its layers, and the words for what is wrong with it.

Pure data with validation. Must not import numpy, Streamlit, TensorFlow or Keras.
"""

import difflib
from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    FailFast,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from lenet.paper1998 import C3_TABLE
from lenet.sentences import shortened, shown

# scaled_tanh: 1.7159 · tanh(2a/3), the paper's of 1998; its units start with weights uniform in ±2.4/fan-in
ActivationName = Literal["linear", "relu", "tanh", "scaled_tanh", "sigmoid", "elu", "gelu", "softmax"]


MOST_KEYS = 200  # of a value
MOST_SENTENCES = 64  # about one value
MOST_CONNECTIONS = 20_000  # in the tables of all layers: a config is a small file


class Frozen(BaseModel):
    """A value: unknown keys are refused, so that a typing error is never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _has_few_keys(cls, value: Any) -> Any:
        """Before each of them that is wrong makes an error of its own: a hundred thousand take a minute."""
        if isinstance(value, dict) and len(value) > MOST_KEYS:
            raise ValueError(
                f"Settings: received {len(value):,} of them, expected at most {MOST_KEYS}. "
                "Remove those that are none."
            )
        return value


def at_most(length: int) -> BeforeValidator:
    """Of a list: refuses a longer one before its items are looked at, for the same reason."""

    def check(value: Any) -> Any:
        if isinstance(value, list | tuple) and len(value) > length:
            raise PydanticCustomError("too_long", "too long", {"max_length": length})
        return value

    return BeforeValidator(check)


# Layers. Flattening is implied: a dense layer takes whatever it is given as one row of numbers.


class Conv(Frozen):
    """2-D convolution; `padding="same"` keeps height and width (at stride 1)."""

    kind: Literal["conv"] = "conv"
    filters: int = Field(6, ge=1, le=1024)
    kernel_size: int = Field(5, ge=1, le=64)
    strides: int = Field(1, ge=1, le=16)
    padding: Literal["valid", "same"] = "valid"
    activation: ActivationName = "relu"


class MaxPool(Frozen):
    """The largest of each `size`×`size` window; windows do not overlap."""

    kind: Literal["max_pool"] = "max_pool"
    size: int = Field(2, ge=1, le=64)


class AveragePool(Frozen):
    """The mean of each `size`×`size` window; windows do not overlap."""

    kind: Literal["average_pool"] = "average_pool"
    size: int = Field(2, ge=1, le=64)


class Dense(Frozen):
    """Every input to every unit."""

    kind: Literal["dense"] = "dense"
    units: int = Field(84, ge=1, le=16384)
    activation: ActivationName = "relu"


class Dropout(Frozen):
    """While training, each value becomes 0 with probability `rate`."""

    kind: Literal["dropout"] = "dropout"
    rate: float = Field(0.25, ge=0, lt=1)


class BatchNorm(Frozen):
    """Each channel to mean 0 and variance 1, then a trainable scale and shift."""

    kind: Literal["batch_norm"] = "batch_norm"


class Activation(Frozen):
    """An activation function as a layer of its own."""

    kind: Literal["activation"] = "activation"
    function: ActivationName = "relu"


class Subsampling(Frozen):
    """The sum of each `size`×`size` window, times one coefficient and plus one bias a map, both trainable."""

    kind: Literal["subsampling"] = "subsampling"
    size: int = Field(2, ge=1, le=64)
    activation: ActivationName = "scaled_tanh"


Sources = Annotated[
    tuple[Annotated[int, Field(lt=1024)], ...], Field(min_length=1), FailFast(), at_most(1024)
]


class PartialConv(Frozen):
    """2-D convolution whose every map sees some of the input maps only; by default C3 of the paper."""

    kind: Literal["partial_conv"] = "partial_conv"
    kernel_size: int = Field(5, ge=1, le=64)
    activation: ActivationName = "scaled_tanh"
    # For each map the input maps that it sees, from 0
    table: Annotated[tuple[Sources, ...], Field(min_length=1), FailFast(), at_most(1024)] = C3_TABLE

    @field_validator("table")
    @classmethod
    def _each_map_once(cls, table: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
        for number, sources in enumerate(table):
            if len(set(sources)) < len(sources) or min(sources) < 0:
                raise ValueError(
                    f"Table: received {shortened(str(sources))} for map {number}, "
                    "expected different input maps, from 0 on."
                )
        return table


class RadialBasis(Frozen):
    """The output of 1998: for each digit the squared distance to its 7×12 code; the nearest is the answer."""

    kind: Literal["radial_basis"] = "radial_basis"


# Another kind of layer joins here, in `layer_rules.py` (its shapes and counts) and in `network.py`.
LAYER_KINDS: dict[str, type[Frozen]] = {
    "conv": Conv,
    "max_pool": MaxPool,
    "average_pool": AveragePool,
    "dense": Dense,
    "dropout": Dropout,
    "batch_norm": BatchNorm,
    "activation": Activation,
    "subsampling": Subsampling,
    "partial_conv": PartialConv,
    "radial_basis": RadialBasis,
}
Layer = Annotated[
    Conv
    | MaxPool
    | AveragePool
    | Dense
    | Dropout
    | BatchNorm
    | Activation
    | Subsampling
    | PartialConv
    | RadialBasis,
    Field(discriminator="kind"),
]


class RunConfig(Frozen):
    """Everything that decides the weights of one run. Flat, so that `--set key=value` reaches all of it.

    The same config and the same seed give the same weights on the same machine.
    """

    # What is trained, on what
    recipe: str | None = Field(None, max_length=200)  # the recipe that it started from, for the record
    name: str = Field("", max_length=80)  # what a person calls the run; empty: the recipe's name
    dataset: str = Field("mnist", max_length=200)
    architecture: str | None = Field(None, max_length=200)  # the catalogue's name; None: layers of one's own
    layers: Annotated[tuple[Layer, ...], Field(min_length=1), at_most(64)]
    # What a run (by id) or a shipped model (by name) has learned; run-id@epoch; None: drawn from the seed
    initial_weights: str | None = Field(None, max_length=1000)
    # How they are drawn; those of layers that end in scaled_tanh as in the paper of 1998, whatever this says
    initializer: Literal[
        "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal",
        "orthogonal",
        "unit_variance",  # orthogonal, then scaled until every layer gives variance one on training images
    ] = "glorot_uniform"  # fmt: skip

    # Preprocessing: zero padding first, then scaling of pixels 0–255
    pad_to: int | None = Field(None, ge=1, le=256)  # height and width after padding with background
    scaling: Literal["raw", "unit", "paper", "standardize"] = "unit"
    mean: float = 0.0  # for "standardize", of pixels scaled to 0–1
    std: float = Field(1.0, gt=0)

    # Augmentation: the largest random distortion of a training image; 0 is none
    rotation: float = Field(0.0, ge=0, le=180)  # degrees
    shift: float = Field(0.0, ge=0, le=0.5)  # fraction of the width
    zoom: float = Field(0.0, ge=0, le=0.9)  # 0.1: from 90 % to 110 %
    shear: float = Field(0.0, ge=0, le=60)  # degrees
    squeeze: float = Field(0.0, ge=0, le=0.9)  # 0.1: up to 10 % wider and as much lower, or the reverse
    flip: float = Field(0.0, ge=0, le=1)  # share of the images that are mirrored, left for right
    elastic: float = Field(0.0, ge=0, le=0.5)  # bending: standard deviation of moves, fraction of the width
    hide: float = Field(0.0, ge=0, le=0.9)  # side of a square of background, fraction of the width

    # Optimizer
    # levenberg_marquardt: stochastic and diagonal, the paper's of 1998
    optimizer: Literal["sgd", "adam", "adamw", "rmsprop", "levenberg_marquardt"] = "adam"
    learning_rate: float = Field(1e-3, gt=0)
    momentum: float = Field(0.0, ge=0, lt=1)  # sgd only
    nesterov: bool = False  # sgd only
    weight_decay: float = Field(0.004, ge=0, le=1)  # adamw only; decoupled, Keras' default
    damping: float = Field(0.02, gt=0)  # levenberg_marquardt only: added to each weight's curvature
    early_damping: float | None = Field(None, gt=0)  # the same in the first two epochs; None: no other

    # Loss. distance and map are the paper's of 1998, for a network that ends in radial_basis: the distance to
    # the right code; and that with a penalty for being near the others, down to `rubbish` (its j).
    loss: Literal["cross_entropy", "distance", "map"] = "cross_entropy"
    rubbish: float = Field(1.0, gt=0)  # map only
    label_smoothing: float = Field(0.0, ge=0, lt=1)  # cross_entropy only: share that all classes are given
    # Half of it times the sum of all squared kernels joins the loss
    weight_penalty: float = Field(0.0, ge=0, le=1)

    # Schedule of the learning rate
    schedule: Literal["constant", "step", "cosine", "one_cycle", "paper"] = "constant"
    step_epochs: int = Field(5, ge=1, le=10_000)  # step: every so many epochs …
    step_factor: float = Field(0.5, gt=0, le=1)  # … the rate is multiplied by this
    warmup: float = Field(0.3, ge=0, lt=1)  # one_cycle: fraction of the steps that rise

    # Loop
    batch_size: int = Field(64, ge=1, le=1_000_000)
    epochs: int = Field(10, ge=1, le=10_000)
    seed: int = Field(0, ge=0, lt=2**31)

    # Validation
    validation: Literal["last_fraction", "random_fraction", "test"] = "last_fraction"
    validation_fraction: float = Field(0.1, ge=0.001, lt=1)
    early_stopping: int | None = Field(None, ge=1, le=10_000)  # epochs without a lower validation loss
    keep_best: bool = False  # the final model is the epoch of lowest validation loss

    @field_validator("layers")
    @classmethod
    def _small_tables(cls, layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
        tables = [layer.table for layer in layers if isinstance(layer, PartialConv)]
        count = sum(len(sources) for table in tables for sources in table)
        if count > MOST_CONNECTIONS:
            raise ValueError(
                f"Table: received {count:,} connections of maps, expected at most {MOST_CONNECTIONS:,}. "
                "Use fewer maps, or a conv layer, whose maps see all of those before."
            )
        return layers

    @model_validator(mode="after")
    def _nesterov_needs_momentum(self) -> "RunConfig":
        if self.optimizer == "sgd" and self.nesterov and self.momentum == 0:
            raise ValueError(
                "Nesterov: received momentum 0, expected above 0. "
                "Set the momentum (0.9 is usual), or switch Nesterov off."
            )
        return self

    @property
    def ends_in_codes(self) -> bool:
        """Whether its outputs are distances to fixed codes, as in the network of 1998."""
        return isinstance(self.layers[-1], RadialBasis)

    def replace(self, **changes: Any) -> "RunConfig":
        """A validated copy with `changes`. Raises `pydantic.ValidationError`."""
        return RunConfig.model_validate(self.model_dump() | changes)


# What a person may do about a value that was refused.
_ADVICE = {
    "learning_rate": "At 0 nothing would be learned; 0.001 suits Adam, 0.01 to 0.1 suits SGD.",
    "momentum": "0.9 is usual; 0 is none.",
    "weight_decay": "0.004 is usual; 0 is none.",
    "damping": "0.02 is the paper's.",
    "early_damping": "Leave it out to have one damping from the first epoch on.",
    "rubbish": "1 is usual; far larger, and it has no effect.",
    "label_smoothing": "0.1 is usual; 0 is none.",
    "weight_penalty": "0.001 is usual; 0 is none.",
    "epochs": "One epoch is one pass over the training images.",
    "batch_size": "64 is usual.",
    "seed": "Any such number will do: the same one gives the same weights.",
    "std": "The data are divided by it.",
    "pad_to": "32 is what LeNet-5 takes.",
    "rotation": "0 is none.",
    "shift": "0 is none.",
    "zoom": "0 is none.",
    "shear": "0 is none.",
    "squeeze": "0 is none.",
    "flip": "0 is none, 0.5 is every second image.",
    "elastic": "0 is none, 0.04 is visible.",
    "hide": "0 is none.",
    "step_epochs": "Every so many epochs the learning rate is multiplied by the step factor.",
    "step_factor": "0.5 halves the learning rate each time.",
    "warmup": "0.3 is usual.",
    "validation_fraction": "0.1 keeps a tenth of the training images for validation.",
    "early_stopping": "Leave it out to train every epoch.",
    "name": "Type a short one, or leave it empty.",
    "layers": "Start from an architecture of the catalogue.",
}

# What was expected, by the beginning of pydantic's type of error; the first that fits.
_EXPECTED = {
    "greater_than_equal": "at least {ge}",
    "greater_than": "a number greater than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "a number less than {lt}",
    "literal_error": "{expected}",
    "string_too_long": "at most {max_length} characters",
    "too_long": "at most {max_length}",
    "too_short": "at least {min_length}",
    "finite_number": "a finite number",
    "float": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "string": "text",
    "tuple": "a list",
    "union_tag": f"one of {', '.join(LAYER_KINDS)}",
    "model": "named values",
    "missing": "a value",
}


def describe_errors(error: ValidationError) -> list[str]:
    """A sentence for each thing that is wrong, MOST_SENTENCES of them at most: what was received, what is
    expected, what to do.
    """
    problems = (problem for problem in error.errors() if not _is_consequence(problem))
    return [_sentence(problem) for problem in islice(problems, MOST_SENTENCES)]


def _is_consequence(problem: Any) -> bool:
    """Whether this only repeats another one: pydantic counts the layers that are valid."""
    return problem["type"] == "too_short" and bool(problem["input"])


def _sentence(problem: Any) -> str:
    kind, location = problem["type"], problem["loc"]
    if kind == "value_error":  # a sentence of ours
        return str(problem["ctx"]["error"])
    if kind == "extra_forbidden":
        return _no_such_setting(location)
    words = [
        f"{_place(location)}: received {_received(problem)}, expected {_expected(problem)}.",
        "Change that layer, or remove it." if _is_inside_a_layer(location) else _ADVICE.get(_last(location)),
    ]
    return " ".join(filter(None, words))


def _is_inside_a_layer(location: tuple[int | str, ...]) -> bool:
    return len(location) > 1 and location[0] == "layers"


def _last(location: tuple[int | str, ...]) -> str:
    return str(location[-1]) if location else ""


def _place(location: tuple[int | str, ...]) -> str:
    """Where it is, as a person says it: `Learning rate`, `Layer 1 (conv): filters`."""
    if _is_inside_a_layer(location):
        _, index, *kind_and_setting = location
        layer, *setting = [f"Layer {index + 1}", *map(str, kind_and_setting)]
        words = f"{layer} ({setting[0]})" if setting else layer
        return ": ".join([words, *(part.replace("_", " ") for part in setting[1:])])
    words = " ".join(map(str, location)).replace("_", " ") or "settings"
    return f"{words[0].upper()}{words[1:]}"


def _no_such_setting(location: tuple[int | str, ...]) -> str:
    """Names the settings that are spelled like it, else all that there are."""
    *place, name = location
    model = LAYER_KINDS[str(location[2])] if _is_inside_a_layer(location) else RunConfig
    known = [field for field in model.model_fields if field != "kind"]
    close = difflib.get_close_matches(str(name)[:100], known)
    what = f"{_place(tuple(place))}: there is no setting {shown(name)}."
    if close:
        return f"{what} Did you mean {' or '.join(close)}?"
    return f"{what} Known: {', '.join(known) or 'none'}."


def _expected(problem: Any) -> str:
    template = next((words for start, words in _EXPECTED.items() if problem["type"].startswith(start)), None)
    bounds = {key: _number(value) for key, value in problem.get("ctx", {}).items()}
    return template.format_map(bounds) if template else problem["msg"]


def _number(bound: Any) -> str:
    return f"{bound:,}".removesuffix(".0") if isinstance(bound, (int, float)) else str(bound)


def _received(problem: Any) -> str:
    kind, value = problem["type"], problem["input"]
    if kind.startswith("union_tag"):
        tag = value.get("kind") if isinstance(value, dict) else None
        return "no kind" if tag is None else f"kind {shown(tag)}"
    if kind == "string_too_long":
        return f"{len(value):,} characters"
    return "nothing" if kind == "missing" else shown(value)
