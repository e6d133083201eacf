"""How others join: the code, the link, its QR code; and whether they may. No TensorFlow."""

from urllib.parse import urlsplit

import streamlit as st

from lenet.people.addresses import room_address
from lenet.people.classroom import Classroom
from pages.parts.shared.deed import do
from pages.parts.shared.host_check import LOOPBACK
from pages.parts.shared.shared_link import shared_link


def invitation(room: Classroom) -> None:
    """As large as the last row needs it."""
    st.metric("Code", room.code)
    shared_link(_link(room), "Join by this link, or by the code:", key="join-link")
    st.toggle(
        "Nobody new comes in", room.is_locked, key="class-locked",
        on_change=lambda: do(room.lock, st.session_state["class-locked"]),
    )  # fmt: skip


def _link(room: Classroom) -> str:
    """By the name by which others reach this machine."""
    here = urlsplit(st.context.url or "")
    name = here.hostname or "localhost"
    host = f"{room_address()}:{here.port or 80}" if name in LOOPBACK else here.netloc
    base = here.path.rpartition("/")[0]
    return f"{here.scheme or 'http'}://{host}{base}/join?code={room.code}"
