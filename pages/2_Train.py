"""Train: pick a recipe or change anything, start, and watch the network learn."""

import streamlit as st
from pydantic import ValidationError

from lenet.architectures import ARCHITECTURES, check, network_input_shape
from lenet.config import RunConfig, describe_errors
from lenet.datasets import DatasetInfo
from lenet.recipes import RECIPES
from lenet.runs import Run, RunError
from pages.parts.dataset_picker import dataset_picker
from pages.parts.launch import launch_and_see
from pages.parts.layer_editor import layer_editor
from pages.parts.live_panel import live_panel
from pages.parts.runs_table import runs_table
from pages.parts.settings import Draft, core_settings, initial_weights_note, more_settings
from pages.parts.words import escaped

DEFAULT_RECIPE = "lenet5-relu"
OWN = "Own layers"
NO_DATA = "These data are not on this machine yet: get them below, or pick digits-quick, which has its own."


def draft() -> Draft:
    """What is being set up in this session; a link's `?recipe=` comes first."""
    if "draft" not in st.session_state:
        asked = st.query_params.get("recipe", DEFAULT_RECIPE)
        if asked not in RECIPES:
            st.session_state.recipe_problem = (
                f"Recipe: received {asked!r} in the link, expected one of {', '.join(RECIPES)}. "
                f"This page starts from {DEFAULT_RECIPE} instead."
            )
        st.session_state.draft = Draft(RECIPES.get(asked, RECIPES[DEFAULT_RECIPE]).config)
    return st.session_state.draft


def pick_recipe() -> None:
    """Start from another recipe."""
    name = st.session_state.recipe
    st.session_state.pop("recipe_problem", None)
    st.query_params["recipe"] = name
    st.session_state.draft = st.session_state.draft.restarted(RECIPES[name].config)


def pick_architecture(current: Draft) -> None:
    """Take the layers of another architecture and keep every other setting."""
    name = st.session_state[current.key("architecture")]
    if name != OWN:
        config = current.base.model_copy(update=current.values)
        changes = {"architecture": name, "layers": ARCHITECTURES[name].layers}
        st.session_state.draft = current.restarted(config.model_copy(update=changes))


def own_or_named(layers: tuple) -> str | None:
    """The architecture that has just these layers."""
    return next((name for name, each in ARCHITECTURES.items() if each.layers == layers), None)


def read_config(
    current: Draft, info: DatasetInfo | None, layers: tuple
) -> tuple[RunConfig | None, list[str]]:
    """What the widgets say as a config, and every reason why it cannot start."""
    values = current.base.model_dump() | current.values
    values |= {"layers": layers, "architecture": own_or_named(layers)}
    values |= {"dataset": info.name} if info else {}
    try:
        config = RunConfig.model_validate(values)
    except ValidationError as error:
        return None, describe_errors(error)
    return config, check(config, info) if info else [NO_DATA]


def start(config: RunConfig) -> None:
    """Create the run, hand it to the engine, show it."""
    try:
        run = Run.create(config)
        launch_and_see(run)
        st.query_params["run"] = run.id
    except RunError as error:
        st.error(escaped(str(error)))


def input_shape(current: Draft, info: DatasetInfo | None) -> tuple[int, int, int]:
    """Of the network, for the editor; padding that makes no sense is reported elsewhere."""
    shape, size = info.image_shape if info else (28, 28, 1), current.values.get("pad_to")
    if isinstance(size, int) and size >= max(shape[:2]):
        return network_input_shape(current.base.model_copy(update={"pad_to": size}), shape)
    return shape


current = draft()
settings, stage = st.columns([1, 2.3], gap="medium")
with settings:
    names = list(RECIPES)
    recipe = current.base.recipe if current.base.recipe in RECIPES else None
    st.selectbox(
        "Recipe", names, names.index(recipe) if recipe else None, key="recipe", on_change=pick_recipe,
        format_func=lambda name: f"{name} · {RECIPES[name].title}",
    )  # fmt: skip
    if problem := st.session_state.get("recipe_problem"):
        st.warning(escaped(problem))
    initial_weights_note(current)
    start_slot = st.container()
    core_settings(current)
    info = dataset_picker(key=f"dataset-{current.generation}", default=current.base.dataset)
    more_settings(current, info)
with stage:
    live_slot = st.container()
    network, runs = st.tabs(["Network", "Runs"])
with network:
    choices = [*ARCHITECTURES, OWN]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Architecture", choices, choices.index(own_or_named(current.base.layers) or OWN),
            key=current.key("architecture"), on_change=pick_architecture, args=(current,),
        )  # fmt: skip
        editing = st.toggle("Edit layers", key="edit-layers")
    classes, key = info.num_classes if info else 10, current.key("layers")
    layers = layer_editor(current.base.layers, input_shape(current, info), classes, key, editing)
config, problems = read_config(current, info, layers)
with start_slot:
    for sentence in problems:
        st.error(escaped(sentence))
    if st.button("Start", type="primary", icon=":material/play_arrow:", width="stretch",
                 disabled=bool(problems) or config is None):  # fmt: skip
        start(config)
with live_slot:
    live_panel()
with runs:
    runs_table()
