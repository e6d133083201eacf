"""Train: pick a recipe or change anything, start, and watch the network learn."""

import streamlit as st

from lenet.data.dataset import DatasetInfo
from lenet.data.preprocessing import network_input_shape
from lenet.live import shown
from lenet.networks.architectures import ARCHITECTURES
from pages.parts.shared.dataset_picker import dataset_picker
from pages.parts.shared.guidance import heading
from pages.parts.shared.link import has, segments
from pages.parts.shared.link_fields import TRAIN as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.questions import ask_nothing
from pages.parts.shared.room import person
from pages.parts.shared.run_draft import Draft, remember
from pages.parts.shared.screen import screen
from pages.parts.train.layer_editor import layer_editor
from pages.parts.train.listed_runs import ListedRuns
from pages.parts.train.live_panel import live_panel
from pages.parts.train.minutes_note import minutes_note
from pages.parts.train.proposal import DIGITS, layers_to_edit, own_or_named, propose
from pages.parts.train.runs_table import runs_table
from pages.parts.train.settings_form import epochs, more_settings, said
from pages.parts.train.share import share
from pages.parts.train.start_button import start_button
from pages.parts.train.start_from import (
    draft,
    keep,
    misfits,
    recipe_picker,
    use_bundled_digits,
    weights_picker,
)
from pages.parts.train.sweep_panel import sweep_panel
from pages.parts.train.sweep_start import sweep_start
from pages.parts.train.tensorboard_link import tensorboard_link

OWN = "Own layers"
MODES = {"run": "One run", "sweep": "Sweep"}


def input_shape(current: Draft, info: DatasetInfo | None) -> tuple[int, int, int]:
    """Of the network, for the editor; padding that makes no sense is reported elsewhere."""
    shape = info.image_shape if info else (28, 28, 1)
    size = said(current, info, st.session_state)["pad_to"]
    if isinstance(size, int) and size >= max(shape[:2]):
        return network_input_shape(current.base.model_copy(update={"pad_to": size}), shape)
    return shape


listed = ListedRuns.now()
has_run = shown(listed.runs, person()) is not None or has(LINK["run"])
heading("Train")
if screen().is_wide:
    settings, stage = st.columns([1, 2.3], gap="medium")
    live_slot, rest = stage.container(), stage.container()
else:  # the run is first, and may be long
    if has_run:
        st.markdown("[Set up another run](#set-up)")
    live_slot, settings, rest = st.container(), st.container(), st.container()
    settings.subheader("Set up a run", anchor="set-up")
with settings:
    current = draft()
    is_sweep = segments(LINK["mode"], MODES.__getitem__) == "sweep"
    recipe_picker(current)
    info = dataset_picker(current.key("dataset"), current.base.dataset, use_bundled_digits)
    epochs(current)
    start_slot = st.container()
    with more_settings(current, info):
        weights_picker(current, listed.runs)
with rest:
    network, runs = st.tabs(["Network", "Runs"], key="train-tab", on_change="rerun")
with network:
    choices = [*ARCHITECTURES, OWN]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        named = own_or_named(current.base.layers) or OWN
        st.selectbox("Architecture", choices, choices.index(named), key=current.key("architecture"))
        editing = st.toggle("Edit layers", key="edit-layers")
    classes = info.num_classes if info else DIGITS
    layers = layers_to_edit(current, st.session_state, classes)
    layer_editor(layers, input_shape(current, info), classes, current.key("layers"), editing)
with start_slot:
    proposal = propose()
    for sentence in proposal.problems:
        st.error(escaped(sentence))
    if not proposal.fits:
        st.error("These layers cannot be trained on these data yet: see **Network**.")
    misfits(current, proposal.misfits)
    if proposal.batch_in_words:
        st.caption(f":material/info: {proposal.batch_in_words}")
    minutes_note(proposal.config, listed.runs)
    if is_sweep:
        sweep_start(proposal, listed.runs)
    else:
        start_button(proposal)
    if has_run and not screen().is_wide:
        st.markdown("[See the run](#run)")
    share(proposal.asked)
with live_slot:
    if is_sweep:
        sweep_panel()
    else:
        live_panel(listed, can_start=proposal.can_start)
if runs.open:
    with runs:
        runs_table(listed)
        tensorboard_link()
if proposal.asked:
    remember(proposal.asked)
keep(proposal.asked)
ask_nothing()
