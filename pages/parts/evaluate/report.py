"""The whole evaluation as one HTML file to keep, hand in or print. Must not import TensorFlow or Keras."""

from pathlib import Path

import numpy as np
import streamlit as st

from lenet.data import datasets
from lenet.errors import DatasetError
from lenet.evaluation.metrics import normalized
from lenet.evaluation.rejection import rejection
from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import EvaluationTask
from lenet.figures.confusion_matrix import confusion_figure
from lenet.figures.evaluation_figures import class_figure, rejection_figure, reliability_figure
from lenet.figures.html_report import Section, report_html
from lenet.figures.image_grid import grid_figure
from lenet.figures.theme import LIGHT
from lenet.formatting import percent
from lenet.proportion import accuracy
from lenet.runs.folder import Run
from lenet.runs.history import MEASURES, STATISTICS, describe
from lenet.training import published_results
from pages.parts.evaluate.headline import published_for
from pages.parts.evaluate.history import history_figures
from pages.parts.evaluate.task_choice import meaning

_ERRORS = 40  # images of the report


def report_button(title: str, task: EvaluationTask, found: EvaluationResult) -> None:
    """A button; the file is made when it is pressed."""
    st.download_button(
        "Download as a page", lambda: report(title, task, found), mime="text/html", on_click="ignore",
        file_name=f"{Path(str(task.model.reference)).name}-{task.data.name}-{task.split}.html",
        icon=":material/download:", help="All views in one HTML file that opens without this program.",
    )  # fmt: skip


def report(title: str, task: EvaluationTask, found: EvaluationResult) -> str:
    """HTML; `title`: of the model, for people."""
    sections = [_figures(task, found), *_confusion(task, found), _classes(found)]
    sections += [*_errors(task, found), *_calibration(found), *_history(task.model.run)]
    heading = f"{title} ({task.model.reference}) on {task.data.title}, {task.split}"
    return report_html(heading, sections)


def _figures(task: EvaluationTask, found: EvaluationResult) -> Section:
    result = found.evaluation
    low, high = result.accuracy_interval
    figure = published_for(task)
    facts = {
        "Accuracy": accuracy(result.accuracy, result.count),
        "95 % interval": f"{percent(low)} to {percent(high)}",
        "Errors": f"{result.errors:,} of {result.count:,}",
        "Loss": f"{result.loss:.4f}",
        "Published": percent(figure.accuracy) if figure else "–",
        "Calibration error": percent(result.calibration.error),
    }
    words = published_results.in_words(figure, result.accuracy_interval) if figure else ""
    table = {"": list(facts), "Figure": list(facts.values())}
    return Section("Figures", f"Evaluated on {meaning(task)}. {words}", table=table)


def _confusion(task: EvaluationTask, found: EvaluationResult) -> list[Section]:
    counts = np.array(found.evaluation.confusion)
    names = (task.data.class_names, task.predicted_names)
    return [
        Section(f"Confusion matrix, {words}",
                figures=(confusion_figure(normalized(counts, by), counts, names, LIGHT),))
        for by, words in (("true class", "% of each true class"), ("counts", "counts"))
    ]  # fmt: skip


def _classes(found: EvaluationResult) -> Section:
    rows = [*found.evaluation.classes, *found.evaluation.averages]
    precision, recall, f1 = zip(*(map(percent, row.measures) for row in rows), strict=True)
    table = {
        "Class": [row.name for row in rows],
        "Precision": precision,
        "Recall": recall,
        "F1": f1,
        "Images": [f"{row.support:,}" for row in rows],
    }
    figure = class_figure(found.evaluation.classes, True, LIGHT)
    return Section("Classification report", figures=(figure,), table=table)


def _errors(task: EvaluationTask, found: EvaluationResult) -> list[Section]:
    """The hardest ones; without them where their images cannot be read here."""
    chosen = found.hardest()[:_ERRORS]
    if not len(chosen) or (task.data_run and datasets.grows(task.data.name, task.model.run_folder)):
        return []
    try:
        images = datasets.samples(task.data.name, task.part, task.rows[chosen].tolist())
    except DatasetError:
        return []
    names = task.data.class_names, task.predicted_names
    captions = [f"{names[0][found.labels[each]]}<br>→ {names[1][found.predictions[each]]}" for each in chosen]
    figure = grid_figure(images, 8, 84, [""] * len(chosen), captions)
    return [Section("Hardest errors", "Confident and wrong, the most confident first.", (figure,))]


def _calibration(found: EvaluationResult) -> list[Section]:
    curve = rejection(found.correct, found.margins, np.linspace(0, 0.5, 101).tolist())
    shares = np.array([each.rejected for each in curve]) / len(found.labels)
    accuracies = np.array([each.accuracy for each in curve])
    point = (float(shares[2]), float(accuracies[2]))
    return [
        Section("Reliability", figures=(reliability_figure(found.evaluation.calibration, LIGHT),)),
        Section("Accuracy against rejection", figures=(rejection_figure(shares, accuracies, point, LIGHT),)),
    ]


def _history(run: Run | None) -> list[Section]:
    epochs = run.epochs() if run else {"epoch": []}
    if not epochs["epoch"]:
        return []
    table = {"": list(STATISTICS)} | {
        words: [f"{value:.4f}" for value in describe(epochs[name])] for name, words in MEASURES.items()
    }
    return [Section("History: loss, accuracy", figures=history_figures(run, epochs, LIGHT), table=table)]
