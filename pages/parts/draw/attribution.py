"""Attribution: which pixels of the drawing speak for the prediction, as a heat map; and every layer's maps.

Must not import TensorFlow or Keras.
"""

from urllib.parse import urlencode

import numpy as np
import streamlit as st

from lenet.evaluation.prediction import NoPrediction, Prediction
from lenet.figures import drawing_figures
from lenet.inspection.results import GRAD_CAM, GRADIENT_INPUT, METHODS, OCCLUSION, Attribution
from lenet.runs.folder import default_folder
from pages.parts.draw.model_picker import Choices, short_title
from pages.parts.shared.layer_maps import layer_maps
from pages.parts.shared.link import address
from pages.parts.shared.link_fields import INSPECT as LINK_OF_INSPECT
from pages.parts.shared.markdown import escaped
from pages.parts.shared.questions import ask, what_is_awaited
from pages.parts.shared.screen import screen

_WORDS = {
    GRAD_CAM: (
        "**Grad-CAM** weighs the maps of the last convolution by how much each one raises the score of the "
        "prediction: red is where the network looked. Coarse, since these maps are small."
    ),
    GRADIENT_INPUT: (
        "**Gradient × input**: for each pixel of the ink, how much the score of the prediction rises (red) "
        "or falls (blue) with it. Fine, and noisy: it looks at single pixels, not at shapes."
    ),
    OCCLUSION: (
        "**Occlusion** slides a gray square over the drawing: where it covers red, the prediction gets less "
        "probable, where it covers blue, more. It asks the network again for every place of the square."
    ),
}
_HEAT_WIDTH, _MAPS_WIDTH = 240, 600  # pixels


def show_attribution(specs: list[str], image: np.ndarray, known: Choices) -> None:
    """For one of the models; `image` is (28, 28) uint8."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spec = specs[0]
        if len(specs) > 1:
            spec = st.selectbox("Of", specs, key="attribution-model", width=260,
                                format_func=lambda each: short_title(each, known))  # fmt: skip
        method = st.segmented_control(
            "Method", METHODS, default=METHODS[0], required=True, key="attribution-method",
            persist_state="session", format_func=_capitalized,
        )  # fmt: skip
        label = _label(_predicted(spec, image))
        _inspect_link(spec, image)
    call = (spec, image, method, label, str(default_folder().resolve()))
    reply = ask("attribution", "lenet.inspection.api.attribute", call)
    if reply.problem:
        st.warning(escaped(reply.problem))
    elif reply.values:
        _show(reply.values[0], spec, image)
    else:
        st.caption(f":material/hourglass_top: {what_is_awaited()}")


def _predicted(spec: str, image: np.ndarray) -> Prediction | NoPrediction | None:
    """The server's prediction, by which it explains; None while it is awaited."""
    call = ([spec], image, str(default_folder().resolve()))
    reply = ask("attributed", "lenet.evaluation.predictor.predictions", call)
    return reply.values[0][0] if reply.values else None


def _label(prediction: Prediction | NoPrediction | None) -> int | None:
    """Which class to explain: a person may ask about another one."""
    if not isinstance(prediction, Prediction):
        return None
    names, first = prediction.class_names, prediction.predicted_class
    return st.selectbox("Class", range(len(names)), first, key=f"attribution-{first}", width=110,
                        format_func=lambda each: names[each])  # fmt: skip


def _inspect_link(spec: str, image: np.ndarray) -> None:
    st.link_button(
        "Open on the Inspect page",
        f"inspect?{urlencode(address(LINK_OF_INSPECT, drawing=image, model=spec))}",
        icon=":material/search:", type="tertiary",
    )  # fmt: skip


def _show(found: Attribution, spec: str, image: np.ndarray) -> None:
    row = st.container(horizontal=True, gap="medium")
    heat, maps = (round(each * screen().letters) for each in (_HEAT_WIDTH, _MAPS_WIDTH))
    left, right = row.container(width=heat), row.container(width=maps + 90)
    with left:
        picture = drawing_figures.heat(image, found.heat_map, found.against)
        alt = f"{found.method} over the drawing"
        st.image(drawing_figures.pixels(picture), width=heat, alt=alt)
    with right:
        st.markdown(_WORDS[found.method])
        layer_maps(found.maps, spec, maps)


def _capitalized(words: str) -> str:
    return words[0].upper() + words[1:]
