"""Lessons: steps through the pages; the teacher writes them, and sees who is where."""

from lenet.lessons.shelf import may_write
from pages.parts.lessons.editor import editor
from pages.parts.lessons.overview import overview
from pages.parts.lessons.shelf import shelf
from pages.parts.shared.guidance import heading
from pages.parts.shared.link import segments
from pages.parts.shared.link_fields import LESSONS as LINK
from pages.parts.shared.room import person

VIEWS = {"lessons": "Lessons", "write": "Write", "progress": "Progress"}

heading("Lessons")
offered = [
    "lessons",
    *(["write"] if may_write() else []),
    *(["progress"] if person() and may_write() else []),
]
view = segments(LINK["view"], VIEWS.__getitem__, options=tuple(offered)) if len(offered) > 1 else "lessons"
if view == "write":
    editor()
elif view == "progress":
    overview()
else:
    shelf()
