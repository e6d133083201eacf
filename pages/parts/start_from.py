"""What a run is set up from: a recipe, a link, and whose weights; the first widgets of the Train page.

A link may name a recipe, a model to start from and a data set: `/train?from=lenet5-draw&dataset=my-digits`.
Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet import fine_tuning
from lenet.config import RunConfig
from lenet.datasets import DatasetError, DatasetInfo, info
from lenet.formatting import percent
from lenet.recipes import RECIPES
from lenet.runs import RunError
from pages.parts.engine import engine_id
from pages.parts.settings import Draft
from pages.parts.words import escaped

DEFAULT_RECIPE = "lenet5-relu"
_RANDOM = ""  # the option that stands for no weights
_LINK, _PROBLEMS = "train-link", "train-link-problems"  # keys of the session


def draft() -> Draft:
    """What is being set up in this session; another link is another set-up."""
    state, link = st.session_state, _link()
    if "draft" not in state:
        state.draft = Draft(_from_link(*link))
    elif any(link) and link != state.get(_LINK):
        state.draft = state.draft.restarted(_from_link(*link))
    return state.draft


def keep_in_link(current: Draft) -> None:
    """The link names the weights to start from; and the data set, where it named one."""
    if current.base.initial_weights:
        st.query_params["from"] = current.base.initial_weights
    else:
        st.query_params.pop("from", None)
    if "dataset" in st.query_params:
        st.query_params["dataset"] = current.values["dataset"]
    st.session_state[_LINK] = _link()


def recipe_picker(current: Draft) -> None:
    """The select box of recipes, and what was wrong with the link."""
    names = list(RECIPES)
    recipe = current.base.recipe if current.base.recipe in RECIPES else None
    st.selectbox(
        "Recipe", names, names.index(recipe) if recipe else None, key="recipe", on_change=_pick_recipe,
        format_func=lambda name: f"{name} · {RECIPES[name].title}", placeholder="None: settings of your own",
    )  # fmt: skip
    for sentence in st.session_state.get(_PROBLEMS, []):
        st.warning(escaped(sentence))


def weights_picker(current: Draft) -> None:
    """The select box of weights to start from: drawn at random, or what a model has learned."""
    models = {choice.spec: choice for choice in fine_tuning.choices(engine=engine_id())}
    now = current.base.initial_weights or _RANDOM
    options = list(dict.fromkeys([_RANDOM, *models, now]))
    key = current.key("start-from")
    st.selectbox(
        "Start from", options, options.index(now), key=key, format_func=lambda spec: _title(spec, models),
        on_change=lambda: _pick_weights(current, st.session_state[key]),
        help="The weights before the first update. A model that has learned goes on from there: its layers "
        "and its preprocessing are set with it. A small learning rate, such as 0.0003, keeps what it knows.",
    )  # fmt: skip


def mismatches(current: Draft, config: RunConfig, about: DatasetInfo) -> list[str]:
    """What keeps the config from starting from those weights, and a button that mends it."""
    problems = fine_tuning.mismatches(config, about)
    for sentence in problems:
        st.error(escaped(sentence))
    if problems:
        st.button(
            "Take over its layers and preprocessing", icon=":material/sync:", key=current.key("match"),
            width="stretch", on_click=_pick_weights, args=(current, config.initial_weights),
        )  # fmt: skip
    return problems


def _link() -> tuple[str | None, str | None]:
    return st.query_params.get("from"), st.query_params.get("dataset")


def _from_link(spec: str | None, dataset: str | None) -> RunConfig:
    """What the link names: a recipe; else, with a model to start from, gentle settings to go on from it."""
    recipe, problems = st.query_params.get("recipe"), []
    if recipe is not None and recipe not in RECIPES:
        problems.append(
            f"Recipe: received {recipe!r} in the link, expected one of {', '.join(RECIPES)}. "
            f"This page starts from {DEFAULT_RECIPE} instead."
        )
    config = RECIPES.get(recipe, RECIPES[DEFAULT_RECIPE]).config
    config = config.model_copy(update={"dataset": dataset or config.dataset})
    if spec:
        try:
            source = fine_tuning.find(spec)
            on = info(dataset or source.config.dataset)
            config = fine_tuning.with_source(config, source) if recipe else fine_tuning.fine_tuned(source, on)
        except (RunError, DatasetError) as error:
            problems.append(f"Start from: {error}")
    st.session_state[_PROBLEMS] = problems
    return config


def _pick_recipe() -> None:
    """Start from another recipe."""
    name = st.session_state.recipe
    st.session_state[_PROBLEMS] = []
    st.query_params["recipe"] = name
    st.session_state.draft = st.session_state.draft.restarted(RECIPES[name].config)


def _pick_weights(current: Draft, spec: str) -> None:
    """Those weights with the layers and the preprocessing that they need; every other setting stays."""
    st.session_state[_PROBLEMS] = []
    if spec == _RANDOM:
        return current.forget_initial_weights()
    try:
        source = fine_tuning.find(spec)
    except (RunError, DatasetError) as error:
        st.session_state[_PROBLEMS] = [f"Start from: {error}"]
    else:
        config = current.base.model_copy(update=current.values)
        st.session_state.draft = current.restarted(fine_tuning.with_source(config, source))


def _title(spec: str, models: dict[str, fine_tuning.Choice]) -> str:
    if spec == _RANDOM:
        return "Random weights"
    if spec in models:
        return f"{models[spec].title} · {percent(models[spec].accuracy)}"
    try:
        source = fine_tuning.find(spec)
    except (RunError, DatasetError):
        return f"{spec}, which is not there"
    epoch = spec.partition("@")[2]
    return f"{source.title}, epoch {epoch}" if source.has_learned else f"Initial weights of {source.title}"
