"""Arithmetic: one value of a map worked out with its numbers, and a walk over all places that can be paused.

Must not import TensorFlow or Keras.
"""

import numpy as np
import streamlit as st

from lenet.errors import PlaceError
from lenet.figures import arithmetic_svg
from lenet.figures.arithmetic_svg import digits
from lenet.figures.feature_map_sheets import map_sheet
from lenet.inspection.layer_arithmetic import work_out
from lenet.inspection.results import Activations
from lenet.layers import arithmetic
from lenet.layers.arithmetic import Distance, Pooled, Scaled, Subsampled, WeightedSum, Worked
from pages.parts.inspect.position import Place, go, step_to
from pages.parts.shared import tour
from pages.parts.shared.charts import drawing
from pages.parts.shared.glossary_links import term
from pages.parts.shared.icon_button import icon_button
from pages.parts.shared.layer_maps import sheet_of
from pages.parts.shared.link import bound
from pages.parts.shared.link_fields import INSPECT as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.picture_sheet import Mark, picture_sheet
from pages.parts.shared.screen import screen
from pages.parts.shared.theme import ink

_MAP = 182  # pixels of the large maps
_PACES = {"Slow": 1200, "Medium": 450, "Fast": 120}  # milliseconds between two places
_PLAYING = "inspect-playing"  # key of the session


def arithmetic_view(where: Place, activations: Activations) -> None:
    """The chosen value: where it is, how it came about, and every number in it."""
    try:
        worked = work_out(where.layer, where.inputs, where.channel, where.row, where.column)
    except PlaceError as error:
        st.info(escaped(str(error)), icon=":material/calculate:")
        return
    is_map = where.layer.after.ndim == 3
    with st.container(horizontal=True, gap="medium", vertical_alignment="top"):
        if is_map:
            _maps(where, worked)
        else:
            _units(where, activations)
        with st.container(width="stretch", gap="small"):
            _channel_choice(where, activations)
            if is_map:
                _walk(where)
            _own_value(where, worked)
    st.latex(_formula(where, worked))
    _numbers(where, worked, activations)
    tour.reached("inspect")


def _maps(where: Place, worked: Worked) -> None:
    """What goes in with the window, and what comes out with the place."""
    layer, channel = where.layer, where.channel
    top, left, height, width = arithmetic.window(layer, where.row, where.column)
    shown = _loudest(worked) if isinstance(worked, WeightedSum) else channel
    side = round(_MAP * screen().letters)
    with st.container(width=side + 6, gap="xsmall"):
        sheet = map_sheet(where.inputs[..., shown : shown + 1], side, most=side, label="Input channel")
        picture_sheet(sheet, "goes-in", "What goes in, with the window",
                      marks=[Mark("window", 0, top, left, height, width)])  # fmt: skip
        more = where.inputs.shape[2] > 1 and isinstance(worked, WeightedSum)
        name = where.channel_names[shown] if where.channel_names else f"channel {shown}"
        words = f"In: {name}, which weighs most" if more else f"In: {name}"
        is_inside = 0 <= top <= where.inputs.shape[0] - height and 0 <= left <= where.inputs.shape[1] - width
        st.caption(words if is_inside else f"{words}. Beyond its edge is {term('padding')}: zeros.")
    with st.container(width=side + 6, gap="xsmall"):
        sheet = map_sheet(layer.after[..., channel : channel + 1], side, most=side, label=f"{layer.name} map")
        pace = _PACES[st.session_state.get("inspect-pace", "Medium")] if st.session_state.get(_PLAYING) else 0
        picture_sheet(
            sheet, "comes-out", "What comes out: click a place",
            lambda tile, row, column: go(layer.key, channel, row, column),
            "value", (0, where.row, where.column),
            [Mark("window", 0, where.row, where.column)], pace, lambda: _walk_on(where),
        )  # fmt: skip
        st.caption(f"Out: map {channel}. Click a place.")


def _units(where: Place, activations: Activations) -> None:
    """The units of a dense layer as squares: a click picks one."""
    layer = where.layer
    names = activations.prediction.class_names if layer is activations.layers[-1] else ()
    with st.container(width=450, gap="xsmall"):
        picture_sheet(
            sheet_of(layer, layer.after, 450, True, names), "units", f"Units of {layer.name}",
            lambda tile, row, column: go(layer.key, tile), picked=(where.channel, 0, 0),
            marks=[Mark("chosen", where.channel)],
        )  # fmt: skip
        st.caption(f"Out: the {len(layer.after)} units. Click one.")


def _loudest(worked: WeightedSum) -> int:
    return int(np.argmax([abs(term.total) for term in worked.terms]))


def _channel_choice(where: Place, activations: Activations) -> None:
    layer, size = where.layer, where.layer.after.shape[-1]
    names = activations.prediction.class_names if layer is activations.layers[-1] else ()
    widget = bound(LINK["channel"], where.channel)
    chosen = widget["key"]
    widget["on_change"] = lambda: go(layer.key, st.session_state[chosen], where.row, where.column)
    words = "Map" if layer.after.ndim == 3 else "Unit"
    st.selectbox(
        f"{words} of {layer.name}", range(size), width=230,
        format_func=lambda each: names[each] if each < len(names) else str(each), **widget,
    )  # fmt: skip


