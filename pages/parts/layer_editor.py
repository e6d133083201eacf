"""The layer editor: a row of widgets for each layer, with the drawing and the sums of the network beside it.

Works from `lenet.summary` alone; must not import TensorFlow or Keras.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import nextafter
from typing import Any, get_args

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lenet.config import (
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Layer,
    MaxPool,
    Subsampling,
)
from lenet.figures import network_figure
from lenet.layer_rules import Shape, format_shape
from lenet.summary import LayerSummary, Problem, Summary, find_problems, summarize

MOST_LAYERS = 64  # as many as a RunConfig takes

# What "Add layer" offers: sizes that fit nearly everywhere. The rest comes with lenet5-1998.
_NEW_LAYERS = (
    Conv(filters=16, kernel_size=3, padding="same"),
    MaxPool(),
    AveragePool(),
    Dense(),
    Dropout(),
    BatchNorm(),
    Activation(),
    Subsampling(),
)


def layer_editor(
    layers: Sequence[Layer], input_shape: Shape, num_classes: int, key: str, editing: bool = True
) -> tuple[Layer, ...]:
    """Edit a list of layers; returns it as it stands, misfits included.

    It starts from `layers`, and starts anew when these change from outside (another recipe). `input_shape` is
    (height, width, channels) after padding. What does not fit is said under its layer. Without `editing` the
    rows are folded away, which spares a first visit fifty widgets; what they held stays.
    """
    stack = _stack(tuple(layers), key)
    drawing = st.container()
    if editing:
        with st.container(gap="xxsmall"):
            places = [_row(stack, index, key) for index in range(len(stack.rows))]
    edited = tuple(row.layer for row in stack.rows)
    summary, problems = summarize(edited, input_shape), find_problems(edited, input_shape, num_classes)
    if editing:
        _annotate(places, summary, problems)
        _add_menu(stack, num_classes, key)
    else:
        for problem in problems:
            st.error(problem.sentence, icon=":material/error:")
    with drawing:
        _draw(summary, key)
    st.markdown(_table(summary))
    return edited


# What the editor remembers between reruns


@dataclass
class _Row:
    """One layer. Its widgets are keyed by `id`, so that they follow it when it moves."""

    id: int
    layer: Layer


@dataclass
class _Stack:
    """All rows, and the layers from outside that they were made from."""

    source: tuple[Layer, ...]
    rows: list[_Row] = field(default_factory=list)
    next_id: int = 0

    def insert(self, position: int, layer: Layer) -> None:
        self.rows.insert(position, _Row(self.next_id, layer))
        self.next_id += 1

    def move(self, row_id: int, step: int) -> None:
        index = self.position(row_id)
        if index is not None and 0 <= index + step < len(self.rows):
            self.rows.insert(index + step, self.rows.pop(index))

    def remove(self, row_id: int) -> None:
        self.rows = [row for row in self.rows if row.id != row_id]

    def position(self, row_id: int) -> int | None:
        """None where a second click comes after the row has gone."""
        return next((index for index, row in enumerate(self.rows) if row.id == row_id), None)


def _stack(layers: tuple[Layer, ...], key: str) -> _Stack:
    former = st.session_state.get(f"{key}-stack")
    if former is not None and former.source == layers:
        return former
    # Ids go on counting, so that no widget of the former layers passes its value to a new one.
    stack = _Stack(layers, next_id=former.next_id if former else 0)
    for layer in layers:
        stack.insert(len(stack.rows), layer)
    st.session_state[f"{key}-stack"] = stack
    return stack


# One row: number and kind, fields, a place for the shape, buttons


def _row(stack: _Stack, index: int, key: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Show one layer and read its widgets back into it; returns the places beside and below them."""
    row = stack.rows[index]
    fields, beside, buttons = st.columns([6, 0.95, 0.72], gap="xsmall", vertical_alignment="center")
    with fields, st.container(horizontal=True, gap="xxsmall", vertical_alignment="center"):
        st.markdown(f"**{index + 1}** {_kind_title(row.layer)}", width=102)
        row.layer = _fields(row, index, f"{key}-{row.id}")
    with buttons, st.container(horizontal=True, gap="xxsmall", horizontal_alignment="right", wrap=False):
        _buttons(stack, index, f"{key}-{row.id}")
    return beside, st.container()


def _kind_title(layer: Layer) -> str:
    return layer.kind.replace("_", " ").capitalize()


def _fields(row: _Row, index: int, key: str) -> Layer:
    values = row.layer.model_dump(exclude={"kind"})  # a table of connections has no widget: it stays
    for name in type(row.layer).model_fields:
        if name in _WIDGETS:
            widget = f"{key}-{name}"
            st.session_state.setdefault(widget, getattr(row.layer, name))
            label = f"{name.replace('_', ' ').capitalize()} of layer {index + 1}"
            value = _WIDGETS[name](label, type(row.layer).model_fields[name], widget)
            values[name] = getattr(row.layer, name) if value is None else value  # an emptied box
    return type(row.layer)(**values)


def _bound(info: Any, name: str) -> Any:
    """A bound of a config field: `ge` or `le`."""
    return next(getattr(rule, name) for rule in info.metadata if hasattr(rule, name))


