"""What a run is set up from: a recipe, a link, and whose weights; the first widgets of the Train page.

A link may name a recipe, a model to start from and a data set: `/train?from=lenet5-draw&dataset=my-digits`.
Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet.data.datasets import all_datasets, info, problems
from lenet.errors import DatasetError, ModelError
from lenet.networks import model_reference
from lenet.runs.config import RunConfig
from lenet.runs.listing import RunSummary
from lenet.training import fine_tuning, recipe_choice
from lenet.training.recipes import RECIPES
from pages.parts.shared.dataset_picker import FALLBACK
from pages.parts.shared.link import has, look, read, write_all
from pages.parts.shared.link_fields import TRAIN as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.run_draft import (
    Draft,
    current,
    draw_weights_anew,
    set_up,
    take_recipe,
)
from pages.parts.train.proposal import dataset_of, propose
from pages.parts.train.settings_form import dataset_name, said

_RANDOM = ""  # the option that stands for no weights
_LINK, _PROBLEMS = "train-link", "train-link-problems"  # keys of the session


def draft() -> Draft:
    """What is being set up in this session, as link and boxes say; another link is another set-up."""
    link = _link()
    if current() is None or (any(link) and link != st.session_state.get(_LINK)):
        set_up(_from_link(*link))
    return follow_picks()


def keep_in_link(draft: Draft) -> None:
    """The link names the weights to start from, once something was picked the recipe, and what it named."""
    named = {"from": draft.base.initial_weights}
    if draft.generation:
        named["recipe"] = draft.base.recipe
    if has(LINK["dataset"]):
        named["dataset"] = dataset_name(draft, st.session_state)
    write_all(LINK, named)
    st.session_state[_LINK] = _link()


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
    st.selectbox(
        "Start from", options, options.index(now), key=draft.weights_key,
        format_func=lambda spec: _title(spec, models),
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
    picked = st.session_state.get(draft.weights_key)
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


def _link() -> tuple[str | None, str | None]:
    return read(LINK["from"]), read(LINK["dataset"])


def _from_link(spec: str | None, dataset: str | None) -> RunConfig:
    """What the link names: a recipe; else, with a model to start from, gentle settings to go on from it."""
    config, sentences = _recipe_from_link(dataset)
    if spec:
        try:
            source = fine_tuning.find(spec)
            on = info(dataset if dataset in all_datasets() else source.config.dataset)
            names_recipe = has(LINK["recipe"])
            config = (fine_tuning.with_source(config, source) if names_recipe
                      else fine_tuning.fine_tuned(source, on))  # fmt: skip
        except (ModelError, DatasetError) as error:
            sentences.append(f"Start from: {error}")
    st.session_state[_PROBLEMS] = sentences
    return config


def _recipe_from_link(dataset: str | None) -> tuple[RunConfig, list[str]]:
    """What the link names of recipe and data set, or what suits; and what is wrong with the link."""
    recipe, problem = look(LINK["recipe"])
    sentences = [problem] if problem else []
    if dataset in all_datasets():
        config = RECIPES[recipe or recipe_choice.recipe_for(dataset)].config
        return config.model_copy(update={"dataset": dataset}), sentences
    config = RECIPES[recipe or recipe_choice.first_recipe()].config
    if dataset:
        config = recipe_choice.on_data_here(config)
        sentences.append(f"{' '.join(problems(dataset))} Another one is shown.")
    return config, sentences


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