def _walk(where: Place) -> None:
    """Step by step over all places, by hand or by itself."""
    playing = bool(st.session_state.get(_PLAYING))
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        icon_button("One place back", "skip_previous", "step-back", on_click=_step, args=(where, -1))
        label, icon = ("Pause", ":material/pause:") if playing else ("Play", ":material/play_arrow:")
        st.button(
            label, icon=icon, type="primary", key="step-play", on_click=_play, args=(where, not playing)
        )
        icon_button("One place on", "skip_next", "step-on", on_click=_step, args=(where, 1))
        st.segmented_control("Pace", list(_PACES), default="Medium", required=True, key="inspect-pace",
                             label_visibility="collapsed", wrap=True)  # fmt: skip


def _step(where: Place, by: int) -> None:
    rows, columns = where.layer.after.shape[:2]
    index = (where.row * columns + where.column + by) % (rows * columns)
    step_to(where.layer.key, index // columns, index % columns)


def _walk_on(where: Place) -> None:
    """By itself; a step that was on its way when somebody paused is not made."""
    if st.session_state.get(_PLAYING):
        _step(where, 1)


def _play(where: Place, playing: bool) -> None:
    st.session_state[_PLAYING] = playing
    if not playing:  # the link says where it was paused; a step on its way would bring the link before it
        go(where.layer.key, where.channel, where.row, where.column)
        step_to(where.layer.key, where.row, where.column)


def _own_value(where: Place, worked: Worked) -> None:
    """What the network itself has there, and whether it is the same."""
    shown, after = _value(where), _after(where, worked)
    is_same = digits(after) == digits(shown) or arithmetic.is_same(worked, after, shown)
    place = (
        f"row {where.row}, column {where.column}" if where.layer.after.ndim == 3 else f"unit {where.channel}"
    )
    sign = ":green[:material/check:]" if is_same else ":orange[:material/close:]"
    st.markdown(f"{sign} The network's own value at {place}: **{digits(shown)}**")


def _value(where: Place) -> float:
    values = where.layer.after[..., where.channel]
    return float(values[where.row, where.column] if values.ndim else values)


def _after(where: Place, worked: Worked) -> float:
    if worked.after is not None:
        return worked.after
    return float(arithmetic.softmax(where.layer.before).shares[where.channel])


def _formula(where: Place, worked: Worked) -> str:
    after = _tex(_after(where, worked))
    if isinstance(worked, Pooled):
        return rf"\text{{{worked.words}}} = \mathbf{{{after}}}"
    if isinstance(worked, Scaled):
        first = (
            rf"{_tex(worked.value)} \cdot {_tex(worked.scale)} + {_tex(worked.shift)} = {_tex(worked.before)}"
        )
        return rf"{first} {_activated(worked, after)}"
    if isinstance(worked, Distance):
        return rf"-\text{{distance}}^2 = {_tex(worked.before)} {_activated(worked, after)}"
    count = sum(term.patch.size for term in worked.terms)
    sum_words = rf"\underbrace{{{_tex(worked.total)}}}_{{\text{{sum of {count:,} products}}}}"
    bias = rf"\underbrace{{{_tex(worked.bias)}}}_{{\text{{bias}}}}"
    return rf"{sum_words} + {bias} = {_tex(worked.before)} {_activated(worked, after)}"


def _activated(worked: WeightedSum | Scaled | Distance, after: str) -> str:
    if worked.activation == "linear":
        return ""
    name = worked.activation.replace("_", " ")
    return rf"\;\xrightarrow{{\text{{{name}}}}}\; \mathbf{{{after}}}"


def _tex(value: float) -> str:
    mantissa, exponent, power = f"{value:.5g}".partition("e")
    text = rf"{mantissa} \cdot 10^{{{int(power)}}}" if exponent else mantissa
    return f"({text})" if value < 0 else text


def _numbers(where: Place, worked: Worked, activations: Activations) -> None:
    """Every number in it."""
    if isinstance(worked, Pooled | Subsampled):
        drawing(arithmetic_svg.pooled(worked, ink()), "The values in the window")
    if isinstance(worked, Pooled | Scaled):
        return
    if worked.activation == "softmax":
        shares = arithmetic.softmax(where.layer.before)
        names = activations.prediction.class_names
        drawing(arithmetic_svg.shares(shares, names, where.channel, ink()), "Scores and shares")
        st.caption(f"Glossary: {term('logits')}, {term('softmax')}.")
    if isinstance(worked, Distance):
        drawing(arithmetic_svg.distance(worked, ink()), "What comes in beside the code")
        return
    picture = arithmetic_svg.weighted_sum(worked, ink(), where.channel_names)
    drawing(picture, "Patch times kernel, channel by channel")
    words = arithmetic.FORMULAS.get(worked.activation)
    if words and worked.activation != "linear":
        st.caption(
            f"{term('activation', worked.activation)}: {words}. Numbers in squares are rounded; sums are not."
        )
