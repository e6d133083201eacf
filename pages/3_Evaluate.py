"""Evaluate: how good a network is, on any split of any data set that fits, and where it errs."""

import streamlit as st

from lenet.evaluation.result import Judgement
from lenet.evaluation.task import Exam
from pages.parts.evaluate.calibration import certainty
from pages.parts.evaluate.class_report import classes
from pages.parts.evaluate.comparison import compare
from pages.parts.evaluate.confusion_matrix import confusion
from pages.parts.evaluate.errors import errors
from pages.parts.evaluate.headline import about, headline, state_of
from pages.parts.evaluate.history import history
from pages.parts.evaluate.report import report_button
from pages.parts.evaluate.task_choice import exam_choice, judged
from pages.parts.shared import questions
from pages.parts.shared.link import segments
from pages.parts.shared.link_fields import EVALUATE as LINK
from pages.parts.shared.model_choice import Chosen, model_choice
from pages.parts.shared.theme import colors

VIEWS = {
    "confusion": "Confusion matrix",
    "classes": "Classes",
    "errors": "Errors",
    "calibration": "Calibration",
    "compare": "Two networks",
    "history": "History",
}


def page() -> None:
    """What is judged at the left; how good it is, and one view of it, at the right."""
    left, right = st.columns([1, 2.8], gap="medium")
    with left:
        chosen = model_choice("evaluate", LINK["model"])
        asked = exam_choice(chosen) if chosen else None
    if chosen is None:
        return
    with right:
        state_of(chosen)
        found = judged("evaluate", asked) if asked else None
        if found:
            headline(chosen, asked, found)
        view = segments(LINK["view"], VIEWS.__getitem__)
    if found:
        with left:
            about(chosen, asked, found)
            report_button(chosen, asked, found)
    with right:
        if view == "history":
            history(chosen, colors())
        elif found:
            show(view, chosen, asked, found)


def show(view: str, chosen: Chosen, asked: Exam, found: Judgement) -> None:
    """One view, and nothing of the others: they cost no time."""
    if view == "confusion":
        confusion(asked, found, colors())
    elif view == "classes":
        classes(asked, found, colors())
    elif view == "errors":
        errors(asked, found, colors())
    elif view == "calibration":
        certainty(found, colors())
    else:
        compare(chosen, asked, found, colors())


questions.will_look_again()
questions.begin()
page()
questions.settle()
questions.look_again()
