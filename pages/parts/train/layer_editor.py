"""The layer editor: a row of widgets for each layer, with the drawing and the sums of the network beside it.

What there is to add, and which widgets a row has, each kind of layer says itself (`lenet/layers/kind.py`).
Works from `lenet.networks.summary` alone; must not import TensorFlow or Keras.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import nextafter
from typing import Any, get_args

import streamlit as st
from pydantic.fields import FieldInfo
from streamlit.delta_generator import DeltaGenerator

from lenet.figures.architecture_diagram import network_figure
from lenet.layers.kind import Choice, Fraction, Number, Shape, Widget, format_shape
from lenet.networks.output_classes import classes_of, with_classes
from lenet.networks.summary import LayerSummary, Problem, Summary, summarize
from lenet.networks.validation import find_problems
from lenet.runs.layers import LAYER_KINDS, Dense, Layer
from pages.parts.shared.charts import chart
from pages.parts.shared.glossary_links import term
from pages.parts.shared.icon_button import icon_button
from pages.parts.train.layer_table import layer_table

MOST_LAYERS = 64  # as many as a RunConfig takes
# What "Add layer" offers; the rest comes with lenet5-1998.
_NEW_LAYERS = tuple(layer for kind in LAYER_KINDS.values() if (layer := kind.new()))


def layer_editor(
    layers: Sequence[Layer], input_shape: Shape, num_classes: int, key: str, editing: bool = True
) -> tuple[Layer, ...]:
    """Edit a list of layers; returns it as it stands, misfits included.

    It starts from `layers`, and starts anew when these change from outside (another recipe). `input_shape` is
    (height, width, channels) after padding. What does not fit is said under its layer. Without `editing` the
    rows are folded away, which spares a first visit fifty widgets; what they held stays.
    """
    stack = _stack(tuple(layers), key)
    stack.read(st.session_state, key)  # rows that are folded away in this run may bring a value with them
    stack.is_open = editing
    drawing = st.container()
    if editing:
        with st.container(gap="xxsmall"):
            places = [_row(stack, index, key) for index in range(len(stack.rows))]
    edited = tuple(row.layer for row in stack.rows)
    summary, problems = summarize(edited, input_shape), find_problems(edited, input_shape, num_classes)
    if editing:
        _annotate(places, summary, problems)
        _add_menu(len(stack.rows) >= MOST_LAYERS, num_classes, key)
    else:
        for problem in problems:
            st.error(problem.sentence, icon=":material/error:")
    with drawing:
        _draw(summary, key)
    layer_table(summary)
    st.caption(_terms(edited))
    return edited


def held_layers(
    layers: Sequence[Layer], key: str, state: Mapping[str, Any]
) -> tuple[tuple[Layer, ...], list[int]]:
    """What an editor that starts from `layers` returns now, without drawing it; and a number for each row.

    The numbers are others as soon as a row was added, moved or removed, or all have been replaced. What is
    typed in a row does not change them. `state`: of the session.
    """
    stack = _stack(tuple(layers), key)
    stack.read(state, key)
    return tuple(row.layer for row in stack.rows), [row.id for row in stack.rows]


def source_layers(key: str) -> tuple[Layer, ...] | None:
    """What the editor started from; None before it was drawn."""
    stack = st.session_state.get(_stack_key(key))
    return stack.source if stack else None


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
    is_open: bool = False  # whether the rows have widgets on the screen

    def insert(self, position: int, layer: Layer) -> None:
        self.rows.insert(position, _Row(self.next_id, layer))
        self.next_id += 1

    def move(self, row_id: int, step: int) -> None:
        index = self.position(row_id)
        if index is not None and 0 <= index + step < len(self.rows):
            self.rows.insert(index + step, self.rows.pop(index))

    def remove(self, row_id: int) -> None:
        self.rows = [row for row in self.rows if row.id != row_id]

    def read(self, state: Mapping[str, Any], key: str) -> None:
        """Take what the rows' widgets say."""
        for row in self.rows if self.is_open else ():
            said = {name: state.get(f"{key}-{row.id}-{name}") for name in _widgets(row.layer)}
            said = {name: value for name, value in said.items() if value is not None}  # no emptied box
            row.layer = type(row.layer)(**row.layer.model_dump() | said)  # a table has no widget: it stays

    def fit(self, source: tuple[Layer, ...]) -> None:
        """The data have other classes: the output follows, what else was edited stays."""
        former, self.source = self.source, source
        for row in self.rows:
            for before, now in zip(former, source, strict=True):
                if before != now and row.layer == before:
                    row.id, row.layer, self.next_id = self.next_id, now, self.next_id + 1

    def position(self, row_id: int) -> int | None:
        """None where a second click comes after the row has gone."""
        return next((index for index, row in enumerate(self.rows) if row.id == row_id), None)


def _stack(layers: tuple[Layer, ...], key: str) -> _Stack:
    former = st.session_state.get(_stack_key(key))
    if former is not None and former.source == layers:
        return former
    if former is not None and with_classes(former.source, classes_of(layers) or 0) == layers:
        former.fit(layers)
        return former
    # Ids go on counting, so that no widget of the former layers passes its value to a new one.
    stack = _Stack(layers, next_id=former.next_id if former else 0)
    for layer in layers:
        stack.insert(len(stack.rows), layer)
    st.session_state[_stack_key(key)] = stack
    return stack


def _stack_key(key: str) -> str:
    return f"{key}-stack"


# One row: number and kind, fields, a place for the shape, buttons


