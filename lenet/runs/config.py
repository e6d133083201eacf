"""What one training run is asked to do: `RunConfig`, its layers, and the words for what is wrong with it.

Pure data with validation. Must not import Streamlit, TensorFlow or Keras.
"""

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, field_validator, model_validator

from lenet.runs.layers import Layer
from lenet.sentences import shown
from lenet.values import Frozen, at_most

MOST_SENTENCES = 64  # about one value
MOST_CONNECTIONS = 20_000  # in the tables of all layers: a config is a small file
# What version 0.1 called a setting → its name. Old configs, links and commands are read for ever.
FORMER_NAMES = {"squeeze": "aspect", "hide": "cutout", "rubbish": "rejection_penalty", "weight_penalty": "l2"}


class RunConfig(Frozen):
    """Everything that decides the weights of one run. Flat, so that `--set key=value` reaches all of it.

    The same config and the same seed give the same weights on the same machine.
    """

    # What is trained, on what
    recipe: str | None = Field(None, max_length=200)  # the recipe that it started from, for the record
    name: str = Field("", max_length=80)  # what a person calls the run; empty: what differs from the recipe
    dataset: str = Field("mnist", max_length=200)
    architecture: str | None = Field(None, max_length=200)  # the catalogue's name; None: layers of one's own
    layers: Annotated[tuple[Layer, ...], Field(min_length=1), at_most(64)]
    # What a run (by id) or a pretrained model (by name) has learned; run-id@epoch; None: drawn from the seed
    initial_weights: str | None = Field(None, max_length=1000)
    # How they are drawn; those of layers that end in scaled_tanh as in the paper of 1998, whatever this says
    initializer: Literal[
        "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal",
        "orthogonal",
        "lsuv",  # orthogonal, then scaled until every layer gives variance one on training images
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
    # 0.1: up to 10 % wider and as much lower, or the reverse
    aspect: float = Field(0.0, ge=0, le=0.9, validation_alias=AliasChoices("aspect", "squeeze"))
    flip: float = Field(0.0, ge=0, le=1)  # share of the images that are mirrored, left for right
    elastic: float = Field(0.0, ge=0, le=0.5)  # bending: standard deviation of moves, fraction of the width
    # side of a square of background, fraction of the width
    cutout: float = Field(0.0, ge=0, le=0.9, validation_alias=AliasChoices("cutout", "hide"))

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
    # the code of the true class; and that with a penalty for being near the others, down to
    # `rejection_penalty` (its j).
    loss: Literal["cross_entropy", "distance", "map"] = "cross_entropy"
    rejection_penalty: float = Field(  # map only
        1.0, gt=0, validation_alias=AliasChoices("rejection_penalty", "rubbish")
    )
    label_smoothing: float = Field(0.0, ge=0, lt=1)  # cross_entropy only: share that all classes are given
    # Half of it times the sum of all squared kernels joins the loss
    l2: float = Field(0.0, ge=0, le=1, validation_alias=AliasChoices("l2", "weight_penalty"))

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

    @model_validator(mode="before")
    @classmethod
    def _one_name_each(cls, values: Any) -> Any:
        """Of a setting under its name and its former one: both may be there if they say the same."""
        if not isinstance(values, dict):
            return values
        twice = {former: name for former, name in FORMER_NAMES.items() if {former, name} <= values.keys()}
        for former, name in twice.items():
            if values[former] != values[name]:
                raise ValueError(
                    f"Settings: received {name} {shown(values[name])} and {former} {shown(values[former])}, "
                    f"expected one of them: {former} is the former name of {name}. Leave out {former}."
                )
        return {name: value for name, value in values.items() if name not in twice}

    @field_validator("initializer", mode="before")
    @classmethod
    def _former_initializer(cls, name: Any) -> Any:
        """Version 0.1 called it by what it brings about."""
        return "lsuv" if name == "unit_variance" else name

    @field_validator("layers")
    @classmethod
    def _small_tables(cls, layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
        count = sum(layer.num_connected_maps() for layer in layers)
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
        return self.layers[-1].gives_distances

    def replace(self, **changes: Any) -> "RunConfig":
        """A validated copy with `changes`. Raises `pydantic.ValidationError`."""
        changed = {FORMER_NAMES.get(name, name) for name in changes}
        return RunConfig.model_validate(self.model_dump(exclude=changed) | changes)
