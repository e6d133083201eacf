"""LeNet Lab: `streamlit run app.py`. What the server answers: the pages, and beside them plain HTTP requests.

The pages are the script `pages/navigation.py`, which runs anew at every click. This module is imported once.
"""

from pathlib import Path

import streamlit as st

from pages.parts.lifespan import lifespan

app = st.App(Path(__file__).resolve().parent / "pages" / "navigation.py", lifespan=lifespan)
