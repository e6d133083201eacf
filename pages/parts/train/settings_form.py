"""The settings column of the Train page: widgets for every field of a RunConfig but its layers.

They are keyed by the draft's generation: a new recipe is a new generation, and all start afresh. `said` reads
them all from the session, as they stand when it is called. Must not import TensorFlow or Keras.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lenet.data.dataset import DatasetInfo
from pages.parts.shared import controls
from pages.parts.shared.dataset_picker import chosen
from pages.parts.shared.glossary_links import help_on
from pages.parts.shared.link_fields import SETTINGS
from pages.parts.shared.run_draft import Draft
from pages.parts.shared.scalings import SCALINGS
from pages.parts.train.setting_titles import (
    AUGMENTATION,
    BEGINNING,
    PREPROCESSING,
    TITLES,
    UPDATES,
    VALIDATION,
    Fold,
)

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
    "distance": "Squared distance to the code of the true class (1998)",
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
    "lsuv": "LSUV: orthogonal, each layer to variance 1",
}
_VALIDATIONS = {
    "last_fraction": "Last part of the training set",
    "random_fraction": "Random part of the training set",
    "test": "The test set, as the published systems do",
}


_TERMS = {  # of the glossary
    "epochs": ("epoch",),
    "batch_size": ("batch",),
    "learning_rate": ("learning rate",),
    "optimizer": ("optimizer", "gradient"),
    "momentum": ("momentum",),
    "weight_decay": ("weight decay",),
    "damping": ("Levenberg–Marquardt",),
    "loss": ("loss", "cross-entropy", "mean squared error"),
    "label_smoothing": ("label smoothing",),
    "l2": ("weight decay",),
    "schedule": ("learning rate schedule",),
    "scaling": ("standardization",),
    "cutout": ("augmentation", "cutout"),
    "validation": ("validation set", "test set"),
    "early_stopping": ("early stopping", "overfitting"),
    "initializer": ("initial weights", "LSUV"),
}


# Fields whose widget is there beside some choices only: field → the other field, and its values.
_BESIDE = {
    "momentum": ("optimizer", {"sgd"}),
    "nesterov": ("optimizer", {"sgd"}),
    "weight_decay": ("optimizer", {"adamw"}),
    "damping": ("optimizer", {"levenberg_marquardt"}),
    "early_damping": ("optimizer", {"levenberg_marquardt"}),
    "label_smoothing": ("loss", {"cross_entropy"}),
    "rejection_penalty": ("loss", {"map"}),
    "step_epochs": ("schedule", {"step"}),
    "step_factor": ("schedule", {"step"}),
    "warmup": ("schedule", {"one_cycle"}),
    "mean": ("scaling", {"standardize"}),
    "std": ("scaling", {"standardize"}),
    "validation_fraction": ("validation", {"last_fraction", "random_fraction"}),
}
# Fields that a switch of their own leaves out: field → what the box says when it is switched on.
_OPTIONAL = {"early_damping": 0.7, "pad_to": 32, "early_stopping": 3}
_SWITCHES = {
    "early_damping": "Another damping in the first two epochs",
    "pad_to": "Pad with background",
    "early_stopping": "Early stopping",
}


def said(draft: Draft, info: DatasetInfo | None, state: Mapping[str, Any]) -> dict[str, Any]:
    """What the widgets say, by field; a field whose widget is not there is as it is in the draft.

    `state`: of the session: what a person has just typed arrives in it with the click that follows.
    """
    values = {name: _said(draft, name, info, state) for name in SETTINGS}
    return values | {"dataset": dataset_name(draft, state)}


def dataset_name(draft: Draft, state: Mapping[str, Any]) -> str:
    """The data set that the box says; that of the draft before there is a box."""
    return chosen(draft.key("dataset"), state) or draft.base.dataset


def _said(draft: Draft, name: str, info: DatasetInfo | None, state: Mapping[str, Any]) -> Any:
    base = getattr(draft.base, name)
    if not _is_there(draft, name, state):
        return base
    if _is_switched_off(draft, name, state):
        return None
    return state.get(draft.key(name), _start(draft, name, info))


def _is_there(draft: Draft, name: str, state: Mapping[str, Any]) -> bool:
    """Whether what is chosen elsewhere makes room for the widget of that field."""
    if name not in _BESIDE:
        return True
    other, values = _BESIDE[name]
    return state.get(draft.key(other), getattr(draft.base, other)) in values


def _is_switched_off(draft: Draft, name: str, state: Mapping[str, Any]) -> bool:
    """Whether the switch of a field that can be left out leaves it out."""
    is_on = getattr(draft.base, name) is not None
    return name in _OPTIONAL and not state.get(draft.key(f"{name}-on"), is_on)


def _start(draft: Draft, name: str, info: DatasetInfo | None) -> Any:
    """What the widget of a field says at first."""
    base = getattr(draft.base, name)
    if name == "pad_to" and base is None:
        return max(_OPTIONAL[name], info.image_shape[0] if info else 0)
    return _OPTIONAL[name] if base is None else base


def epochs(draft: Draft) -> None:
    """The one number that everybody turns."""
    _number(draft, "epochs", step=1)


def more_settings(draft: Draft, info: DatasetInfo | None) -> DeltaGenerator:
    """Everything else, folded away; the fold of the setting that somebody looks for is open.

    Returns the place, in the last one, for whose weights it starts from.
    """
    wanted = _find(draft)
    with _fold(UPDATES, draft, wanted):
        _updates(draft)
        _optimizer(draft)
        _loss(draft)
        _schedule(draft)
    with _fold(PREPROCESSING, draft, wanted):
        _preprocessing(draft, info)
    with _fold(AUGMENTATION, draft, wanted):
        _augmentation(draft)
    with _fold(VALIDATION, draft, wanted):
        _validation(draft)
    with _fold(BEGINNING, draft, wanted, draft.base.initial_weights is not None):
        whose_weights = st.container()
        _choice(draft, "initializer", _INITIALIZERS)
        _number(draft, "seed", step=1, help="The same seed and settings give the same weights.")
        key = draft.key("name")
        st.text_input(TITLES["name"], draft.base.name, key=key, placeholder="As the recipe", max_chars=80)
    return whose_weights


def _find(draft: Draft) -> str | None:
    """The setting that somebody looks for."""
    return st.selectbox(
        "Find a setting", TITLES, None, key=draft.key("find"), format_func=TITLES.__getitem__,
        placeholder="Find a setting", label_visibility="collapsed",
    )  # fmt: skip


def _fold(fold: Fold, draft: Draft, wanted: str | None, is_open: bool = False) -> DeltaGenerator:
    """A fold; in the one of the wanted setting stands what that needs, where it is not there."""
    is_wanted = wanted in fold.settings
    is_shown = not controls.shown().isdisjoint(fold.settings)
    with st.container(key=f"fold-{fold.icon}"):
        place = st.expander(fold.title, is_open or is_wanted or is_shown, icon=f":material/{fold.icon}:")
    if is_wanted and (other := _lacking(draft, wanted)):
        place.caption(f":material/search: {TITLES[wanted]} is there with {other}.")
    return place


def _lacking(draft: Draft, name: str) -> str:
    """What the widget of a field is there with, in words; "" where it is there."""
    if not _is_there(draft, name, st.session_state):
        return _needs(name)
    is_off = _is_switched_off(draft, name, st.session_state)
    return f"“{_SWITCHES[name]}” switched on" if is_off else ""


def _needs(name: str) -> str:
    """Beside which choice the widget of a field is there."""
    other, values = _BESIDE[name]
    titles = {"optimizer": _OPTIMIZERS, "schedule": _SCHEDULES, "loss": _LOSSES, "scaling": SCALINGS,
              "validation": _VALIDATIONS}[other]  # fmt: skip
    listed = " or ".join(f"“{titles[value]}”" for value in titles if value in values)
    return f"{TITLES[other].lower()} {listed}"


def _updates(draft: Draft) -> None:
    batch, rate = st.columns(2)
    _number(draft, "batch_size", batch, step=1)
    _number(draft, "learning_rate", rate, step=1e-3, format="%g")


def _optimizer(draft: Draft) -> None:
    _choice(draft, "optimizer", _OPTIMIZERS)
    _number(draft, "momentum", step=0.1, format="%g")
    _switch(draft, "nesterov")
    _number(draft, "weight_decay", step=0.001, format="%g")
    _number(draft, "damping", step=0.01, format="%g", help="μ of the paper.")
    if _is_switched_on(draft, "early_damping"):
        _number(draft, "early_damping", step=0.01, format="%g")


def _loss(draft: Draft) -> None:
    _choice(draft, "loss", _LOSSES)
    _number(draft, "label_smoothing", step=0.05, format="%g",
            help="A share of every label goes to all classes. Curves are without it.")  # fmt: skip
    _number(draft, "l2", step=0.001, format="%g",
            help="Half of it, times all squared weights, joins the loss. Curves are without it.")  # fmt: skip
    _number(draft, "rejection_penalty", step=1.0, format="%g",
            help="j of the paper, the penalty of one more class, for images that are no digit.")  # fmt: skip


def _schedule(draft: Draft) -> None:
    _choice(draft, "schedule", _SCHEDULES)
    if _is_there(draft, "step_epochs", st.session_state):
        every, factor = st.columns(2)
        _number(draft, "step_epochs", every, step=1)
        _number(draft, "step_factor", factor, step=0.1, format="%g")
    _number(draft, "warmup", step=0.05, format="%g",
            help="Fraction of all steps in which the rate rises.")  # fmt: skip


def _preprocessing(draft: Draft, info: DatasetInfo | None) -> None:
    if _is_switched_on(draft, "pad_to"):
        _number(draft, "pad_to", info=info, step=1)
    _choice(draft, "scaling", SCALINGS)
    if _is_there(draft, "mean", st.session_state):
        mean, std = st.columns(2)
        _number(draft, "mean", mean, step=0.01, format="%g")
        _number(draft, "std", std, step=0.01, format="%g")
        st.caption("Of pixels scaled to 0–1: (pixel/255 − mean) / standard deviation.")


def _augmentation(draft: Draft) -> None:
    st.caption("Each training image is distorted at random, up to this much. 0 is off.")
    left, right = st.columns(2)
    _number(draft, "rotation", left, step=1.0, format="%g")
    _number(draft, "shift", right, step=0.01, format="%g")
    _number(draft, "zoom", left, step=0.01, format="%g")
    _number(draft, "shear", right, step=1.0, format="%g")
    _number(draft, "aspect", left, step=0.01, format="%g",
            help="Wider and as much lower, or the reverse.")  # fmt: skip
    _number(draft, "flip", right, step=0.1, format="%g",
            help="Mirrored, left for right: good for clothes, not for digits.")  # fmt: skip
    _number(draft, "elastic", left, step=0.01, format="%g",
            help="Bending: every part of the image moves a little on its own.")  # fmt: skip
    _number(draft, "cutout", right, step=0.05, format="%g",
            help="A square of background anywhere.")  # fmt: skip


def _validation(draft: Draft) -> None:
    if _choice(draft, "validation", _VALIDATIONS) == "test":
        st.caption("Settings chosen by this figure flatter it: the test set is no longer unseen.")
    _number(draft, "validation_fraction", step=0.05, format="%g")
    if _is_switched_on(draft, "early_stopping"):
        _number(draft, "early_stopping", step=1)
    _switch(draft, "keep_best",
            help="The final model is the epoch of the lowest validation loss, not the last one.")  # fmt: skip


def _number(
    draft: Draft,
    name: str,
    where: Any = st,
    info: DatasetInfo | None = None,
    **options: Any,
) -> None:
    """A number without bounds of its own: what is wrong with it, RunConfig says in words."""
    if _is_there(draft, name, st.session_state):
        start = type(options["step"])(_start(draft, name, info))
        options["help"] = _help(name, options.get("help", ""))
        where.number_input(TITLES.get(name, name.capitalize()), value=start, key=draft.key(name), **options)


def _choice(draft: Draft, name: str, titles: dict[str, str]) -> str:
    options, start = list(titles), getattr(draft.base, name)
    return st.selectbox(
        TITLES[name], options, options.index(start), format_func=titles.__getitem__, key=draft.key(name),
        help=_help(name),
    )  # fmt: skip


def _help(name: str, words: str = "") -> str | None:
    """Of the widget of a field: those words, and what the glossary has on it."""
    return help_on(*_TERMS[name], words=words) if name in _TERMS else words or None


def _switch(draft: Draft, name: str, **options: Any) -> None:
    if _is_there(draft, name, st.session_state):
        st.toggle(TITLES[name], getattr(draft.base, name), key=draft.key(name), **options)


def _is_switched_on(draft: Draft, name: str) -> bool:
    """The switch of a field that can be left out."""
    if not _is_there(draft, name, st.session_state):
        return False
    return st.toggle(_SWITCHES[name], getattr(draft.base, name) is not None, key=draft.key(f"{name}-on"))
