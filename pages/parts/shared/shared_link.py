"""A link for others: to copy, and as a QR code for a class with phones. Must not import TensorFlow."""

import io
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import segno
import streamlit as st

from pages.parts.shared.host_check import LOOPBACK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import classroom

_HERE = Path(__file__).parent
_LONGEST_IN_CODE = 1_000  # characters: a phone reads the 105 squares a side of so many from a projector

_copy_button = st.components.v2.component(
    "lenet_copy_link",
    html='<button type="button">Copy link</button><output></output>',
    css=(_HERE / "copy_link.css").read_text("utf-8"),
    js=(_HERE / "copy_link.js").read_text("utf-8"),
)


def shared_link(link: str, words: str, key: str = "copy-link") -> None:
    """The button that copies it, and its code.

    Args:
        words: what it opens, in a sentence.
        key: of the button.
    """
    st.write(words)
    _copy_button(key=key, data={"link": link})
    if len(link) > _LONGEST_IN_CODE:
        return st.caption(f"A QR code of {len(link):,} characters could not be read from a distance.")
    st.image(_qr_code(link), width=300, alt="QR code of this link")
    name = urlsplit(link).hostname or ""
    if name in LOOPBACK:
        command = "make class" if classroom() else "STREAMLIT_SERVER_ADDRESS=0.0.0.0 make run"
        st.info(
            f"Other devices do not reach this machine as {escaped(name)}. Start with `{command}`, open this "
            "page by the machine's name or address in the network, and the code has that.",
            icon=":material/lan:",
        )


@lru_cache(maxsize=64)
def _qr_code(link: str) -> str:
    """As SVG, black on white in every theme: some cameras read no other."""
    picture = io.BytesIO()
    segno.make(link, micro=False).save(picture, kind="svg", scale=4, light="white", xmldecl=False)
    return picture.getvalue().decode()
