"""A gallery of images to choose from: a network's errors, a class, a picture from a file or the camera.

Must not import TensorFlow or Keras.
"""

from pathlib import Path

import numpy as np
import streamlit as st

from lenet.data import datasets
from lenet.errors import DatasetError, ModelError
from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import task_of
from lenet.figures.feature_map_sheets import image_sheet
from lenet.formatting import probability
from pages.parts.inspect.image_choice import show, show_drawing
from pages.parts.inspect.network_choice import Network
from pages.parts.shared.evaluation import evaluated
from pages.parts.shared.markdown import escaped
from pages.parts.shared.photograph_upload import photograph, picked_digit
from pages.parts.shared.picture_sheet import picture_sheet
from pages.parts.shared.questions import ask, what_is_awaited

OPEN = "more-digits"  # key of what it is opened by
_ERRORS, _CLASS, _PICTURE = "Errors", "By class", "Picture"
_MOST = 40  # images at once


def gallery(network: Network, dataset: str, part: str) -> None:
    """What is opened to choose from; classes are those of that data set."""
    way = st.segmented_control("Choose from", (_ERRORS, _CLASS, _PICTURE), default=_ERRORS, required=True,
                               key="inspect-way", label_visibility="collapsed")  # fmt: skip
    if way == _PICTURE:
        _picture()
    elif way == _CLASS:
        _of_class(dataset, part, network.run_on(dataset))
    elif found := _evaluated(network):
        _errors(network, found)


def _picture() -> None:
    if found := photograph():
        image = picked_digit(found).image
        st.button("Look inside at this one", icon=":material/search:", type="primary",
                  on_click=_drawing, args=(image,))  # fmt: skip


def _errors(network: Network, found: EvaluationResult) -> None:
    names = network.model.training_data().class_names
    rows = found.hardest()
    title = f"{len(rows):,} errors in {len(found.labels):,} test images, the most confident ones first"
    words = [
        f"{names[found.labels[row]]}, taken for {names[found.predictions[row]]} "
        f"({probability(found.confidence[row])})"
        for row in rows
    ]
    _grid(network.dataset, "test", rows, words, network.run, title)


def _of_class(dataset: str, part: str, run: Path | None) -> None:
    try:
        names, labels = datasets.info(dataset, run).class_names, datasets.labels(dataset, part, run)
    except DatasetError as error:
        st.warning(escaped(str(error)))
        return
    label = st.pills("Class", range(len(names)), default=0, required=True, key=f"inspect-class-{dataset}",
                     format_func=lambda each: escaped(names[each]), label_visibility="collapsed")  # fmt: skip
    rows = np.flatnonzero(labels == label)
    words = [f"{names[label]}, image {row:,}" for row in rows]
    _grid(dataset, part, rows, words, run and str(run), f"{len(rows):,} images of {names[label]}")


def _grid(dataset: str, part: str, rows: np.ndarray, words: list[str], run: str | None, title: str) -> None:
    """A page of them, as one picture."""
    if problem := datasets.hidden(dataset, run and Path(run)):
        st.info(escaped(problem), icon=":material/visibility_off:")
        return
    pages = -(-len(rows) // _MOST)
    if not pages:
        st.caption("There are none.")
        return
    page = 1
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{escaped(title)}{f'. Page, of {pages}:' if pages > 1 else ''}", width="content")
        if pages > 1:
            page = st.number_input("Page", 1, pages, width=110, label_visibility="collapsed")
    shown = slice((page - 1) * _MOST, page * _MOST)
    indices = tuple(map(int, rows[shown]))
    reply = ask("gallery", "lenet.data.samples.images", (dataset, part, indices, run))
    if reply.values is None:
        st.caption(escaped(reply.problem) or f":material/hourglass_top: {what_is_awaited()}")
        return
    sheet = image_sheet(reply.values[0], words[shown], columns=10, pixels=56)
    picture_sheet(sheet, "gallery", "Images to choose from",
                  lambda tile, row, column: _stored(dataset, part, indices[tile]))  # fmt: skip


def _stored(dataset: str, part: str, index: int) -> None:
    st.session_state[OPEN] = False
    show(dataset, part, index)


def _drawing(image: np.ndarray) -> None:
    st.session_state[OPEN] = False
    show_drawing(image)


def _evaluated(network: Network) -> EvaluationResult | None:
    """On its own test images."""
    if network.dataset is None:
        st.info("Nobody knows what this file was trained on, so there are no errors to choose from. "
                "Choose an image by its number, or a picture.")  # fmt: skip
        return None
    try:
        return evaluated("evaluate", task_of(network.model, None, "test"))
    except (ModelError, DatasetError) as error:
        st.warning(escaped(str(error)))
        return None