def _row(stack: _Stack, index: int, key: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Show one layer; returns the places beside and below it."""
    row = stack.rows[index]
    fields, beside, buttons = st.columns([6, 0.95, 0.72], gap="xsmall", vertical_alignment="center")
    with fields, st.container(horizontal=True, gap="xxsmall", vertical_alignment="center"):
        st.markdown(f"**{index + 1}** {_kind_title(row.layer)}", width=102)
        _fields(row, index, f"{key}-{row.id}")
    with buttons, st.container(horizontal=True, gap="xxsmall", horizontal_alignment="right", wrap=False):
        _buttons(stack, index, key)
    return beside, st.container()


def _kind_title(layer: Layer) -> str:
    return layer.kind.replace("_", " ").capitalize()


def _fields(row: _Row, index: int, key: str) -> None:
    for name, widget in _widgets(row.layer).items():
        st.session_state.setdefault(f"{key}-{name}", getattr(row.layer, name))
        label, info = f"{name.replace('_', ' ').capitalize()} of layer {index + 1}", _info(row.layer, name)
        _ASK[type(widget)](widget, label, info, f"{key}-{name}")


def _info(layer: Layer, name: str) -> FieldInfo:
    return type(layer).model_fields[name]


def _widgets(layer: Layer) -> dict[str, Widget]:
    """Of each setting of a layer that can be edited."""
    found = {
        name: [each for each in info.metadata if isinstance(each, Widget)]
        for name, info in type(layer).model_fields.items()
    }
    return {name: widgets[0] for name, widgets in found.items() if widgets}


def _bound(info: FieldInfo, name: str) -> Any:
    """A bound of a config field: `ge` or `le`."""
    return next(getattr(rule, name) for rule in info.metadata if hasattr(rule, name))


def _number(widget: Number, label: str, info: FieldInfo, key: str) -> None:
    low, high = _bound(info, "ge"), _bound(info, "le")
    st.number_input(label, low, high, key=key, label_visibility="collapsed", width=66)
    st.caption(widget.unit, width=widget.width)


def _fraction(widget: Fraction, label: str, info: FieldInfo, key: str) -> None:
    st.number_input(
        label, 0.0, nextafter(1, 0), step=0.05, format="%.2f", key=key, label_visibility="collapsed", width=66
    )
    st.caption(widget.unit, width=widget.width)


def _choice(widget: Choice, label: str, info: FieldInfo, key: str) -> None:
    choices = get_args(info.annotation) or range(_bound(info, "ge"), _bound(info, "le") + 1)
    st.selectbox(label, choices, key=key, format_func=widget.words.format, label_visibility="collapsed",
                 width=widget.width)  # fmt: skip


_ASK = {Number: _number, Fraction: _fraction, Choice: _choice}


def _buttons(stack: _Stack, index: int, key: str) -> None:
    row, last = stack.rows[index], len(stack.rows) - 1
    row_key, which = f"{key}-{row.id}", f"layer {index + 1}, {row.layer.title()}"
    icon_button(
        f"Move up {which}", "arrow_upward", f"{row_key}-up", type="tertiary",
        disabled=index == 0, on_click=_move, args=(key, row.id, -1),
    )  # fmt: skip
    icon_button(
        f"Move down {which}", "arrow_downward", f"{row_key}-down", type="tertiary",
        disabled=index == last, on_click=_move, args=(key, row.id, 1),
    )  # fmt: skip
    icon_button(
        f"Delete {which}", "delete", f"{row_key}-remove", type="tertiary",
        on_click=_remove, args=(key, row.id),
    )  # fmt: skip


# A click acts on the rows of now: those that were drawn may have been replaced since.


def _move(key: str, row_id: int, step: int) -> None:
    st.session_state[_stack_key(key)].move(row_id, step)


def _remove(key: str, row_id: int) -> None:
    st.session_state[_stack_key(key)].remove(row_id)


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


def _add_menu(full: bool, num_classes: int, key: str) -> None:
    st.menu_button(
        "Add layer", _NEW_LAYERS, format_func=_kind_title, icon=":material/add:", key=f"{key}-add",
        on_click=_add, args=(num_classes, key), disabled=full,
        help=f"A network has at most {MOST_LAYERS} layers." if full else None,
    )  # fmt: skip


def _add(num_classes: int, key: str) -> None:
    """Insert the layer that was picked where it makes sense: before the output, maps before dense layers."""
    layer, stack = st.session_state[f"{key}-add"], st.session_state[_stack_key(key)]
    if len(stack.rows) >= MOST_LAYERS:
        return
    dense = [index for index, row in enumerate(stack.rows) if isinstance(row.layer, Dense)]
    if not dense and isinstance(layer, Dense):
        layer = Dense(units=num_classes, activation="softmax")
    late = dense[-1] if dense else len(stack.rows)
    rows = [index for index, row in enumerate(stack.rows) if row.layer.gives_row]
    stack.insert(rows[0] if rows and not layer.comes_late else late, layer)


# What follows from the layers


def _terms(layers: Sequence[Layer]) -> str:
    """Links to what the glossary says of the kinds of these layers."""
    names = dict.fromkeys(name for layer in layers for name in layer.terms)
    return f"Glossary: {', '.join(term(name) for name in names)}." if names else ""


def _draw(summary: Summary, key: str) -> None:
    chart(
        network_figure(summary), key=f"{key}-drawing",
        alt=f"Drawing of a network of {len(summary.layers)} layers",
    )  # fmt: skip
