"""What one training run is asked to do: `RunConfig`, its layers, and the words for what is wrong with it.

Pure data with validation. Must not import numpy, Streamlit, TensorFlow or Keras.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

ActivationName = Literal["linear", "relu", "tanh", "sigmoid", "elu", "gelu", "softmax"]


class Frozen(BaseModel):
    """A value: unknown keys are refused, so that a typing error is never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


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


# Another kind of layer joins here, in `architectures.py` (its shapes and counts) and in `network.py`.
LAYER_KINDS: dict[str, type[Frozen]] = {
    "conv": Conv,
    "max_pool": MaxPool,
    "average_pool": AveragePool,
    "dense": Dense,
    "dropout": Dropout,
    "batch_norm": BatchNorm,
    "activation": Activation,
}
Layer = Annotated[
    Conv | MaxPool | AveragePool | Dense | Dropout | BatchNorm | Activation,
    Field(discriminator="kind"),
]


class RunConfig(Frozen):
    """Everything that decides the weights of one run. Flat, so that `--set key=value` reaches all of it.

    The same config and the same seed give the same weights on the same machine.
    """

    # What is trained, on what
    recipe: str | None = None  # the recipe that it started from, for the record
    name: str = Field("", max_length=80)  # what a person calls the run; empty: the recipe's name
    dataset: str = "mnist"
    architecture: str | None = None  # the catalogue's name; None: layers of one's own
    layers: tuple[Layer, ...] = Field(min_length=1, max_length=64)
    initial_weights: str | None = None  # `run-id@epoch`; None: drawn from the seed

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

    # Optimizer
    optimizer: Literal["sgd", "adam", "adamw", "rmsprop"] = "adam"
    learning_rate: float = Field(1e-3, gt=0)
    momentum: float = Field(0.0, ge=0, lt=1)  # sgd only
    nesterov: bool = False  # sgd only
    weight_decay: float = Field(0.004, ge=0, le=1)  # adamw only; decoupled, Keras' default

    # Schedule of the learning rate
    schedule: Literal["constant", "step", "cosine", "one_cycle"] = "constant"
    step_epochs: int = Field(5, ge=1)  # step: every so many epochs …
    step_factor: float = Field(0.5, gt=0, le=1)  # … the rate is multiplied by this
    warmup: float = Field(0.3, ge=0, lt=1)  # one_cycle: fraction of the steps that rise

    # Loop
    batch_size: int = Field(64, ge=1)
    epochs: int = Field(10, ge=1, le=10_000)
    seed: int = Field(0, ge=0, lt=2**31)

    # Validation
    validation: Literal["last_fraction", "random_fraction", "test"] = "last_fraction"
    validation_fraction: float = Field(0.1, gt=0, lt=1)
    early_stopping: int | None = Field(None, ge=1)  # epochs without a lower validation loss
    keep_best: bool = False  # the final model is the epoch of lowest validation loss

    SCALINGS: ClassVar[dict[str, str]] = {
        "raw": "0 to 255, as stored",
        "unit": "0 to 1",
        "paper": "−0.1 to 1.175, as in the paper of 1998",
        "standardize": "(pixel/255 − mean) / std",
    }

    @model_validator(mode="after")
    def _nesterov_needs_momentum(self) -> "RunConfig":
        if self.optimizer == "sgd" and self.nesterov and self.momentum == 0:
            raise ValueError(
                "Nesterov: received momentum 0, expected above 0. "
                "Set the momentum (0.9 is usual), or switch Nesterov off."
            )
        return self

    @property
    def title(self) -> str:
        """What a person reads: the name given, else the recipe, else the architecture."""
        return self.name or self.recipe or self.architecture or "own network"

    def replace(self, **changes: Any) -> "RunConfig":
        """A validated copy with `changes`. Raises `pydantic.ValidationError`."""
        return RunConfig.model_validate(self.model_dump() | changes)


# What a person may do about a value that a bound refused.
_ADVICE = {
    "learning_rate": "At 0 nothing would be learned; 0.001 suits Adam, 0.01 to 0.1 suits SGD.",
    "epochs": "One epoch is one pass over the training images.",
    "batch_size": "64 is usual.",
    "std": "The data are divided by it.",
    "validation_fraction": "0.1 keeps a tenth of the training images for validation.",
    "layers": "Add layers, or start from an architecture of the catalogue.",
}


def describe_errors(error: ValidationError) -> list[str]:
    """One sentence for each thing that is wrong: what was received, what is expected, what to do."""
    return [_sentence(problem) for problem in error.errors()]


def _sentence(problem: Any) -> str:
    location = [str(part) for part in problem["loc"] if part not in LAYER_KINDS]
    message = problem["msg"].removeprefix("Value error, ")
    if not location:
        return message
    if location[0] == "layers" and len(location) > 1:
        what = " ".join([f"Layer {int(location[1]) + 1}", *location[2:]])
    else:
        what = " ".join(location)
    if problem["type"] == "extra_forbidden":
        return f"{what}: there is no such setting. Check its spelling."
    if problem["type"] == "missing":
        return f"{what}: received nothing, expected a value. {_ADVICE.get(location[0], '')}".strip()
    expected = message.replace("Input should be ", "").replace("a valid", "a")
    words = f"{what.replace('_', ' ')}: received {problem['input']!r}, expected {expected}."
    return f"{words[0].upper()}{words[1:]} {_ADVICE.get(location[0], '')}".strip()
