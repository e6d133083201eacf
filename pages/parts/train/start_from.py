"""What a run is set up from: a recipe, a link, and whose weights; the first widgets of the Train page.

A link may name a recipe, a model to start from and a data set: `/train?from=lenet5-draw&dataset=my-digits`.
Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet.errors import DatasetError, ModelError
from lenet.networks import model_reference
from lenet.runs.config import RunConfig
from lenet.runs.listing import RunSummary
from lenet.training import fine_tuning, recipe_choice
from lenet.training.recipes import RECIPES
from pages.parts.shared.clicks import option_of, select_box
from pages.parts.shared.dataset_picker import FALLBACK
from pages.parts.shared.link import texts
from pages.parts.shared.link_fields import SETTINGS
from pages.parts.shared.link_fields import TRAIN as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.run_draft import (
    Draft,
    current,
    draw_weights_anew,
    set_up,
    take_recipe,
)
from pages.parts.shared.run_draft import said as told
from pages.parts.train.config_link import config_of_link, keep_in_link
from pages.parts.train.proposal import dataset_of, propose
from pages.parts.train.settings_form import said

_RANDOM = ""  # the option that stands for no weights
_CONFIG = [LINK[name] for name in ("recipe", "from", "dataset", *SETTINGS, "architecture", "layers")]
_LINK, _PROBLEMS = "train-link", "train-link-problems"  # keys of the session


def draft() -> Draft:
    """What is being set up in this session, as link and boxes say; another link is another set-up."""
    link, state, now = texts(*_CONFIG), st.session_state, current()
    is_drawn = now is not None and now.recipe_key in state  # Streamlit forgets widgets with their page
    if now is None or (link != state.get(_LINK) and (is_drawn or any(link))):
        config, state[_PROBLEMS] = config_of_link()
        state[_LINK] = link
        set_up(config)
    elif not is_drawn:
        set_up(told())
    return follow_picks()


def keep(config: RunConfig | None) -> None:
    """What is set up is in the link; while no config can be that, the link stays as it is."""
    if config:
        keep_in_link(config)
    st.session_state[_LINK] = texts(*_CONFIG)


# What is picked in these two boxes is read where it matters, and not in callbacks: a value comes with every
# message of the browser, and so cannot be missed.


def recipe_picker(draft: Draft) -> None:
    """The select box of recipes, and what is wrong with a link to one."""
    names, now = list(RECIPES), draft.base.recipe
    st.selectbox(
        "Recipe", names, names.index(now) if now in names else None, key=draft.recipe_key,
        format_func=lambda name: f"{name} · {RECIPES[name].title}", placeholder="None: settings of your own",
    )  # fmt: skip
    for sentence in st.session_state.get(_PROBLEMS, []):
        st.warning(escaped(sentence))


def weights_picker(draft: Draft, runs: list[RunSummary]) -> None:
    """The select box of weights to start from: drawn at random, or what a model has learned."""
    models = {model.name: model for model in model_reference.trained_models(runs)}
    now = draft.base.initial_weights or _RANDOM
    options = list(dict.fromkeys([_RANDOM, *models, now]))
    select_box(
        "Start from", options, now, draft.weights_key, lambda spec: _title(spec, models),
        help="The weights before the first update. A model that has learned goes on from there: its layers "
        "and its preprocessing are set with it. A small learning rate, such as 0.0003, keeps what it knows.",
    )  # fmt: skip


def follow_picks() -> Draft:
    """What the boxes say becomes the draft before the page is drawn: a click may bring a pick along."""
    return _follow_weights(_follow_recipe(current()))


def _follow_recipe(draft: Draft) -> Draft:
    picked = st.session_state.get(draft.recipe_key)
    if picked in (draft.base.recipe, None):
        return draft
    st.session_state[_PROBLEMS] = []
    return take_recipe(picked)


def _follow_weights(draft: Draft) -> Draft:
    picked = option_of(draft.weights_key)
    return draft if picked in (draft.base.initial_weights or _RANDOM, None) else _with_weights(draft, picked)


def misfits(draft: Draft, sentences: tuple[str, ...]) -> None:
    """What keeps the config from starting from those weights, and a button that mends it."""
    for sentence in sentences:
        st.error(escaped(sentence))
    if sentences:
        st.button(
            "Take over its layers and preprocessing", icon=":material/sync:", key=draft.key("match"),
            width="stretch", on_click=_match,
        )  # fmt: skip


def use_bundled_digits() -> None:
    """What is set up, on the digits that are always here; or a recipe for them, where it does not fit."""
    set_up(recipe_choice.on_dataset(propose().config or current().base, FALLBACK))


def _match() -> None:
    _with_weights(current(), current().base.initial_weights)


def _with_weights(draft: Draft, spec: str) -> Draft:
    """Those weights with the layers and the preprocessing that they need; every other setting stays."""
    st.session_state[_PROBLEMS] = []
    if spec == _RANDOM:
        return draw_weights_anew(draft)
    state = st.session_state.to_dict()
    config = draft.base.model_copy(update=said(draft, dataset_of(draft, state), state))
    try:
        config = fine_tuning.with_source(config, fine_tuning.find(spec))
    except (ModelError, DatasetError) as error:
        st.session_state[_PROBLEMS] = [f"Start from: {error}"]
    return set_up(config)


def _title(spec: str, models: dict[str, model_reference.ListedModel]) -> str:
    if spec == _RANDOM:
        return "Random weights"
    if spec in models:
        return f"{models[spec].title} · {models[spec].accuracy_in_words}"
    try:
        source = fine_tuning.find(spec)
    except (ModelError, DatasetError):
        return f"{spec}, which is not there"
    epoch = source.reference.epoch
    return f"{source.title}, epoch {epoch}" if source.has_learned else f"Initial weights of {source.title}"
