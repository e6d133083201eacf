"""Distances to the codes of 1998: what F6 gives for the drawing, as a picture, beside the digits' codes.

Must not import TensorFlow or Keras.
"""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lenet.networks.model_reference import config_of
from lenet.runs.folder import default_folder
from pages.parts.shared.markdown import escaped
from pages.parts.shared.paper1998_views import codes_view
from pages.parts.shared.questions import ask, what_is_awaited


def with_codes(specs: Sequence[str]) -> list[str]:
    """Those of the models whose output compares with codes."""
    configs = ((spec, config_of(spec)) for spec in specs)
    return [spec for spec, config in configs if config and config.ends_in_codes]


def draw_codes(spec: str, image: np.ndarray) -> None:
    """For one of these models; `image` is (28, 28) uint8."""
    reply = ask("codes", "lenet.inspection.api.activations", (spec, image, str(default_folder().resolve())))
    if reply.problem:
        st.warning(escaped(reply.problem))
    elif reply.values:
        *_, before, output = reply.values[0].layers
        codes_view(before.after, output.kernel.T, before.name, reply.values[0].prediction.class_names)
    else:
        st.caption(f":material/hourglass_top: {what_is_awaited()}")
