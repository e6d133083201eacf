"""The runs and the view as a link for others. Must not import TensorFlow or Keras."""

from urllib.parse import urlencode

import streamlit as st

from lenet.comparison.compared_run import ComparedRun
from lenet.formatting import counted
from pages.parts.shared.link import everything
from pages.parts.shared.link_fields import COMPARE as LINK
from pages.parts.shared.shared_link import shared_link


def share(runs: list[ComparedRun]) -> None:
    """A button under which the link and its code are; it has the runs also where nobody has chosen them."""
    many = counted(len(runs), "run")
    with st.popover(f"Share {many}", icon=":material/qr_code_2:"):
        link = everything() | {LINK["runs"].name: [each.id for each in runs]}
        shared_link(
            f"{st.context.url or ''}?{urlencode(link, doseq=True)}",
            f"This link opens the page with {many} and this view.",
        )
