"""What the settings of the Train page are called, and in which fold each lies. Must not import Streamlit."""

from dataclasses import dataclass

from lenet.runs.config import RunConfig
from lenet.sweep.space import LAYER, Value, value_text


@dataclass(frozen=True)
class Fold:
    """Some settings that are folded away together.

    Attributes:
        title: names what is in it, so that a search on the page finds it.
        icon: of Material Symbols.
        settings: field of a run's config → its title.
    """

    title: str
    icon: str
    settings: dict[str, str]


UPDATES = Fold(
    "Batch size, learning rate and its schedule, optimizer, loss", "speed",
    {
        "batch_size": "Batch size",
        "learning_rate": "Learning rate",
        "optimizer": "Optimizer",
        "momentum": "Momentum",
        "nesterov": "Nesterov",
        "weight_decay": "Weight decay",
        "damping": "Damping",
        "early_damping": "Damping in the first two epochs",
        "loss": "Loss",
        "label_smoothing": "Label smoothing",
        "l2": "L2 penalty",
        "rejection_penalty": "Rejection penalty",
        "schedule": "Learning rate schedule",
        "step_epochs": "Every so many epochs",
        "step_factor": "Multiply by",
        "warmup": "Warm-up",
    },
)  # fmt: skip
PREPROCESSING = Fold(
    "Preprocessing: padding, pixel values", "tune",
    {
        "pad_to": "Height and width after padding",
        "scaling": "Pixel values",
        "mean": "Mean",
        "std": "Standard deviation",
    },
)  # fmt: skip
AUGMENTATION = Fold(
    "Augmentation: rotation, shift, zoom, shear, …", "transform",
    {
        "rotation": "Rotation, degrees",
        "shift": "Shift, of the width",
        "zoom": "Zoom, 0.1 is ±10 %",
        "shear": "Shear, degrees",
        "aspect": "Aspect, 0.1 is ±10 %",
        "flip": "Flip, share of images",
        "elastic": "Elastic, of the width",
        "cutout": "Cutout, of the width",
    },
)  # fmt: skip
VALIDATION = Fold(
    "Validation, early stopping, best epoch", "fact_check",
    {
        "validation": "Validate on",
        "validation_fraction": "Validation fraction",
        "early_stopping": "Patience: epochs without a lower validation loss",
        "keep_best": "Keep the best epoch",
    },
)  # fmt: skip
BEGINNING = Fold(
    "Start from, initial weights, seed, name", "casino",
    {
        "initial_weights": "Start from",
        "initializer": "Initial weights",
        "seed": "Seed",
        "name": "Name",
    },
)  # fmt: skip
FOLDS = (UPDATES, PREPROCESSING, AUGMENTATION, VALIDATION, BEGINNING)
TITLES = {name: title for fold in FOLDS for name, title in fold.settings.items()}
_OF_NETWORK = {"recipe": "Recipe", "architecture": "Architecture", "epochs": "Epochs"}


def setting_title(setting: str, base: RunConfig) -> str:
    """What a setting is called where it is chosen: `Learning rate`, `Layer 1 (conv 6@5×5): filters`."""
    found = LAYER.fullmatch(setting)
    if not found or not 1 <= int(found[1]) <= len(base.layers):
        return short_title(setting)
    return f"Layer {found[1]} ({base.layers[int(found[1]) - 1].title()}): {found[2].replace('_', ' ')}"


def short_title(setting: str) -> str:
    """The same where it is shown: `Learning rate`, `Layer 1 filters`."""
    if found := LAYER.fullmatch(setting):
        return f"Layer {found[1]} {found[2].replace('_', ' ')}"
    return (TITLES | _OF_NETWORK).get(setting, setting)


def short_value(value: Value) -> str:
    """The value of a setting, of which three digits tell enough."""
    return f"{value:.3g}" if isinstance(value, float) else value_text(value)


def settings_in_words(values: dict[str, Value]) -> str:
    """The settings of a trial in a line."""
    return ", ".join(f"{short_title(name).lower()} {short_value(value)}" for name, value in values.items())
