"""Feature visualization: the image that activates a filter most, made from noise, and nine test images.

Must not import TensorFlow or Keras.
"""

import numpy as np
import streamlit as st

from lenet.figures import drawing_figures
from lenet.figures.arithmetic_svg import digits
from lenet.figures.feature_map_sheets import image_sheet
from lenet.inspection.results import Activations, OptimizedImage, Strongest
from lenet.runs.folder import default_folder
from pages.parts.inspect.image_choice import show
from pages.parts.inspect.network_choice import Network
from pages.parts.inspect.position import Place, go
from pages.parts.shared.glossary_links import term
from pages.parts.shared.layer_maps import clickable_maps
from pages.parts.shared.picture_sheet import Mark, picture_sheet
from pages.parts.shared.questions import ask_long, is_there
from pages.parts.shared.screen import screen

_IMAGE, _SMALL = 252, 100  # pixels


def feature_visualization_view(network: Network, where: Place, activations: Activations) -> None:
    """Choose a filter of the layer; what activates it most is below."""
    layer = where.layer
    names = activations.prediction.class_names if layer is activations.layers[-1] else ()
    size = layer.after.shape[:2] if layer.after.ndim == 3 else (1, 1)
    clickable_maps(
        layer, layer.after, screen().width, True, lambda channel, row, column: go(layer.key, channel),
        "feature-maps", [Mark("chosen", where.channel, 0, 0, *size)], names,
        most=round(60 * screen().letters),
    )  # fmt: skip
    what = "Filter" if layer.after.ndim == 3 else "Unit"
    name = names[where.channel] if names else where.channel
    words = term("feature visualization")
    st.markdown(f"**{what} {name} of {layer.name}**: click another one above. Glossary: {words}.")
    call = (network.spec, layer.key, where.channel, str(default_folder().resolve()))
    left, right = st.columns([1, 1.5], gap="medium")
    with left:
        st.markdown("**Made for it: the image that activates it most**")
        _shown("optimized", "lenet.inspection.feature_visualization.optimized_image", call, _optimized)
    with right:
        st.markdown("**The nine test images that activate it most**")
        _shown("strongest", "lenet.inspection.feature_visualization.strongest_images", call, _strongest)


def _shown(name, function, call, draw) -> None:
    """What comes back, shown; or why not (yet)."""
    reply = ask_long(name, function, call)
    if is_there(name, reply):
        draw(reply.values[0])


def _optimized(found: OptimizedImage) -> None:
    image = np.rint(found.image * 255).astype(np.uint8)
    if found.place:
        left, top, right, bottom = (max(0, round(each)) for each in found.place)
        image = image[top:bottom, left:right]
    image = image[..., 0] if image.shape[2] == 1 else image
    with st.container(key="edged-optimized"):
        st.image(drawing_figures.pixels(image), width=_IMAGE, alt="The image that activates it most")
    start, end = digits(found.start, 3), digits(found.activation, 3)
    seen = f" It sees {image.shape[0]}×{image.shape[1]} pixels." if found.place else ""
    st.caption(f"Noise (activation {start}), changed step by step up the gradient to activation {end}.{seen}")


def _strongest(found: Strongest) -> None:
    words = [
        f"Image {index:,}: {digits(float(value), 4)}"
        for index, value in zip(found.indices, found.activations, strict=True)
    ]
    sheet = image_sheet(found.images, words, columns=5, pixels=_SMALL)
    marks = [] if found.places is None else [
        Mark("window", tile, top, left, bottom - top, right - left)
        for tile, (left, top, right, bottom) in enumerate(found.places.tolist())
    ]  # fmt: skip
    picture_sheet(
        sheet, "strongest", "The nine test images",
        lambda tile, row, column: show(found.dataset, found.part, int(found.indices[tile])), marks=marks,
    )  # fmt: skip
    frame = "" if found.places is None else " The frame is what the strongest value looks at."
    st.caption(f"From {digits(float(found.activations[0]), 4)} down to "
               f"{digits(float(found.activations[-1]), 4)}.{frame} Click one to look into it.")  # fmt: skip
