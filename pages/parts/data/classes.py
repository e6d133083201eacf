"""What a data set consists of: sizes, shapes and types, counts and mean images of its classes.

Must not import TensorFlow or Keras.
"""

import html

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lenet.data.dataset import DatasetInfo
from lenet.data.statistics import Overview
from lenet.figures.dataset_figures import MEANS_HEIGHT, MOST_WITH_MEANS, class_figure, means_figure
from lenet.formatting import percent
from pages.parts.data.dataset_images import labels, overview
from pages.parts.shared.charts import chart
from pages.parts.shared.glossary_links import help_on
from pages.parts.shared.image_grid import image_grid
from pages.parts.shared.markdown import escaped
from pages.parts.shared.screen import screen
from pages.parts.shared.theme import colors


def show(about: DatasetInfo, side: DeltaGenerator, stage: DeltaGenerator) -> None:
    """The view: figures first, for they are there at once, then the classes."""
    with stage:
        in_one_row = about.num_classes <= MOST_WITH_MEANS
        slots = _facts(about)
        pictures = st.container(
            height=round(MEANS_HEIGHT * screen().letters) if in_one_row else "content", border=False
        )
        train, test = (labels(about, part) for part in ("train", "test"))
        if train is None or test is None:
            return
        counts = (np.bincount(each, minlength=about.num_classes) for each in (train, test))
        bars = class_figure(about.class_names, *counts, colors())
        chart(bars, key="data-classes")
    with side:
        _arrays(about)
    with pictures:
        known = overview(about)  # last, for the worker may need its time
        if known:
            _means(about, np.rint(known.means).astype(np.uint8))
    if known:
        slots[0].metric("Pixels, 0 to 255", f"{known.low} to {known.high}")
        slots[1].metric("Mean ± std, of 0 to 1", f"{known.mean:.4f} ± {known.std:.4f}")
        with stage:
            _words(about, known)


def _means(about: DatasetInfo, means: np.ndarray) -> None:
    """Above the bars; in rows where there are too many."""
    if about.num_classes <= MOST_WITH_MEANS:
        figure = means_figure(about.class_names, means)
        chart(figure, key="data-means")
    else:
        image_grid(means, "means", [html.escape(name) for name in about.class_names], columns=20, tile=34)


def _facts(about: DatasetInfo) -> list[DeltaGenerator]:
    """A row of figures; returns the places of the two that only the worker knows."""
    height, width, channels = about.image_shape
    columns = st.columns([1, 1, 1.15, 0.8, 1.2, 1.7])
    columns[0].metric("Training images", f"{about.num_train:,}", help=help_on("training set"))
    columns[1].metric("Test images", f"{about.num_test:,}", help=help_on("test set"))
    columns[2].metric("Image", f"{height}×{width}×{channels}")
    columns[3].metric("Classes", about.num_classes)
    slots = [column.empty() for column in columns[4:]]
    slots[0].metric("Pixels, 0 to 255", "…")
    slots[1].metric("Mean ± std, of 0 to 1", "…")
    return slots


def _arrays(about: DatasetInfo) -> None:
    """The four arrays as a program has them."""
    lines = []
    for part, count in (("train", about.num_train), ("test", about.num_test)):
        lines.append(f"{f'x_{part}':<7}  {count} × {' × '.join(map(str, about.image_shape))}")
        lines.append(f"{f'y_{part}':<7}  {count}")
    st.code("\n".join(lines), language=None)
    size = (about.num_train + about.num_test) * np.prod(about.image_shape) / 1e6
    st.caption(
        f"Images `x` are bytes (uint8), {size:,.1f} MB in all; labels `y` are whole numbers (int32), "
        f"0 to {about.num_classes - 1}."
    )
    st.caption(f"Source: {escaped(about.source)}.")


def _words(about: DatasetInfo, known: Overview) -> None:
    """What the mean images are good for."""
    of = "" if known.used == about.num_train else f" (here the means of {known.used:,} training images)"
    st.caption(
        f"The pictures: the mean training image of each class{of}. By the nearest mean alone the accuracy on "
        f"the test images is {percent(known.nearest_mean)}: a network has to beat that."
    )