def _number(unit: str, width: int) -> Callable[[str, Any, str], Any]:
    """A box for a whole number between the field's bounds, with the `unit` after it."""

    def box(label: str, info: Any, key: str) -> int | None:
        low, high = _bound(info, "ge"), _bound(info, "le")
        value = st.number_input(label, low, high, key=key, label_visibility="collapsed", width=66)
        st.caption(unit, width=width)
        return value

    return box


def _fraction(label: str, info: Any, key: str) -> float | None:
    value = st.number_input(
        label, 0.0, nextafter(1, 0), step=0.05, format="%.2f", key=key, label_visibility="collapsed", width=66
    )
    st.caption("of the values", width=110)
    return value


def _choice(words: Callable[[Any], str], width: int) -> Callable[[str, Any, str], Any]:
    """A menu of a field's values, each in `words` that need no label."""

    def menu(label: str, info: Any, key: str) -> Any:
        choices = get_args(info.annotation) or range(_bound(info, "ge"), _bound(info, "le") + 1)
        return st.selectbox(
            label, choices, key=key, format_func=words, label_visibility="collapsed", width=width
        )

    return menu


# The widget of each field, whatever layer has it: label, the config's field, key → value.
_WIDGETS: dict[str, Callable[[str, Any, str], Any]] = {
    "filters": _number("maps", 36),
    "units": _number("units", 36),
    "rate": _fraction,
    "kernel_size": _choice(lambda side: f"{side}×{side}", 74),
    "size": _choice(lambda side: f"{side}×{side}", 74),
    "strides": _choice(lambda step: f"stride {step}", 94),
    "padding": _choice(str, 84),
    "activation": _choice(str, 104),
    "function": _choice(str, 104),
}


def _buttons(stack: _Stack, index: int, key: str) -> None:
    row_id, last = stack.rows[index].id, len(stack.rows) - 1
    st.button(
        ":material/arrow_upward:", key=f"{key}-up", help="Move up", type="tertiary",
        disabled=index == 0, on_click=stack.move, args=(row_id, -1),
    )  # fmt: skip
    st.button(
        ":material/arrow_downward:", key=f"{key}-down", help="Move down", type="tertiary",
        disabled=index == last, on_click=stack.move, args=(row_id, 1),
    )  # fmt: skip
    st.button(
        ":material/delete:", key=f"{key}-remove", help="Remove", type="tertiary",
        on_click=stack.remove, args=(row_id,),
    )  # fmt: skip


def _annotate(
    places: list[tuple[DeltaGenerator, DeltaGenerator]], summary: Summary, problems: tuple[Problem, ...]
) -> None:
    """Each layer's shape beside it and its problems below it; problems of the whole below all."""
    for (beside, _), layer in zip(places, summary.layers, strict=True):
        beside.caption(_in_short(layer))
    for problem in problems:
        place = st if problem.layer_index is None else places[problem.layer_index][1]
        place.error(problem.sentence, icon=":material/error:")


def _in_short(layer: LayerSummary) -> str:
    if layer.output_shape is None:
        return ""
    count = f"{layer.parameters:,}" if layer.parameters < 1e6 else f"{layer.parameters / 1e6:.1f} M"
    return f"→ {format_shape(layer.output_shape)}" + (f"  \n{count} param." if layer.parameters else "")


# Adding


def _add_menu(stack: _Stack, num_classes: int, key: str) -> None:
    full = len(stack.rows) >= MOST_LAYERS
    st.menu_button(
        "Add layer", _NEW_LAYERS, format_func=_kind_title, icon=":material/add:", key=f"{key}-add",
        on_click=_add, args=(stack, num_classes, key), disabled=full,
        help=f"A network has at most {MOST_LAYERS} layers." if full else None,
    )  # fmt: skip


def _add(stack: _Stack, num_classes: int, key: str) -> None:
    """Insert the layer that was picked where it makes sense: before the output, maps before dense layers."""
    layer = st.session_state[f"{key}-add"]
    dense = [index for index, row in enumerate(stack.rows) if isinstance(row.layer, Dense)]
    if not dense and isinstance(layer, Dense):
        layer = Dense(units=num_classes, activation="softmax")
    if not dense:
        position = len(stack.rows)
    elif isinstance(layer, (Dense, Dropout)):
        position = dense[-1]
    else:
        position = dense[0]
    stack.insert(position, layer)


# What follows from the layers


def _draw(summary: Summary, key: str) -> None:
    st.plotly_chart(
        network_figure(summary), key=f"{key}-drawing", config={"displayModeBar": False},
        alt=f"Drawing of a network of {len(summary.layers)} layers",
    )  # fmt: skip


def _table(summary: Summary) -> str:
    """Each layer's output shape and counts, and the totals, as a Markdown table."""
    lines = [
        "| Layer | Output | Parameters | Connections | Multiply-adds | Receptive field |",
        "|:--|:--|--:|--:|--:|--:|",
        *(_table_line(layer) for layer in summary.layers),
        f"| **All** | | **{summary.parameters:,}** | **{summary.connections:,}** "
        f"| **{summary.multiply_adds:,}** | |",
    ]
    return "\n".join(lines)


def _table_line(layer: LayerSummary) -> str:
    name = f"**{layer.name}** {layer.title}"
    if layer.output_shape is None:
        return f"| {name} | – | – | – | – | – |"
    counts = f"{layer.parameters:,} | {layer.connections:,} | {layer.multiply_adds:,}"
    return (
        f"| {name} | {format_shape(layer.output_shape)} | {counts} | {format_shape(layer.receptive_field)} |"
    )
