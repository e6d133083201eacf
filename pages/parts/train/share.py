"""What is set up, as a link for others: to copy, and as a QR code for a class with phones.

Must not import TensorFlow or Keras.
"""

import io
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import segno
import streamlit as st

from lenet.runs import url_encoding
from lenet.runs.config import RunConfig
from pages.parts.shared.host_check import LOOPBACK
from pages.parts.shared.markdown import escaped
from pages.parts.train.config_link import texts_of_config

_HERE = Path(__file__).parent
_LONGEST_IN_CODE = 1_000  # characters: a phone reads the 105 squares a side of so many from a projector

_copy_button = st.components.v2.component(
    "lenet_copy_link",
    html='<button type="button">Copy link</button><output></output>',
    css=(_HERE / "copy_link.css").read_text("utf-8"),
    js=(_HERE / "copy_link.js").read_text("utf-8"),
)


def share(config: RunConfig | None) -> None:
    """A button under which the link and its code are."""
    with st.popover("Share", icon=":material/qr_code_2:", width="stretch", disabled=config is None):
        if config is not None:
            if len(url_encoding.encode(config.layers)) > url_encoding.LONGEST:
                st.warning("The tables of these layers are too long for a link. It has everything else.")
            _show(f"{st.context.url or ''}?{urlencode(texts_of_config(config))}")


def _show(link: str) -> None:
    st.write("This link opens the page with all that is set up here: recipe, settings, layers.")
    _copy_button(key="copy-link", data={"link": link})
    if len(link) > _LONGEST_IN_CODE:
        return st.caption(f"A QR code of {len(link):,} characters could not be read from a distance.")
    st.image(_qr_code(link), width=300, alt="QR code of this link")
    name = urlsplit(link).hostname or ""
    if name in LOOPBACK:
        st.info(
            f"Other devices do not reach this machine as {escaped(name)}. Start with "
            "`STREAMLIT_SERVER_ADDRESS=0.0.0.0 make run`, open this page by the machine's name or "
            "address in the network, and the code has that.", icon=":material/lan:",
        )  # fmt: skip


@lru_cache(maxsize=64)
def _qr_code(link: str) -> str:
    """As SVG, black on white in every theme: some cameras read no other."""
    picture = io.BytesIO()
    segno.make(link, micro=False).save(picture, kind="svg", scale=4, light="white", xmldecl=False)
    return picture.getvalue().decode()
