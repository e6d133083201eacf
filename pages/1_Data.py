"""Data: what the networks learn from: samples, classes, one image in numbers, and what a network is given."""

import streamlit as st

from lenet import datasets
from lenet.datasets import DatasetInfo
from pages.parts import data_augmentation, data_classes, data_network, data_pixels, data_samples, questions
from pages.parts.data_link import bound, keep, option
from pages.parts.dataset_picker import dataset_picker
from pages.parts.words import escaped

DEFAULT = "mnist"
VIEWS = {
    "samples": ("Samples", data_samples.show),
    "classes": ("Classes", data_classes.show),
    "image": ("One image", data_pixels.show),
    "network": ("What the network gets", data_network.show),
    "augmentation": ("Augmentation", data_augmentation.show),
}
OF_THE_DATA = ("index", "page", "class")  # in the link of one data set, and nothing to another


def choose() -> DatasetInfo | None:
    """The data set of the select box, which the link names."""
    asked = st.query_params.get("dataset", DEFAULT)
    about, chosen = dataset_picker("data-dataset", asked), st.session_state["data-dataset"]
    if chosen != asked and asked in datasets.all_datasets():
        keep("dataset", chosen)
        for name in OF_THE_DATA:
            keep(name, None)
    return about


def choose_view() -> str:
    """One of VIEWS; a link that names an image shows it."""
    titles = {name: title for name, (title, _) in VIEWS.items()}
    shown = option("view", "View", titles, "image" if "index" in st.query_params else "samples")
    return st.segmented_control(
        "View", list(titles), format_func=titles.__getitem__, required=True, label_visibility="collapsed",
        key="data-view", on_change=bound("data-view", "view", shown),
    )  # fmt: skip


questions.will_look_again()
questions.begin()
side, stage = st.columns([1, 2.9], gap="medium")
with side:
    about = choose()
if about is None:
    missing = datasets.info(st.session_state["data-dataset"])
    stage.subheader(escaped(missing.title))
    stage.markdown(f"{escaped(missing.source)}. **Get it at the left**, and look at it here.")
else:
    with stage:
        view = choose_view()
    VIEWS[view][1](about, side, stage)
questions.settle()
questions.look_again()
