"""What is set up, as a link for others. Must not import TensorFlow or Keras."""

from urllib.parse import urlencode

import streamlit as st

from lenet.runs import url_encoding
from lenet.runs.config import RunConfig
from pages.parts.shared.shared_link import shared_link
from pages.parts.train.config_link import texts_of_config


def share(config: RunConfig | None) -> None:
    """A button under which the link and its code are."""
    with st.popover("Share", icon=":material/qr_code_2:", width="stretch", disabled=config is None):
        if config is None:
            return
        if len(url_encoding.encode(config.layers)) > url_encoding.LONGEST:
            st.warning("The tables of these layers are too long for a link. It has everything else.")
        link = f"{st.context.url or ''}?{urlencode(texts_of_config(config))}"
        shared_link(link, "This link opens the page with all that is set up here: recipe, settings, layers.")
