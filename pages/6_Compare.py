"""Compare: runs beside each other: curves, settings that differ, figures, kernels, and who is better."""

import streamlit as st

from pages.parts.compare.choice import choose, look_for_news
from pages.parts.compare.confusion import confusion_view
from pages.parts.compare.curves import curves_view
from pages.parts.compare.errors import errors_view
from pages.parts.compare.kernels import kernels_view
from pages.parts.compare.looks import Looks
from pages.parts.compare.mcnemar import mcnemar_view
from pages.parts.compare.paper_chart import paper_chart
from pages.parts.compare.parallel import parallel_view
from pages.parts.compare.run_table import run_table
from pages.parts.compare.scatter import scatter_view
from pages.parts.compare.share import share
from pages.parts.shared import questions
from pages.parts.shared.guidance import heading
from pages.parts.shared.link import segments
from pages.parts.shared.link_fields import COMPARE as LINK
from pages.parts.shared.theme import colors

VIEWS = {
    "curves": "Curves",
    "scatter": "Scatter",
    "parallel": "Parallel coordinates",
    "kernels": "Kernels",
    "confusion": "Confusion matrices",
    "errors": "Errors",
    "mcnemar": "McNemar",
    "paper": "Chart of 1998",
}


def page() -> None:
    """Which runs are compared, one view of them, and the table of what differs; or the paper's chart."""
    heading("Compare")
    above = st.container()
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    with row:
        view = segments(LINK["view"], VIEWS.__getitem__)
    if view == "paper":
        paper_chart(colors())
        return
    with above:
        runs = choose()
    if runs:
        with row:
            share(runs)
        show(view, Looks.of(runs))
        look_for_news(runs)


def show(view: str, looks: Looks) -> None:
    """One view, and nothing of the others: they cost no time."""
    if view == "scatter":
        scatter_view(looks)
        run_table(looks)
    elif view == "parallel":
        parallel_view(looks)
        run_table(looks)
    elif view == "kernels":
        kernels_view(looks)
    elif view == "confusion":
        confusion_view(looks)
    elif view == "errors":
        errors_view(looks)
    elif view == "mcnemar":
        mcnemar_view(looks)
    else:
        curves_view(looks)
        run_table(looks)


questions.will_look_again()
questions.begin()
page()
questions.settle()
questions.look_again()
