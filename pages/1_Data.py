"""Data: what the networks learn from: samples, classes, one image in numbers, and what a network is given."""

import streamlit as st

from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.data.drawing_sets import drawing_sets
from lenet.networks.pretrained import BEST
from pages.parts.data import augmentation, classes, network_input, pixel_matrix, samples
from pages.parts.shared import questions
from pages.parts.shared.clicks import DRAW
from pages.parts.shared.dataset_picker import FALLBACK, chosen, dataset_picker
from pages.parts.shared.guidance import heading, next_step
from pages.parts.shared.link import address, bound, go, has, read, write_all
from pages.parts.shared.link_fields import DATA as LINK
from pages.parts.shared.link_fields import DRAW as LINK_OF_DRAW
from pages.parts.shared.markdown import escaped
from pages.parts.shared.run_draft import said
from pages.parts.shared.screen import side_and_stage

PREFERRED = "mnist"
VIEWS = {
    "samples": ("Samples", samples.show),
    "classes": ("Classes", classes.show),
    "image": ("One image", pixel_matrix.show),
    "preprocessing": ("Preprocessing", network_input.show),
    "augmentation": ("Augmentation", augmentation.show),
}
OF_THE_DATA = dict.fromkeys(("index", "page", "class"))  # in the link of one data set, and nothing to another


def choose() -> DatasetInfo | None:
    """The data set of the select box, which the link names."""
    asked = read(LINK["dataset"], default=PREFERRED if datasets.available(PREFERRED) else FALLBACK)
    about = dataset_picker("data-dataset", asked)
    name = chosen("data-dataset", st.session_state)
    if name != asked and (asked in datasets.all_datasets() or name != FALLBACK):
        write_all(LINK, {"dataset": name} | OF_THE_DATA)
        st.rerun()  # so that the picker knows its new default before anybody chooses again
    return about


def choose_view() -> str:
    """One of VIEWS; a link that names an image shows it."""
    shown = read(LINK["view"], default="image" if has(LINK["index"]) else "samples")
    return st.segmented_control(
        "View", list(VIEWS), format_func=lambda name: VIEWS[name][0], required=True,
        label_visibility="collapsed", wrap=True, **bound(LINK["view"], shown),
    )  # fmt: skip


def absent(about: DatasetInfo) -> None:
    """What the data set would be; how to get it is said at the left."""
    st.subheader(escaped(about.title))
    if about.name in drawing_sets():
        st.markdown("What is drawn for this set, class by class, becomes a data set of your own.")
        st.button("Draw for this set", icon=":material/draw:", type="primary", on_click=go,
                  args=(DRAW, address(LINK_OF_DRAW, more="collect", set=about.name)))  # fmt: skip
    elif datasets.grows(about.name):
        st.markdown("The digits that are drawn here, with their labels, become a data set of your own.")
        st.button("Draw digits", icon=":material/draw:", type="primary",
                  on_click=go, args=(DRAW,))  # fmt: skip
    else:
        st.markdown(f"Source: {escaped(about.source)}. **Get it at the left**, and look at it here.")


def is_set_up(dataset: str) -> bool:
    """Whether Train is set up on that data set already: another link would set it up anew."""
    config = said()
    return config is not None and config.dataset == dataset


def set_up_on(dataset: str) -> dict[str, str]:
    """The link to Train; some drawings of each class are learned best by a network that knows drawings."""
    start = {"from": BEST} if dataset in drawing_sets() else {}
    return start | {"dataset": dataset}


questions.will_look_again()
questions.begin()
onwards = heading("Data")
side, stage = side_and_stage(2.9)
with side:
    about = choose()
with stage:
    if about is None:
        absent(datasets.info(chosen("data-dataset", st.session_state)))
    else:
        VIEWS[choose_view()][1](about, side, stage)
        with onwards:
            next_step("train", **({} if is_set_up(about.name) else set_up_on(about.name)))
questions.settle()
questions.look_again()
