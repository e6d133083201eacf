"""Attribution: which pixels speak for a class, asked in three ways, side by side, each in two sentences.

Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet.figures import drawing_figures
from lenet.inspection.results import METHODS, Activations
from lenet.runs.folder import default_folder
from pages.parts.inspect.image_choice import Digit
from pages.parts.inspect.network_choice import Network
from pages.parts.shared.glossary_links import help_on, term
from pages.parts.shared.markdown import escaped
from pages.parts.shared.questions import Reply, ask, what_is_awaited
from pages.parts.shared.screen import screen

_WORDS = {
    "Grad-CAM": "Which places of the last convolution raise the score of this class, laid over the image. "
    "It is coarse, and tells where the network looks.",
    "gradient × input": "For each pixel, how far the score rises (red) or falls (blue) with its ink. It is "
    "fine and noisy, for it looks at single pixels, not at shapes.",
    "occlusion": "A gray square slides over the image, and the network predicts again each time: red where "
    "the probability falls, blue where it rises. It needs nothing but the predictions.",
}
_NOTHING = {  # where no place has any color
    "Grad-CAM": "No place of the last convolution raises the score of this class.",
    "gradient × input": "No pixel changes the score of this class.",
    "occlusion": "Wherever the square lies, the probability stays what it is.",
}
_GLOSSARY = {
    "Grad-CAM": term("Grad-CAM"),
    "gradient × input": term("saliency"),
    "occlusion": term("occlusion"),
}
_WIDTH = 262  # pixels


def attribution_view(network: Network, chosen: Digit, activations: Activations) -> None:
    """A heat map by each method, for the prediction or for any other class."""
    names, predicted = activations.prediction.class_names, activations.prediction.predicted_class
    label = st.segmented_control(
        "What speaks for and against the class", range(len(names)), default=predicted, required=True,
        help=help_on("attribution"),
        key=f"inspect-class-{predicted}", format_func=lambda each: escaped(names[each]), wrap=True,
    )  # fmt: skip
    folder = str(default_folder().resolve())
    for method, column in zip(METHODS, st.columns(len(METHODS)), strict=True):
        call = (network.spec, chosen.image, method, label, folder)
        reply = ask(f"attribution-{method}", "lenet.inspection.api.attribute", call)
        with column:
            st.markdown(f"**{method[0].upper()}{method[1:]}**")
            _heat(reply, chosen, method)
            st.caption(f"{_WORDS[method]} Glossary: {_GLOSSARY[method]}.")


def _heat(reply: Reply, chosen: Digit, method: str) -> None:
    if reply.problem:
        st.info(escaped(reply.problem))
    elif not reply.values:
        st.caption(f":material/hourglass_top: {what_is_awaited()}")
    else:
        found = reply.values[0]
        grey = chosen.image.mean(axis=2).astype("uint8")
        picture = drawing_figures.heat(grey, found.heat_map, found.against)
        st.image(
            drawing_figures.pixels(picture),
            width=round(_WIDTH * screen().letters),
            alt=f"{method} over the image",
        )
        if not found.largest:
            st.caption(f"**{_NOTHING[method]}**")
