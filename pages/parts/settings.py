"""The settings column of the Train page: widgets for every field of a RunConfig but its layers.

The widgets are keyed by the draft's generation: a new recipe is a new generation, and all start afresh.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from lenet.config import RunConfig
from lenet.datasets import DatasetInfo

_OPTIMIZERS = {
    "sgd": "SGD",
    "adam": "Adam",
    "adamw": "AdamW",
    "rmsprop": "RMSprop",
    "levenberg_marquardt": "Levenberg–Marquardt, stochastic and diagonal (1998)",
}
_SCHEDULES = {
    "constant": "Constant",
    "step": "Step",
    "cosine": "Cosine",
    "one_cycle": "One cycle",
    "paper": "Steps of 1998: ×1, 0.4, 0.2, 0.1, 0.02",
}
_LOSSES = {
    "cross_entropy": "Cross-entropy",
    "distance": "Squared distance to the right code (1998)",
    "map": "The same, and away from the other codes (1998, MAP)",
}
_INITIALIZERS = {
    "glorot_uniform": "Glorot, uniform: ±√(6 / (inputs + outputs))",
    "glorot_normal": "Glorot, normal",
    "he_uniform": "He, uniform: ±√(6 / inputs)",
    "he_normal": "He, normal",
    "lecun_uniform": "LeCun, uniform: ±√(3 / inputs)",
    "lecun_normal": "LeCun, normal",
    "orthogonal": "Orthogonal",
    "unit_variance": "Orthogonal, each layer to variance 1",
}
_VALIDATIONS = {
    "last_fraction": "Last part of the training set",
    "random_fraction": "Random part of the training set",
    "test": "The test set, as the published systems do",
}
SCALINGS = {
    "raw": "Raw: 0 to 255",
    "unit": "0 to 1",
    "paper": "−0.1 to 1.175, as in 1998",
    "standardize": "Standardised",
}


@dataclass
class Draft:
    """What the widgets start from: a config, and a number that changes with it."""

    base: RunConfig
    generation: int = 0
    values: dict[str, Any] = field(default_factory=dict)  # what the widgets say now

    def restarted(self, base: RunConfig) -> "Draft":
        """The draft after something else was picked to start from."""
        return replace(self, base=base, generation=self.generation + 1, values={})

    def forget_initial_weights(self) -> None:
        """Draw them from the seed; every other setting stays."""
        self.base = self.base.model_copy(update={"initial_weights": None})

    def key(self, name: str) -> str:
        """The key of the widget for that field."""
        return f"draft-{self.generation}-{name}"


def core_settings(draft: Draft) -> None:
    """The three that everybody turns."""
    epochs, batch, rate = st.columns([1, 1, 1.25])
    _number(draft, "epochs", "Epochs", epochs, step=1)
    _number(draft, "batch_size", "Batch size", batch, step=1)
    _number(draft, "learning_rate", "Learning rate", rate, step=1e-3, format="%g")


def more_settings(draft: Draft, info: DatasetInfo | None) -> None:
    """Everything else, folded away."""
    with st.expander("Optimizer, loss and schedule", icon=":material/speed:"):
        _optimizer(draft)
        _loss(draft)
        _schedule(draft)
    with st.expander("Preprocessing", icon=":material/tune:"):
        _preprocessing(draft, info)
    with st.expander("Augmentation", icon=":material/transform:"):
        _augmentation(draft)
    with st.expander("Validation and stopping", icon=":material/fact_check:"):
        _validation(draft)
    with st.expander("Initial weights, seed and name", icon=":material/casino:"):
        _choice(draft, "initializer", "Initial weights", _INITIALIZERS)
        _number(draft, "seed", "Seed", step=1, help="The same seed and settings give the same weights.")
        draft.values["name"] = st.text_input(
            "Name", draft.base.name, key=draft.key("name"), placeholder="As the recipe", max_chars=80
        )


def _optimizer(draft: Draft) -> None:
    optimizer = _choice(draft, "optimizer", "Optimizer", _OPTIMIZERS)
    if optimizer == "sgd":
        _number(draft, "momentum", "Momentum", step=0.1, format="%g")
        draft.values["nesterov"] = st.toggle("Nesterov", draft.base.nesterov, key=draft.key("nesterov"))
    if optimizer == "adamw":
        _number(draft, "weight_decay", "Weight decay", step=0.001, format="%g")
    if optimizer == "levenberg_marquardt":
        _damping(draft)


def _damping(draft: Draft) -> None:
    _number(draft, "damping", "Damping", step=0.01, format="%g", help="μ of the paper.")
    base = draft.base.early_damping
    if st.toggle("Another damping in the first two epochs", base is not None, key=draft.key("early_damped")):
        _number(draft, "early_damping", "Their damping", step=0.01, format="%g", value=base or 0.7)
    else:
        draft.values["early_damping"] = None


def _loss(draft: Draft) -> None:
    loss = _choice(draft, "loss", "Loss", _LOSSES)
    if loss == "cross_entropy":
        _number(draft, "label_smoothing", "Label smoothing", step=0.05, format="%g",
                help="A share of every label goes to all classes. Curves are without it.")  # fmt: skip
    _number(draft, "weight_penalty", "Penalty for large weights (L2)", step=0.001, format="%g",
            help="Half of it, times all squared kernels, joins the loss. Curves are without it.")  # fmt: skip
    if loss == "map":
        _number(draft, "rubbish", "Penalty of the class of rubbish", step=1.0, format="%g",
                help="j of the paper.")  # fmt: skip


def _schedule(draft: Draft) -> None:
    schedule = _choice(draft, "schedule", "Learning rate schedule", _SCHEDULES)
    if schedule == "step":
        every, factor = st.columns(2)
        _number(draft, "step_epochs", "Every so many epochs", every, step=1)
        _number(draft, "step_factor", "Multiply by", factor, step=0.1, format="%g")
    if schedule == "one_cycle":
        _number(draft, "warmup", "Rising part", step=0.05, format="%g", help="Fraction of all steps.")


def _preprocessing(draft: Draft, info: DatasetInfo | None) -> None:
    height = info.image_shape[0] if info else 28
    base = draft.base.pad_to
    if st.toggle("Pad with background", base is not None, key=draft.key("pad")):
        _number(draft, "pad_to", "Height and width after padding", step=1, value=base or max(32, height))
    else:
        draft.values["pad_to"] = None
    if _choice(draft, "scaling", "Pixel values", SCALINGS) == "standardize":
        mean, std = st.columns(2)
        _number(draft, "mean", "Mean", mean, step=0.01, format="%g")
        _number(draft, "std", "Standard deviation", std, step=0.01, format="%g")
        st.caption("Of pixels scaled to 0–1: (pixel/255 − mean) / standard deviation.")


def _augmentation(draft: Draft) -> None:
    st.caption("Each training image is distorted at random, up to this much. 0 is off.")
    left, right = st.columns(2)
    _number(draft, "rotation", "Rotation, degrees", left, step=1.0, format="%g")
    _number(draft, "shift", "Shift, of the width", right, step=0.01, format="%g")
    _number(draft, "zoom", "Zoom, 0.1 is ±10 %", left, step=0.01, format="%g")
    _number(draft, "shear", "Shear, degrees", right, step=1.0, format="%g")
    _number(draft, "squeeze", "Squeeze, 0.1 is ±10 %", left, step=0.01, format="%g",
            help="Wider and as much lower, or the reverse.")  # fmt: skip
    _number(draft, "flip", "Mirror, share of images", right, step=0.1, format="%g",
            help="Left for right: good for clothes, not for digits.")  # fmt: skip
    _number(draft, "elastic", "Bend, of the width", left, step=0.01, format="%g",
            help="Elastic: every part of the image moves a little on its own.")  # fmt: skip
    _number(draft, "hide", "Hide a square, of the width", right, step=0.05, format="%g",
            help="A square of background anywhere (cutout).")  # fmt: skip


def _validation(draft: Draft) -> None:
    if _choice(draft, "validation", "Validate on", _VALIDATIONS) == "test":
        st.caption("Settings chosen by this figure flatter it: the test set is no longer unseen.")
    else:
        _number(draft, "validation_fraction", "Fraction kept for it", step=0.05, format="%g")
    patience = draft.base.early_stopping
    if st.toggle("Stop early", patience is not None, key=draft.key("early")):
        label = "Epochs without a lower validation loss"
        _number(draft, "early_stopping", label, step=1, value=patience or 3)
    else:
        draft.values["early_stopping"] = None
    draft.values["keep_best"] = st.toggle(
        "Keep the best epoch", draft.base.keep_best, key=draft.key("keep_best"),
        help="The final model is the epoch of the lowest validation loss, not the last one.",
    )  # fmt: skip


def _number(draft: Draft, name: str, label: str, where: Any = st, value: Any = None, **options: Any) -> None:
    """A number without bounds of its own: what is wrong with it, RunConfig says in words."""
    start = getattr(draft.base, name) if value is None else value
    start = type(options["step"])(start)
    draft.values[name] = where.number_input(label, value=start, key=draft.key(name), **options)


def _choice(draft: Draft, name: str, label: str, titles: dict[str, str]) -> str:
    options, start = list(titles), getattr(draft.base, name)
    chosen = st.selectbox(
        label, options, options.index(start), format_func=titles.__getitem__, key=draft.key(name)
    )
    draft.values[name] = chosen
    return chosen
