"""Images with their predictions, some at a time; a click opens one on Inspect.

Must not import TensorFlow or Keras.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from lenet.data import datasets
from lenet.errors import DatasetError
from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import EvaluationTask
from lenet.figures.theme import Palette
from lenet.formatting import percent, probability
from pages.parts.shared import questions
from pages.parts.shared.clicks import INSPECT
from pages.parts.shared.icon_button import icon_button
from pages.parts.shared.image_grid import image_grid
from pages.parts.shared.link import address, leave
from pages.parts.shared.link_fields import INSPECT as LINK_OF_INSPECT
from pages.parts.shared.markdown import escaped

_SHORT = 2  # characters: a class's name that leaves room for more beside it


def predicted_images(
    key: str,
    task: EvaluationTask,
    found: EvaluationResult,
    chosen: np.ndarray,
    colors: Palette,
    columns: int = 8,
    rows: int = 4,
    tile: int = 76,
    others: Sequence[Callable[[int], str]] = (),
) -> None:
    """The images `chosen`, (n,) places in the task, in that order, with true class and prediction.

    Args:
        key: of the widgets and of the question to the worker.
        others: what else to say of an image, by its place.
    """
    if not len(chosen):
        return
    if max(map(len, task.data.class_names)) > _SHORT:
        columns, tile = max(2, columns * 3 // 4), round(tile * 1.4)
    start = _start(f"{key}-{chosen[0]}-{len(chosen)}", len(chosen), columns * rows)
    shown = chosen[start : start + columns * rows]
    images = _images(key, task, task.rows[shown])
    if images is not None:
        hover = [_in_words(task, found, place, others) for place in shown]
        captions = [_caption(task, found, place) for place in shown]
        mixed = found.correct[chosen].any() and not found.correct[chosen].all()
        frames = [colors.wrong if mixed and not found.correct[place] else None for place in shown]
        clicked = image_grid(images, key, hover, min(columns, len(shown)), tile, captions, frames)
        if clicked is not None:
            open_on_inspect(task, int(shown[clicked]))


def _images(key: str, task: EvaluationTask, rows: np.ndarray) -> np.ndarray | None:
    """(n, H, W, C) uint8, from the worker, which has them in memory; while it warms up, from the file."""
    name, part = task.data.name, task.part
    if problem := datasets.hidden(name, task.data_run and Path(task.data_run)):
        st.info(escaped(problem), icon=":material/visibility_off:")
        return None
    reply = questions.ask(key, "lenet.data.samples.images", (name, part, rows, task.data_run))
    if reply.values:
        return reply.values[0]
    try:
        is_kept = datasets.grows(name, task.model.run_folder)  # as they were when the run began
        if not reply.problem and not is_kept:
            return datasets.samples(name, part, rows.tolist())
    except DatasetError as error:
        reply.problem = str(error)
    if reply.problem:
        st.error(escaped(reply.problem))
    else:
        st.caption(f":material/hourglass_top: {escaped(questions.what_is_awaited())}")
    return None


def open_on_inspect(task: EvaluationTask, place: int) -> None:
    """Go to that image on the Inspect page, with the same model."""
    place = {"dataset": task.data.name, "part": task.part, "index": task.rows[place]}
    leave(INSPECT, address(LINK_OF_INSPECT, model=str(task.model.reference), **place))


def _start(key: str, total: int, page: int) -> int:
    """Where the shown images begin; buttons for the next ones where there are more."""
    if total <= page:
        return 0
    start = min(st.session_state.get(f"{key}-start", 0), (total - 1) // page * page)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        _step("chevron_left", "Images before", f"{key}-before", key, start - page, start == 0)
        _step("chevron_right", "Next images", f"{key}-next", key, start + page, start + page >= total)
        st.caption(f"{start + 1:,} to {min(start + page, total):,} of {total:,}", width="content")
    return start


def _step(icon: str, words: str, button: str, key: str, start: int, disabled: bool) -> None:
    icon_button(
        words, icon, button, type="tertiary", disabled=disabled,
        on_click=lambda: st.session_state.update({f"{key}-start": start}),
    )  # fmt: skip


def _caption(task: EvaluationTask, found: EvaluationResult, place: int) -> str:
    true, predicted = _names(task, found, place)
    confidence = _rounded(float(found.confidence[place]))
    if max(len(true), len(predicted)) > _SHORT:
        return (
            f"{true}<br>→ {predicted}<br>{confidence}"
            if true != predicted
            else f"{true}<br>{confidence}<br>\u00a0"
        )
    return f"{true}→{predicted}  {confidence}" if true != predicted else f"{true}  {confidence}"


def _rounded(confidence: float) -> str:
    """To a whole percent, but where that would be 100."""
    return percent(confidence, 0) if confidence < 0.995 else f"{_floor(confidence)} %"


def _floor(confidence: float) -> str:
    return "100" if confidence == 1 else f"{min(99.9, 100 * confidence):.1f}"


def _in_words(
    task: EvaluationTask, found: EvaluationResult, place: int, others: Sequence[Callable[[int], str]]
) -> str:
    true, predicted = _names(task, found, place)
    lines = [
        f"Image {task.rows[place]:,} of the {task.part} part",
        f"True class: <b>{true}</b>",
        f"Predicted: <b>{predicted}</b> with {probability(found.confidence[place])}",
        *(other(place) for other in others),
        "Click: open on Inspect",
    ]
    return "<br>".join(lines)


def _names(task: EvaluationTask, found: EvaluationResult, place: int) -> tuple[str, str]:
    return task.data.class_names[found.labels[place]], task.predicted_names[found.predictions[place]]
