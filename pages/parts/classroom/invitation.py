"""How others join: the code, the link, its QR code; and whether they may. No TensorFlow."""

from urllib.parse import urlsplit

import streamlit as st

from lenet.people.addresses import room_address
from lenet.people.classroom import Classroom
from pages.parts.shared.deed import do
from pages.parts.shared.host_check import LOOPBACK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import institution
from pages.parts.shared.shared_link import shared_link


def invitation(room: Classroom) -> None:
    """As large as the last row needs it."""
    if place := institution():
        shared_link(class_link(""), f"Open this link, and log in by {escaped(place.title)}:", key="join-link")
    else:
        st.metric("Code", room.code)
        link = class_link(f"join?code={room.code}")
        shared_link(link, "Join by this link, or by the code:", key="join-link")
    st.toggle(
        "Nobody new comes in", room.is_locked, key="class-locked",
        on_change=lambda: do(room.lock, st.session_state["class-locked"]),
    )  # fmt: skip
    with st.popover("Your own link", icon=":material/key:"):
        st.write("It makes whoever has it the teacher, on another device of yours, too:")
        st.code(class_link(f"join?teacher={room.teacher_secret}"), language=None, wrap_lines=True)
        st.markdown("Somebody else has it? [Call it back](join?teachers-link=1)")


def class_link(path: str) -> str:
    """To that path of this server, by the name by which others reach this machine."""
    here = urlsplit(st.context.url or "")
    name = here.hostname or "localhost"
    is_heard = st.get_option("server.address") not in LOOPBACK  # else a proxy is, by a name of its own
    host = f"{room_address()}:{here.port or 80}" if name in LOOPBACK and is_heard else here.netloc
    base = here.path.rpartition("/")[0]
    return f"{here.scheme or 'http'}://{host}{base}/{path}"
