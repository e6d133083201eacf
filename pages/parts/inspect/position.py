"""What of a network is looked at: a layer, a map of it, a place in the map; the choice is in the link.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lenet.inspection.results import Activations, LayerView
from lenet.sentences import listed
from pages.parts.shared.link import clear, has, look, warn, write_all
from pages.parts.shared.link_fields import INSPECT as LINK

_STEPPED = "inspect-stepped"  # key of the session: layer, row and column to which the animation walked
VIEWS = {
    "kernels": "Kernels and maps", "layers": "All layers", "arithmetic": "Arithmetic", "weights": "Weights",
    "attribution": "Attribution", "features": "Feature visualization", "ablation": "Ablation",
    "embedding": "Embedding",
}  # fmt: skip
COLORS = ("red", "green", "blue")


@dataclass(frozen=True)
class Place:
    """A value of a layer.

    Attributes:
        layer: the chosen one.
        inputs: what it is given, float32: (height, width, channels) or (units,).
        channel: the map, or the unit.
        row, column: in the map; 0 of a dense layer.
        channel_names: of the inputs, where these are an image in color; else none.
    """

    layer: LayerView
    inputs: np.ndarray
    channel: int
    row: int
    column: int
    channel_names: tuple[str, ...] = ()


def go(layer: str, channel: int, row: int | None = None, column: int | None = None, view: str = "") -> None:
    """Look there from now on; without a row and a column at the strongest place of the map."""
    st.session_state.pop(_STEPPED, None)
    asked = {"layer": layer, "channel": channel, "row": row, "column": column}
    write_all(LINK, asked | ({"view": view} if view else {}))


def step_to(layer: str, row: int, column: int) -> None:
    """Look there for a moment: an animation leaves the link, and what “back” goes to, alone."""
    st.session_state[_STEPPED] = (layer, row, column)


def place(activations: Activations) -> Place:
    """The one of the link, else the first convolution; what the link names wrongly is said in a sentence."""
    number = _layer_number(activations)
    layer = activations.layers[number]
    inputs = activations.layers[number - 1].after if number else activations.inputs
    size = layer.after.shape[-1]
    channel = _asked("channel", size, f"{layer.name} has")
    if channel is None:
        channel = int(layer.after.argmax()) if layer.after.ndim == 1 else 0
    row, column = (0, 0) if layer.after.ndim == 1 else _position(layer, layer.after[..., channel])
    is_in_color = number == 0 and inputs.ndim == 3 and inputs.shape[2] == len(COLORS)
    return Place(layer, inputs, channel, row, column, COLORS if is_in_color else ())


def _layer_number(activations: Activations) -> int:
    keys, names = ([getattr(layer, what) for layer in activations.layers] for what in ("key", "name"))
    asked, problem = look(LINK["layer"], options=tuple(names), former=dict(zip(keys, names, strict=True)))
    if asked:
        return names.index(asked)
    first = next((number for number, layer in enumerate(activations.layers) if layer.kind == "conv"), 0)
    if problem:
        of_layer = [name for name in ("channel", "row", "column") if has(LINK[name])]
        left_out = f"; left out of the link: {listed(of_layer)}" if of_layer else ""
        warn(f"{problem} {activations.layers[first].name} is shown{left_out}.")
        clear(LINK["layer"], *(LINK[name] for name in of_layer))
    return first


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
    value, problem = look(LINK[name], highest=size - 1, of_what=f"{what} {size}")
    if problem:
        warn(problem)
        clear(LINK[name])
    return value
