"""The whole evaluation as one HTML file to keep, hand in or print. Must not import TensorFlow or Keras."""

from pathlib import Path

import numpy as np
import streamlit as st

from lenet.data import datasets
from lenet.errors import DatasetError
from lenet.evaluation.metrics import normalized
from lenet.evaluation.rejection import rejection
from lenet.evaluation.result import Judgement
from lenet.evaluation.task import Exam
from lenet.figures.confusion_matrix import confusion_figure
from lenet.figures.evaluation_figures import class_figure, rejection_figure, reliability_figure
from lenet.figures.html_report import Section, report_html
from lenet.figures.image_grid import grid_figure
from lenet.figures.theme import LIGHT
from lenet.formatting import percent
from lenet.runs.history import MEASURES, STATISTICS, describe
from lenet.training import published_results
from pages.parts.evaluate.history import history_figures
from pages.parts.evaluate.task_choice import meaning
from pages.parts.shared.model_choice import Chosen

_ERRORS = 40  # images of the report


def report_button(chosen: Chosen, asked: Exam, found: Judgement) -> None:
    """A button; the file is made when it is pressed."""
    st.download_button(
        "Download as a page", lambda: report(chosen, asked, found), mime="text/html", on_click="ignore",
        file_name=f"{Path(asked.model.spec).name}-{asked.about.name}-{asked.split}.html",
        icon=":material/download:", help="All views in one HTML file that opens without this program.",
    )  # fmt: skip


def report(chosen: Chosen, asked: Exam, found: Judgement) -> str:
    """HTML."""
    sections = [_figures(chosen, asked, found), *_confusion(asked, found), _classes(found)]
    sections += [*_errors(asked, found), *_certainty(found), *_history(chosen)]
    title = f"{chosen.title} ({asked.model.spec}) on {asked.about.title}, {asked.split}"
    return report_html(title, sections)


def _figures(chosen: Chosen, asked: Exam, found: Judgement) -> Section:
    result = found.evaluation
    low, high = result.accuracy_interval
    figure = published_results.published(chosen.config, asked.about.name, asked.split, chosen.epoch)
    facts = {
        "Accuracy": percent(result.accuracy),
        "95 % interval": f"{percent(low)} to {percent(high)}",
        "Errors": f"{result.errors:,} of {result.count:,}",
        "Loss": f"{result.loss:.4f}",
        "Published": percent(figure.accuracy) if figure else "–",
        "Calibration error": percent(result.calibration.error),
    }
    words = published_results.in_words(figure, result.accuracy_interval) if figure else ""
    table = {"": list(facts), "Figure": list(facts.values())}
    return Section("Figures", f"Judged on {meaning(asked)}. {words}", table=table)


def _confusion(asked: Exam, found: Judgement) -> list[Section]:
    counts = np.array(found.evaluation.confusion)
    names = (asked.about.class_names, asked.answer_names)
    return [
        Section(f"Confusion matrix, {words}",
                figures=(confusion_figure(normalized(counts, by), counts, names, LIGHT),))
        for by, words in (("true class", "% of each true class"), ("counts", "counts"))
    ]  # fmt: skip


def _classes(found: Judgement) -> Section:
    rows = [*found.evaluation.classes, *found.evaluation.averages]
    table = {
        "Class": [row.name for row in rows],
        "Precision": [percent(row.precision) for row in rows],
        "Recall": [percent(row.recall) for row in rows],
        "F1": [percent(row.f1) for row in rows],
        "Images": [f"{row.support:,}" for row in rows],
    }
    figure = class_figure(found.evaluation.classes, True, LIGHT)
    return Section("Classification report", figures=(figure,), table=table)


def _errors(asked: Exam, found: Judgement) -> list[Section]:
    """The hardest ones; without them where their images cannot be read here."""
    chosen = found.hardest()[:_ERRORS]
    if not len(chosen) or (asked.data_run and datasets.grows(asked.about.name)):
        return []
    try:
        images = datasets.samples(asked.about.name, asked.part, asked.rows[chosen].tolist())
    except DatasetError:
        return []
    names = asked.about.class_names, asked.answer_names
    captions = [f"{names[0][found.labels[each]]}<br>→ {names[1][found.guesses[each]]}" for each in chosen]
    figure = grid_figure(images, 8, 84, [""] * len(chosen), captions)
    return [Section("Hardest errors", "Confident and wrong, the most confident first.", (figure,))]


def _certainty(found: Judgement) -> list[Section]:
    curve = rejection(found.right, found.margins, np.linspace(0, 0.5, 101).tolist())
    shares = np.array([each.rejected for each in curve]) / len(found.labels)
    accuracies = np.array([each.accuracy for each in curve])
    point = (float(shares[2]), float(accuracies[2]))
    return [
        Section("Reliability", figures=(reliability_figure(found.evaluation.calibration, LIGHT),)),
        Section("Accuracy against rejection", figures=(rejection_figure(shares, accuracies, point, LIGHT),)),
    ]


def _history(chosen: Chosen) -> list[Section]:
    if chosen.run is None or not chosen.run.epochs()["epoch"]:
        return []
    epochs = chosen.run.epochs()
    table = {"": list(STATISTICS)} | {
        words: [f"{value:.4f}" for value in describe(epochs[name])] for name, words in MEASURES.items()
    }
    return [Section("History: loss, accuracy", figures=history_figures(chosen, epochs, LIGHT), table=table)]
