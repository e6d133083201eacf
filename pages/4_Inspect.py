"""Inspect: one image on its way through a network, at any epoch: kernels, maps, arithmetic, attribution, …"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lenet.inspection.results import Activations
from lenet.runs.folder import default_folder
from pages.parts.inspect.ablation import ablation_view
from pages.parts.inspect.attribution import attribution_view
from pages.parts.inspect.embedding import embedding_view
from pages.parts.inspect.feature_visualization import feature_visualization_view
from pages.parts.inspect.gallery import OPEN, gallery
from pages.parts.inspect.image_choice import (
    Digit,
    digit,
    digit_card,
    live_image,
    number_picker,
    prediction_card,
    test_image_button,
)
from pages.parts.inspect.kernels import all_layers, kernels_and_maps
from pages.parts.inspect.layer_arithmetic import arithmetic_view
from pages.parts.inspect.layer_row import layer_row
from pages.parts.inspect.network_choice import Network, network_choice
from pages.parts.inspect.position import VIEWS, Place, go, place
from pages.parts.inspect.weights import weights_view
from pages.parts.shared import questions
from pages.parts.shared.guidance import heading, next_step
from pages.parts.shared.link import hold, segments
from pages.parts.shared.link_fields import INSPECT as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.screen import screen, side_and_stage


def stage() -> None:
    """The image and the prediction at the left; the network, its epoch and its layers at the right."""
    hold()
    questions.begin()
    onwards = heading("Inspect")
    side, right = side_and_stage(4)
    with side if screen().is_large else right:
        network = network_choice()
    with side:
        chosen = digit(network)
        if chosen is not None:
            digit_card(chosen)
        number_picker(chosen, network)
        if network is not None:
            more_digits(network, chosen)
        card = st.container()
    if network is not None and chosen is not None:
        inside(network, chosen, card, right)
        with onwards:
            to_draw(network)
    questions.settle()


def to_draw(network: Network) -> None:
    """On to a drawing of one's own, for this network where it takes them; else to one of a digit."""
    if network.takes_drawings:
        next_step("draw" if network.predicts_digits else "try", model=network.spec)
    elif network.predicts_digits:
        next_step("draw-anyway")


def more_digits(network: Network, chosen: Digit | None) -> None:
    """Errors, classes, pictures: looked for once it is open."""
    more = st.popover("More images", icon=":material/grid_view:", key=OPEN, on_change="rerun",
                      width="stretch")  # fmt: skip
    if more.open:
        with more:
            stored = chosen if chosen and chosen.dataset else None
            gallery(
                network,
                stored.dataset if stored else network.dataset or "mnist",
                stored.part if stored else "test",
            )


def inside(network: Network, chosen: Digit, left: DeltaGenerator, right: DeltaGenerator) -> None:
    """What the network makes of the image: in the browser at once, and all that the server knows."""
    call = (network.spec, chosen.image, str(default_folder().resolve()))
    reply = questions.ask("inspect", "lenet.inspection.api.activations", call)
    with left:
        live_image(network, chosen)
        if not reply.problem:
            prediction_card(reply.values[0].prediction if reply.values else None, chosen, network)
    if reply.problem:
        with right:
            st.error(escaped(reply.problem))
            if chosen.dataset != network.dataset:
                test_image_button(network)
    elif not reply.values:
        right.caption(f":material/hourglass_top: {questions.what_is_awaited()}")
    else:
        with right:
            layers(network, chosen, reply.values[0])


def layers(network: Network, chosen: Digit, activations: Activations) -> None:
    """The row of layers, and below it what is asked about them."""
    where = place(activations)
    layer_row(activations, chosen.image, where.layer.key, lambda key: go(key, 0))
    view = segments(LINK["view"], VIEWS.__getitem__)
    show(view, network, chosen, activations, where)


def show(view: str, network: Network, chosen: Digit, activations: Activations, where: Place) -> None:
    if view == "layers":
        all_layers(activations)
    elif view == "arithmetic":
        arithmetic_view(where, activations)
    elif view == "weights":
        weights_view(network, where)
    elif view == "attribution":
        attribution_view(network, chosen, activations)
    elif view == "features":
        feature_visualization_view(network, where, activations)
    elif view == "ablation":
        ablation_view(network, chosen, where, activations)
    elif view == "embedding":
        embedding_view(network, activations)
    else:
        kernels_and_maps(where, activations, chosen.label_among(activations.prediction.class_names))


questions.will_look_again()
st.fragment(stage)()
questions.look_again()
