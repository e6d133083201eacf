"""Embedding of the test set: the last hidden layer in two dimensions, by principal components and by t-SNE.

Must not import TensorFlow or Keras.
"""

import numpy as np
import streamlit as st

from lenet.data import datasets
from lenet.data.sprite_sheet import Sprite
from lenet.formatting import percent
from lenet.inspection.results import Activations, Embedding
from lenet.runs.folder import default_folder
from pages.parts.inspect.image_choice import show
from pages.parts.inspect.network_choice import Network
from pages.parts.inspect.point_map import point_map
from pages.parts.shared.glossary_links import term
from pages.parts.shared.link import segments
from pages.parts.shared.link_fields import INSPECT as LINK
from pages.parts.shared.questions import ask, ask_long, is_there

_WAYS = {"pca": "Principal components", "t-sne": "t-SNE"}


def embedding_view(network: Network, activations: Activations) -> None:
    """The points, and by which method they are laid out."""
    with st.container(horizontal=True, vertical_alignment="center"):
        way = segments(LINK["map-by"], _WAYS.__getitem__)
        words = st.empty()
    found = _components(network) if way == "pca" else _neighbors(network)
    if found is None:
        return
    errors = int((found.labels != found.predicted).sum())
    kept = f", {percent(sum(found.explained), 0)} of its variance" if found.explained else ""
    count = f"{len(found.labels):,}"
    words.caption(f"{count} test images by the last hidden layer{kept}. Ringed: {errors:,} errors.")
    names = datasets.info(found.dataset, network.run_on(found.dataset)).class_names
    point_map(
        found.points, found.labels, found.predicted, found.indices, names, activations.prediction.class_names,
        _sprite(network, found), f"Map of {len(found.labels):,} test images",
        lambda place: show(found.dataset, found.part, int(found.indices[place])), "point-map",
    )  # fmt: skip
    ways = f"Glossary: {term('embedding')}, {term('principal components')}, {term('t-SNE')}."
    st.caption("Neighbors are alike to the network. Hover to see an image, click to look into it, or use the "
               f"arrow keys and Enter. Ctrl and the wheel zoom, dragging moves. {ways}")  # fmt: skip


def _folder() -> str:
    return str(default_folder().resolve())


def _components(network: Network) -> Embedding | None:
    reply = ask_long(
        "components", "lenet.inspection.embedding.principal_components", (network.spec, _folder())
    )
    return reply.values[0] if is_there("components", reply) else None


def _neighbors(network: Network) -> Embedding | None:
    """The map, or how it looks after the stages that are done."""
    reply = ask_long("tsne", "lenet.inspection.embedding.tsne", (network.spec, _folder()))
    return reply.values[0] if is_there("tsne", reply) else reply.shown


def _sprite(network: Network, found: Embedding) -> Sprite | None:
    """The images, once they are there, and to whom may see them."""
    if datasets.hidden(found.dataset, network.run_on(found.dataset)):
        return None
    indices = tuple(np.asarray(found.indices).tolist())
    run = network.run if found.dataset == network.dataset else None
    reply = ask("sprite", "lenet.data.sprite_sheet.sprite", (found.dataset, found.part, indices, run))
    return reply.values[0] if reply.values else None
