"""What a person says of a photograph, where what was found out is wrong: its ink, its turn, the threshold.

Kept in the link. Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet.drawing.found_digits import ByHand
from pages.parts.shared.link import bound, read, segments
from pages.parts.shared.link_fields import DRAW as LINK

_INKS = {"auto": "Found", "dark": "Dark", "light": "Light"}
_TURNS = {"auto": "Found", "0": "0°", "90": "90°", "180": "180°", "270": "270°"}


def by_hand() -> ByHand:
    """The controls, in a popover; what they say."""
    with st.popover("By hand", icon=":material/tune:", type="tertiary"):
        st.caption("Ink")
        ink = segments(LINK["ink"], _INKS.__getitem__)
        st.caption("Turned to the right")
        turn = segments(LINK["turn"], _TURNS.__getitem__)
        st.caption("Threshold: further left, fainter marks are ink as well")
        field = LINK["threshold"]
        threshold = st.slider(
            field.title, field.lowest, field.highest, step=0.1, format="%.1f", label_visibility="collapsed",
            **bound(field, read(field)),
        )  # fmt: skip
    is_light = None if ink == "auto" else ink == "light"
    quarters = None if turn == "auto" else (-int(turn) // 90) % 4
    return ByHand(is_light, quarters, 1 / threshold)
