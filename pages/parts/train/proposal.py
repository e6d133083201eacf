"""What Start starts: one value, made of what the session holds, whoever asks and whenever.

The page shows it, and Start's click makes it again: from what a person has just typed as well, for that comes
with the click. Must not import TensorFlow or Keras.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from pydantic import ValidationError

from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.engine import admission
from lenet.errors import DatasetError
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.output_classes import classes_of, with_classes
from lenet.networks.validation import check_layers, check_settings
from lenet.runs.config import RunConfig
from lenet.runs.config_errors import describe_errors
from lenet.runs.folder import default_folder
from lenet.runs.layers import Layer
from lenet.training import fine_tuning, fitting_batch
from pages.parts.shared.room import person
from pages.parts.shared.run_draft import Draft, current
from pages.parts.train.layer_editor import held_layers, source_layers
from pages.parts.train.settings_form import dataset_name, said

DIGITS = 10  # classes, where nothing is known of the data
_NO_DATA = "Start waits for these data: get them, or choose others."


@dataclass(frozen=True)
class Proposal:
    """What would be trained.

    Attributes:
        config: None where the widgets say what no config can be.
        asked: the same as the widgets say it; `config` has a smaller batch where the images fill none.
        problems: why it cannot start, in sentences; of its layers see `fits`.
        misfits: why it cannot start from the weights that it names.
        waits: why it cannot start yet; empty where its data are here.
        shown: a digest of what the page says elsewhere than in widgets, so of what a click does not bring
            along: the draft, the weights to start from, the rows of layers.
        fits: whether its layers are a network for these data; why not, the layer editor says.
    """

    config: RunConfig | None
    problems: tuple[str, ...]
    misfits: tuple[str, ...]
    shown: str
    waits: str = ""
    fits: bool = True
    asked: RunConfig | None = None

    @property
    def batch_in_words(self) -> str:
        """What batch size is taken in place of the one that was asked for; empty where it is that one."""
        return fitting_batch.in_words(self.asked, self.config) if self.config and self.asked else ""

    @property
    def can_start(self) -> bool:
        """Whether nothing is in the way."""
        return self.fits and not (self.problems or self.misfits or self.waits)


def propose() -> Proposal:
    """From the widgets of the draft of now."""
    draft, state = current(), st.session_state.to_dict()
    about = dataset_of(draft, state)
    classes = about.num_classes if about else DIGITS
    layers, rows = held_layers(layers_to_edit(draft, state, classes), draft.key("layers"), state)
    values = draft.base.model_dump() | said(draft, about, state)
    values |= {"layers": layers or draft.base.layers, "architecture": own_or_named(layers)}
    shown = _digest(draft.generation, draft.base.recipe, draft.base.initial_weights, rows)
    try:
        config = RunConfig.model_validate(values)
    except ValidationError as error:
        return Proposal(None, tuple(describe_errors(error)), (), shown)
    if not layers:
        return Proposal(None, (), (), shown, fits=False)
    if about is None:
        return Proposal(config, (), (), shown, _NO_DATA, asked=config)
    asked = config
    if config.batch_size == draft.base.batch_size:  # what a person types is answered by what is wrong with it
        config = fitting_batch.fitted(config, about)
    problems, misfits = check_settings(config, about), fine_tuning.mismatches(config, about)
    fits = not check_layers(config, about)
    if fits:
        problems = [*problems, *admission.problems(config, about, person(), default_folder())]
    return Proposal(config, tuple(problems), tuple(misfits), shown, fits=fits, asked=asked)


def dataset_of(draft: Draft, state: Mapping[str, Any]) -> DatasetInfo | None:
    """The chosen one; None as long as it is not on this machine."""
    name = dataset_name(draft, state)
    try:
        return datasets.info(name) if datasets.available(name) else None
    except DatasetError:
        return None


def layers_to_edit(draft: Draft, state: Mapping[str, Any], num_classes: int) -> tuple[Layer, ...]:
    """Those of the chosen architecture, for so many classes; where none is chosen, those that are there."""
    chosen = state.get(draft.key("architecture"), own_or_named(draft.base.layers))
    if chosen in ARCHITECTURES:
        return with_classes(ARCHITECTURES[chosen].layers, num_classes)
    return with_classes(source_layers(draft.key("layers")) or draft.base.layers, num_classes)


def own_or_named(layers: tuple[Layer, ...]) -> str | None:
    """The architecture that has just these layers, for however many classes."""
    classes = classes_of(layers)
    named = {name: with_classes(each.layers, classes or DIGITS) for name, each in ARCHITECTURES.items()}
    return next((name for name, each in named.items() if each == tuple(layers)), None)


def in_words(config: RunConfig) -> str:
    """What is set up, in a line."""
    weights = f", from the weights of {config.initial_weights}" if config.initial_weights else ""
    return (
        f"recipe {config.recipe or 'none'}, architecture {config.architecture or 'of your own'} "
        f"({len(config.layers)} layers){weights}, data set {config.dataset}, epochs: {config.epochs}"
    )


def _digest(*facts: object) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
