"""Class: who is here, how others join, and what the class does. The teacher's page."""

import streamlit as st

from pages.parts.classroom.changes import follow_changes
from pages.parts.classroom.deeds import deeds_table
from pages.parts.classroom.export import export_button
from pages.parts.classroom.invitation import invitation
from pages.parts.classroom.limits_form import limits_form
from pages.parts.classroom.members import members
from pages.parts.classroom.orders_form import orders_form
from pages.parts.classroom.whole_class import ending, whole_class
from pages.parts.shared.guidance import heading
from pages.parts.shared.room import classroom, person

heading("Class")
room = classroom()
if room is None:
    st.info("This lab is for one person. `make class` starts it for a class, which joins by a link.")
    st.stop()
if not person().is_teacher:
    st.info("This page is the teacher's: there the class begins, and ends.", icon=":material/groups:")
    st.stop()
left, right = st.columns([1, 1.6], gap="large")
with left:
    invitation(room)
with right:
    orders_form(room)
    whole_class()
    members(room)
    limits_form()
    deeds_table()
    export_button()
    ending(room)
follow_changes(room)
