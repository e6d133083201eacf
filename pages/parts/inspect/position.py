"""What of a network is looked at: a layer, a map of it, a place in the map; the choice is in the link.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lenet.inspection.results import Insides, LayerView
from lenet.sentences import shown
from pages.parts.shared.link import put
from pages.parts.shared.markdown import escaped

_STEPPED = "inspect-stepped"  # key of the session: layer, row and column to which the animation walked
VIEWS = {
    "kernels": "Kernels and maps", "layers": "All layers", "arithmetic": "Arithmetic", "weights": "Weights",
    "why": "Why", "wants": "Wants", "ablation": "Ablation", "map": "Test set",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A value of a layer.

    Attributes:
        layer: the chosen one.
        inputs: what it is given, float32: (height, width, channels) or (units,).
        channel: the map, or the unit.
        row, column: in the map; 0 of a dense layer.
    """

    layer: LayerView
    inputs: np.ndarray
    channel: int
    row: int
    column: int


def go(layer: str, channel: int, row: int | None = None, column: int | None = None, view: str = "") -> None:
    """Look there from now on; without a row and a column at the strongest place of the map."""
    st.session_state.pop(_STEPPED, None)
    asked = {"layer": layer, "channel": channel, "row": row, "column": column}
    put(**{name: None if value is None else str(value) for name, value in asked.items()})
    if view:
        st.session_state["view"] = VIEWS[view]


def step_to(layer: str, row: int, column: int) -> None:
    """Look there for a moment: an animation leaves the link, and what “back” goes to, alone."""
    st.session_state[_STEPPED] = (layer, row, column)


def place(insides: Insides) -> Place:
    """The one of the link, else the first convolution; what the link names wrongly is said in a sentence."""
    number = _layer_number(insides)
    layer = insides.layers[number]
    inputs = insides.layers[number - 1].after if number else insides.inputs
    size = layer.after.shape[-1]
    channel = _asked("channel", size, f"{layer.name} has")
    if channel is None:
        channel = int(layer.after.argmax()) if layer.after.ndim == 1 else 0
    if layer.after.ndim == 1:
        return Place(layer, inputs, channel, 0, 0)
    return Place(layer, inputs, channel, *_position(layer, layer.after[..., channel]))


def _layer_number(insides: Insides) -> int:
    keys = [layer.key for layer in insides.layers]
    asked = st.query_params.get("layer")
    if asked in keys:
        return keys.index(asked)
    if asked:
        known = ", ".join(keys)
        st.warning(escaped(f"Layer: received {shown(asked)} in the link, expected one of {known}."))
        put(layer=None, channel=None, row=None, column=None)
    return next((number for number, layer in enumerate(insides.layers) if layer.kind == "conv"), 0)


def _position(layer: LayerView, values: np.ndarray) -> tuple[int, int]:
    """Of the animation or of the link, else where the map is strongest."""
    rows, columns = values.shape
    key, *stepped = st.session_state.get(_STEPPED, ("",))
    if key == layer.key:
        return stepped[0] % rows, stepped[1] % columns
    name = layer.name
    row, column = _asked("row", rows, f"{name} has rows"), _asked("column", columns, f"{name} has columns")
    strongest = np.unravel_index(int(np.abs(np.nan_to_num(values)).argmax()), values.shape)
    row, column = (
        int(best) if each is None else each for each, best in zip((row, column), strongest, strict=True)
    )
    return row, column


def _asked(name: str, size: int, what: str) -> int | None:
    """A number of the link, from 0 to size − 1; None where it names none, or one that there is not."""
    text = st.query_params.get(name)
    if text is None:
        return None
    if text.isdecimal() and len(text) < 9 and int(text) < size:
        return int(text)
    st.warning(escaped(
        f"{name.capitalize()}: received {shown(text)} in the link, expected 0 to {size - 1}: {what} {size}."
    ))  # fmt: skip
    put(**{name: None})
    return None
