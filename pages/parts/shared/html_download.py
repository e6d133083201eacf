"""A button that hands out a network as one page that answers to drawings, without a server.

The page is made when it is asked for, not before. Must not import TensorFlow or Keras.
"""

from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st

from lenet.browser.html_export import html_page
from lenet.browser.network_file import find, is_computed
from lenet.data import datasets
from lenet.drawing.mnist_format import SIZE
from lenet.errors import DatasetError, ModelError
from lenet.layers.kind import Shape
from lenet.networks.model_reference import config_of, parse
from lenet.runs.config import RunConfig
from lenet.runs.folder import default_folder

TITLE = "Page that answers to drawings (HTML)"
_HELP = "One file that opens in any browser, also on a phone: the network answers there while somebody draws."


def html_download(
    name: str, runs_folder: Path | None = None, width: Literal["content", "stretch"] = "content"
) -> None:
    """The button; nothing for a model that takes no drawings or has drawn weights that no file holds.

    Args:
        name: of a model, as `parse` takes it.
    """
    config = config_of(name, runs_folder)
    shape = _image_shape(config, (runs_folder or default_folder()) / parse(name).name)
    if shape and shape[2] == 3:
        st.caption(
            f":material/palette: {TITLE}: not of a network of colored images, for a pen has one color."
        )
    if shape != (SIZE, SIZE, 1) or not is_computed(config, shape):
        return
    try:
        if find(name, runs_folder).weights is None:
            return
    except ModelError:
        st.caption(f":material/hourglass_empty: {TITLE}: not there yet, comes with the first epoch.")
        return
    st.download_button(
        TITLE, partial(html_page, name, runs_folder), f"{name}.html", "text/html", help=_HELP,
        icon=":material/download:", width=width, key=f"download-{name}-{TITLE}", on_click="ignore",
    )  # fmt: skip


def _image_shape(config: RunConfig | None, run: Path) -> Shape | None:
    try:
        return datasets.info(config.dataset, run).image_shape if config else None
    except DatasetError:
        return None
