"""Evaluate: how good a network is, on any split of any data set that fits, and where it errs."""

import streamlit as st

from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import EvaluationTask
from pages.parts.evaluate.calibration import calibration
from pages.parts.evaluate.class_report import classes
from pages.parts.evaluate.comparison import compare
from pages.parts.evaluate.confusion_matrix import confusion
from pages.parts.evaluate.errors import errors
from pages.parts.evaluate.headline import about, headline, state_of
from pages.parts.evaluate.history import history
from pages.parts.evaluate.live_run import look_for_epochs, or_former
from pages.parts.evaluate.report import report_button
from pages.parts.evaluate.task_choice import task_choice
from pages.parts.shared import questions
from pages.parts.shared.evaluation import evaluated
from pages.parts.shared.export_menu import export_menu
from pages.parts.shared.guidance import heading, next_step
from pages.parts.shared.link import segments
from pages.parts.shared.link_fields import EVALUATE as LINK
from pages.parts.shared.model_choice import Chosen, about_file, model_choice
from pages.parts.shared.screen import screen, side_and_stage
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
    """What is evaluated at the left; how good it is, and one view of it, at the right."""
    onwards = heading("Evaluate")
    left, right = side_and_stage(2.8)
    with left:
        chosen = model_choice("evaluate", LINK["model"], needs_data=True)
        about_file("evaluate", chosen)
        task = task_choice(chosen) if chosen else None
        if chosen:
            export_menu("evaluate", chosen.model)
    if chosen is None:
        return
    with right:
        state_of(chosen)
        found = evaluated("evaluate", task, is_needed=True) if task else None
        if task:
            task, found = or_former("evaluate", task, found)
        above = st.container()
        view = segments(LINK["view"], VIEWS.__getitem__)
        stage = st.container()
    if found:
        with right if screen().is_large else above:
            headline(task, found)
        with left:
            about(task, found)
            report_button(chosen.title, task, found)
        with onwards:
            next_step("inspect", model=str(chosen.model.reference))
    with stage:
        if view == "history":
            history(chosen.model, colors())
        elif found:
            show(view, chosen, task, found)
    look_for_epochs("evaluate", chosen)


def show(view: str, chosen: Chosen, task: EvaluationTask, found: EvaluationResult) -> None:
    """One view, and nothing of the others: they cost no time."""
    if view == "confusion":
        confusion(task, found, colors())
    elif view == "classes":
        classes(task, found, colors())
    elif view == "errors":
        errors(task, found, colors())
    elif view == "calibration":
        calibration(found, colors())
    else:
        compare(chosen, task, found, colors())


questions.will_look_again()
questions.begin()
page()
questions.settle()
questions.look_again()
