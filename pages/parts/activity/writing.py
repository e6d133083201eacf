"""What somebody sees who is asked to write: the request, a large canvas, Send. No TensorFlow."""

import streamlit as st

from lenet.activities.write_along import WriteAlong, send, take_back
from lenet.drawing.strokes import to_json
from lenet.people.person import Person
from lenet.runs.folder import default_folder
from pages.parts.activity.canvas import canvas, clear, drawn, undo
from pages.parts.shared.deed import do, show_problem
from pages.parts.shared.markdown import escaped
from pages.parts.shared.screen import screen

_LARGEST = 420  # pixels of the canvas, on what is no phone


def writing(request: WriteAlong, who: Person) -> None:
    """A stroke runs this alone."""
    st.header(escaped(request.request), anchor=False)
    st.fragment(_canvas)(request, who)


def _canvas(request: WriteAlong, who: Person) -> None:
    """Send waits for something new: a pen that has just been lifted is told of a moment later."""
    sent = request.drawings().get(who.id)
    size = min(screen().width, _LARGEST)
    canvas(request.folder.name, sent.drawing if sent else None, size)
    now = drawn().drawing
    is_new = now is not None and not (sent and to_json(now) == to_json(sent.drawing))
    with st.container(horizontal=True, width=size):
        st.button("Send", icon=":material/send:", type="primary", width="stretch", disabled=not is_new,
                  on_click=_send, args=(request,))  # fmt: skip
        st.button("Undo", icon=":material/undo:", on_click=undo)
        st.button("Clear", icon=":material/delete:", on_click=clear)
    show_problem()
    if who.id in request.hidden:
        st.info("Your teacher has taken your drawing off the board.", icon=":material/visibility_off:")
    elif sent:
        words = "Draw again and press **Send** to replace it."
        st.success(f"Yours is on the board. {words}", icon=":material/check:")
        st.button("Take it back", icon=":material/undo:", type="tertiary", on_click=do,
                  args=(take_back, default_folder(), request.folder))  # fmt: skip


def _send(request: WriteAlong) -> None:
    do(send, default_folder(), request.folder, drawn().drawing)
