"""The state of a run or of a sweep as a badge: one color and one icon for each. No TensorFlow."""

import streamlit as st

_BADGES = {
    "waiting": ("gray", "hourglass_top"),
    "queued": ("gray", "hourglass_top"),
    "running": ("blue", "play_arrow"),
    "paused": ("orange", "pause"),
    "finished": ("green", "check"),
    "stopped": ("gray", "stop"),
    "failed": ("red", "error"),
    "interrupted": ("orange", "power_off"),
    "damaged": ("red", "broken_image"),
}


def state_badge(state: str) -> None:
    """In words, with its icon."""
    color, icon = _BADGES[state]
    st.badge(state.capitalize(), icon=f":material/{icon}:", color=color)
