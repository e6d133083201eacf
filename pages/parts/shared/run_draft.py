"""The run that is being set up on the Train page: one draft a session, which nothing but this module changes.

Each change has a function of its own here. Streamlit calls a callback late where a tick that was sent before
the page was drawn anew brings the values of widgets that have gone. So nothing that a widget does holds a
draft of its own: it acts on `current()`. Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass, replace

import streamlit as st

from lenet.networks.model_reference import ModelReference
from lenet.runs.config import RunConfig
from lenet.training.recipes import RECIPES
from pages.parts.shared.clicks import option_of

_DRAFT, _SAID = "draft", "draft-said"  # keys of the session


@dataclass(frozen=True)
class Draft:
    """What the widgets start from.

    Attributes:
        base: the config that they show at first.
        generation: counts the drafts of a session, so that the widgets of each have keys of their own.
        boxes: the generations in which the boxes of recipes and of weights were made: a box outlives the
            drafts that it brings about, so that another pick in it counts, and it keeps the keyboard's focus.
    """

    base: RunConfig
    generation: int = 0
    boxes: tuple[int, int] = (0, 0)

    def key(self, name: str) -> str:
        """The key of the widget for that field."""
        return f"draft-{self.generation}-{name}"

    @property
    def recipe_key(self) -> str:
        """The key of the box of recipes."""
        return f"recipe-{self.boxes[0]}"

    @property
    def weights_key(self) -> str:
        """The key of the box of weights to start from."""
        return f"start-from-{self.boxes[1]}"


def current() -> Draft | None:
    """The draft of now; None before there was any in this session."""
    return st.session_state.get(_DRAFT)


def set_up(base: RunConfig) -> Draft:
    """Every widget is drawn anew and starts from `base`, wherever that is from."""
    former = current()
    if former is None:
        return _keep(Draft(base))
    generation, state = former.generation + 1, st.session_state
    recipe = former.boxes[0] if state.get(former.recipe_key) == base.recipe else generation
    weights = former.boxes[1] if option_of(former.weights_key) == (base.initial_weights or "") else generation
    return _keep(Draft(base, generation, (recipe, weights)))


def take_recipe(name: str) -> Draft:
    """Set up that recipe."""
    return set_up(RECIPES[name].config)


def draw_weights_anew(draft: Draft) -> Draft:
    """Initial weights are drawn from the seed; every other widget stays as it is."""
    return _keep(replace(draft, base=draft.base.model_copy(update={"initial_weights": None})))


def repeat_run(run_id: str, config: RunConfig) -> Draft:
    """Set up that run again, from the very weights that it began with."""
    weights = config.initial_weights or str(ModelReference(run_id, "0"))
    return set_up(config.model_copy(update={"initial_weights": weights, "name": ""}))


def remember(config: RunConfig) -> None:
    """What all widgets say together, for the pages that look at it."""
    st.session_state[_SAID] = current(), config


def said() -> RunConfig | None:
    """What the Train page is set up to train; None before it was in this session."""
    draft, (of, config) = current(), st.session_state.get(_SAID, (None, None))
    return config if draft is of else draft and draft.base


def _keep(draft: Draft) -> Draft:
    st.session_state[_DRAFT] = draft
    return draft
