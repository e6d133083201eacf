"""Activity: what the class does together now, on everybody's phone."""

import streamlit as st

from lenet.activities import activity, guess, write_along
from lenet.people.person import TEACHER
from lenet.runs.folder import default_folder
from pages.parts.activity.guessing import guessing
from pages.parts.activity.writing import writing
from pages.parts.shared.guidance import heading
from pages.parts.shared.room import classroom, person

heading("Activity")
if classroom() is None:
    st.info("This lab is for one person. `make class` starts it for a class, which does things together.")
    st.stop()
folder, who = activity.now_on(default_folder()), person() or TEACHER
if request := write_along.opened(folder):
    writing(request, who)
elif game := guess.opened(folder):
    guessing(game, who)
else:
    st.info(
        "Nothing is on. What your teacher asks of the class appears here by itself.", icon=":material/groups:"
    )
