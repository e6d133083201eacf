"""The layers of a network as data, and the kinds that there are.

Pure data with validation. Flattening is implied: a dense layer takes whatever it is given as one row of
numbers. Must not import numpy, Streamlit, TensorFlow or Keras.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, FailFast, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from lenet.sentences import shortened

# scaled_tanh: 1.7159 · tanh(2a/3), the paper's of 1998; its units start with weights uniform in ±2.4/fan-in
ActivationName = Literal["linear", "relu", "tanh", "scaled_tanh", "sigmoid", "elu", "gelu", "softmax"]


MOST_KEYS = 200  # of a value


Shape = tuple[int, ...]  # (height, width, channels), or (units,) once a dense layer has flattened them

# For each of the 6 maps of S2 the maps of C3 that see it: 60 pairs.
_SEEN_BY = (
    (0, 4, 5, 6, 9, 10, 11, 12, 14, 15),
    (0, 1, 5, 6, 7, 10, 11, 12, 13, 15),
    (0, 1, 2, 6, 7, 8, 11, 13, 14, 15),
    (1, 2, 3, 6, 7, 8, 9, 12, 14, 15),
    (2, 3, 4, 7, 8, 9, 10, 12, 13, 15),
    (3, 4, 5, 8, 9, 10, 11, 13, 14, 15),
)


# For each of the 16 maps of C3 the maps of S2 that it sees.
C3_TABLE: tuple[tuple[int, ...], ...] = tuple(
    tuple(source for source, seen_by in enumerate(_SEEN_BY) if number in seen_by) for number in range(16)
)


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


# Another kind of layer joins here, in `networks/layer_specs.py` (its shapes and counts) and in
# `networks/build.py`.
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
