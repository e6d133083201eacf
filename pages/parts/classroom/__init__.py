"""Parts of the class: its door, and the teacher's page."""
