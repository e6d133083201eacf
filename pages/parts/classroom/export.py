"""A class as one file: the button, and the route that hands it out while it is made.

Must not import Dask, TensorFlow or Keras.
"""

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from lenet.data.published_files import storage_folder
from lenet.people import deeds
from lenet.people.class_archive import archive, file_name
from lenet.runs.folder import default_folder
from pages.parts.shared.room import COOKIE, classroom

PATH = "lenet/class"


def export_button() -> None:
    """On the teacher's page."""
    st.link_button(
        "Export as one file", PATH, icon=":material/archive:",
        help="A zip file: names, runs, sweeps, data, drawings and the log of the class.",
    )  # fmt: skip


def export(request: Request) -> Response:
    """`GET lenet/class`: the zip file; the teacher's alone."""
    room = classroom()
    if room is None:
        return PlainTextResponse("Nobody joins here: there is no class to export.\n", 404)
    who = room.person_of(request.cookies.get(COOKIE))
    deeds.write(default_folder(), who, "export", "the class", None, who.is_teacher)
    if not who.is_teacher:
        return PlainTextResponse("Only the teacher exports the class.\n", 403)
    made = archive(room, {"runs": default_folder(), "data": storage_folder()})
    named = {"Content-Disposition": f'attachment; filename="{file_name()}"', "Cache-Control": "no-store"}
    return StreamingResponse(made, media_type="application/zip", headers=named)
