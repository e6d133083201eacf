"""Images and labels of a data set: from the inference worker, or read here while it has no answer.

Must not import TensorFlow or Keras, nor call `datasets.load`: a page holds no whole data set.
"""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.data.statistics import Overview
from lenet.errors import DatasetError
from pages.parts.shared import questions
from pages.parts.shared.markdown import escaped

PARTS = {"train": "Training", "test": "Test"}


def labels(about: DatasetInfo, part: str) -> np.ndarray | None:
    """(N,) int32; None where they cannot be read: a sentence says why."""
    try:
        return datasets.labels(about.name, part)
    except DatasetError as error:
        st.error(escaped(str(error)), icon=":material/broken_image:")
        return None


def images(about: DatasetInfo, part: str, indices: Sequence[int]) -> np.ndarray | None:
    """(N, H, W, C) uint8; None where they cannot be read: a sentence says why."""
    indices = tuple(map(int, indices))
    if datasets.is_small(about.name):
        return _read_here(about, part, indices)
    asked = (about.name, part, indices)
    reply = questions.ask(_name("images", about), "lenet.data.samples.images", asked)
    return reply.values[0] if reply.values else _read_here(about, part, indices)


def overview(about: DatasetInfo) -> Overview | None:
    """What only the worker knows; None as long as it is awaited, or cannot be had: a sentence says so."""
    reply = questions.ask(_name("overview", about), "lenet.data.statistics.overview", (about.name,))
    if reply.problem:
        st.error(escaped(reply.problem), icon=":material/broken_image:")
    elif not reply.values:
        st.caption(f":material/hourglass_top: {awaited('The mean images')}")
    return reply.values[0] if reply.values else None


def awaited(what: str) -> str:
    """Why it is not there yet, for the place where it will be."""
    if questions.has_problem():
        return f"{what} come from a worker that is not there: see below what is missing."
    return f"{what} come by themselves when TensorFlow is warm: about 10 seconds after the server's start."


def _read_here(about: DatasetInfo, part: str, indices: tuple[int, ...]) -> np.ndarray | None:
    """Straight from the file, a row at a time; kept while nothing else is asked for."""
    asked, state = (about, part, indices), st.session_state
    if datasets.is_small(about.name) or state.get("data-read-here", (None,))[0] != asked:
        try:
            state["data-read-here"] = (asked, datasets.samples(about.name, part, indices))
        except DatasetError as error:
            st.error(escaped(str(error)), icon=":material/broken_image:")
            return None
    return state["data-read-here"][1]


def _name(what: str, about: DatasetInfo) -> str:
    """Of a question: other data under the same name are another question."""
    replaced = st.session_state.get("data-dataset-own-count", 0)
    return f"data-{what}-{about.name}-{about.num_train}-{about.num_test}-{replaced}"
