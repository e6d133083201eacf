"""Ablation: filters and units switched off, and what that does to the test set and to this image.

Must not import TensorFlow or Keras.
"""

import numpy as np
import streamlit as st

from lenet.evaluation.prediction import Prediction
from lenet.figures.feature_map_sheets import drops_spec
from lenet.formatting import percent, probability
from lenet.inspection.results import Ablated, Activations, LayerView
from lenet.runs.folder import default_folder
from lenet.runs.layers import rules_of
from pages.parts.inspect.image_choice import Digit
from pages.parts.inspect.network_choice import Network
from pages.parts.inspect.position import Place
from pages.parts.shared.charts import vega_chart
from pages.parts.shared.glossary_links import term
from pages.parts.shared.layer_maps import clickable_maps
from pages.parts.shared.markdown import escaped
from pages.parts.shared.picture_sheet import Mark
from pages.parts.shared.questions import ask_long, is_there
from pages.parts.shared.screen import screen
from pages.parts.shared.tables import table

_OFF = "inspect-off"  # key of the session: layer → what is off in it

Off = dict[str, tuple[int, ...]]


def ablation_view(network: Network, chosen: Digit, where: Place, activations: Activations) -> None:
    """Switches for the filters of the chosen layer, what they do, and the importance of every filter."""
    layers = {layer.key: layer for layer in activations.layers}
    off: Off = {key: each for key, each in st.session_state.get(_OFF, {}).items() if key in layers and each}
    _switches(where.layer, off, activations)
    call = (network.spec, chosen.image, off, str(default_folder().resolve()))
    reply = ask_long("ablated", "lenet.inspection.ablation.ablated", call)
    if not is_there("ablated", reply):
        return
    found: Ablated = reply.values[0]
    if off:
        names = {key: layer.name for key, layer in layers.items()}
        _effect(found, off, names, activations.prediction)
    _bars(network, activations, where.layer, found.accuracy_before)


def _switches(layer: LayerView, off: Off, activations: Activations) -> None:
    """The maps of the layer: a click switches one off, or on again."""
    if layer is activations.layers[-1] or not rules_of(layer.kind).has_kernel:
        st.info("Choose a convolution or a hidden dense layer above: its filters can be switched off.",
                icon=":material/toggle_off:")  # fmt: skip
        return
    what = "filters" if layer.after.ndim == 3 else "units"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{layer.name}**: click {what} to switch them off.")
        if off:
            st.button("Switch all on", icon=":material/restart_alt:",
                      on_click=st.session_state.pop, args=(_OFF,))  # fmt: skip
    size = layer.after.shape[:2] if layer.after.ndim == 3 else (1, 1)
    marks = [Mark("off", index, 0, 0, *size) for index in off.get(layer.key, ())]
    clickable_maps(
        layer, layer.after, screen().width, True, lambda channel, row, column: _toggle(layer, channel),
        "ablation-maps", marks, most=round(60 * screen().letters),
    )  # fmt: skip


def _toggle(layer: LayerView, channel: int) -> None:
    off = dict(st.session_state.get(_OFF, {}))
    changed = set(off.get(layer.key, ())) ^ {channel}
    if len(changed) < layer.after.shape[-1]:
        off[layer.key] = tuple(sorted(changed))
        st.session_state[_OFF] = off


def _effect(found: Ablated, off: Off, names: dict[str, str], prediction: Prediction) -> None:
    """Accuracy and this image's prediction, before and after."""
    words = ", ".join(f"{names[key]}: {' '.join(map(str, each))}" for key, each in off.items())
    change = 100 * (found.accuracy - found.accuracy_before)
    names_of_classes, shares = prediction.class_names, prediction.probabilities
    before, after = prediction.predicted_class, int(found.probabilities.argmax())
    with st.container(horizontal=True, gap="large"):
        title = f"Accuracy on {found.num_images:,} test images"
        st.metric(title, percent(found.accuracy), f"{change:+.2f} points", width="content")
        st.metric(
            "The prediction for this image", _with_share(names_of_classes[after], found.probabilities[after]),
            f"before: {_with_share(names_of_classes[before], shares[before])}",
            "off" if after == before else "inverse", delta_arrow="off", width="content",
        )  # fmt: skip
    st.caption(f"Off: {escaped(words)}")


def _with_share(name: str, share: float) -> str:
    return f"{name}, {probability(share)}"


def _bars(network: Network, activations: Activations, chosen: LayerView, before: float) -> None:
    """How far accuracy falls without each filter, worst first; or without each unit of the chosen layer."""
    wanted = [layer for layer in activations.layers if rules_of(layer.kind).output_word == "filters"]
    rules = rules_of(chosen.kind)
    if rules.has_kernel and rules.output_word == "units" and chosen is not activations.layers[-1]:
        wanted = [chosen]
    if not wanted:
        return
    words = "how far the accuracy on the test set falls without it alone"
    st.markdown(f"**Importance of each filter** ({term('ablation')}): {words}")
    call = (network.spec, [layer.key for layer in wanted], str(default_folder().resolve()))
    reply = ask_long("drops", "lenet.inspection.ablation.all_drops", call)
    if is_there("drops", reply):
        _chart(wanted, reply.values[0], before)


def _chart(wanted: list[LayerView], drops: dict[str, np.ndarray], before: float) -> None:
    rows: dict[str, list] = {"name": [], "layer": [], "drop": [], "accuracy": []}
    for layer in wanted:
        for index, accuracy in enumerate(drops[layer.key]):
            rows["name"].append(f"{layer.name} {index}")
            rows["layer"].append(layer.name)
            rows["drop"].append(100 * (before - float(accuracy)))
            rows["accuracy"].append(100 * float(accuracy))
    vega_chart(table(rows), drops_spec(), 260, key="drops")
