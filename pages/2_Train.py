"""Train: pick a recipe or change anything, start, and watch the network learn."""

import streamlit as st
from pydantic import ValidationError

from lenet.architectures import ARCHITECTURES
from lenet.config import RunConfig, describe_errors
from lenet.datasets import DatasetInfo
from lenet.runs import Run, RunError
from lenet.summary import check, network_input_shape
from pages.parts.dataset_picker import dataset_picker
from pages.parts.launch import launch_and_see
from pages.parts.layer_editor import layer_editor
from pages.parts.live_panel import live_panel
from pages.parts.runs_table import runs_table
from pages.parts.settings import Draft, core_settings, more_settings
from pages.parts.start_from import draft, keep_in_link, mismatches, recipe_picker, weights_picker
from pages.parts.words import escaped

OWN = "Own layers"
NO_DATA = "These data are not on this machine yet: get them below, or pick digits-quick, which has its own."


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
    recipe_picker(current)
    weights_picker(current)
    start_slot = st.container()
    core_settings(current)
    info = dataset_picker(key=current.key("dataset"), default=current.base.dataset)
    current.values["dataset"] = st.session_state[current.key("dataset")]
    more_settings(current, info)
with stage:
    live_slot = st.container()
    network, runs = st.tabs(["Network", "Runs"], key="train-tab", on_change="rerun")
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
    if config and info:
        problems += mismatches(current, config, info)
    if st.button("Start", type="primary", icon=":material/play_arrow:", width="stretch",
                 disabled=bool(problems) or config is None):  # fmt: skip
        start(config)
with live_slot:
    live_panel()
if runs.open:
    with runs:
        runs_table()
keep_in_link(current)
