"""Judging a model on a split of a data set, a little at a time: others who ask the worker wait for no more.

Runs in the inference worker and in the command line. Imports Keras and TensorFlow; must not import Streamlit.
"""

import time
from collections import OrderedDict
from contextlib import suppress

import numpy as np

from lenet import datasets
from lenet.answers import ModelError
from lenet.dataset_info import Dataset
from lenet.judgements import Exam, Judgement, Progress, exam, judgement, store, stored
from lenet.loading import LoadedModel, load_model

_BATCH = 500  # images of one pass
_TURN = 0.7  # seconds of one call
_KEPT = 4  # exams that are under way or could not be stored: at most 3 MB each


class _Answers:
    """The answers of one exam so far."""

    def __init__(self, asked: Exam, data: Dataset) -> None:
        self.labels = getattr(data, f"y_{asked.part}")[asked.rows]
        self.probabilities = np.zeros((len(self.labels), asked.about.num_classes), np.float32)
        self.done = 0

    @property
    def is_complete(self) -> bool:
        return self.done == len(self.labels)

    def next_batch(self, asked: Exam, loaded: LoadedModel, data: Dataset) -> None:
        """The answers to some more images. Raises `ModelError` where there are other classes, or NaN."""
        rows = asked.rows[self.done : self.done + _BATCH]
        found = loaded.probabilities(getattr(data, f"x_{asked.part}")[rows])
        if found.shape[1] != self.probabilities.shape[1]:
            raise ModelError(
                f"{asked.model.spec} tells {found.shape[1]} classes apart, {asked.about.title} has "
                f"{self.probabilities.shape[1]}. Choose the data set that it was trained on."
            )
        self.probabilities[self.done : self.done + len(rows)] = found
        self.done += len(rows)


_ANSWERS: OrderedDict[tuple[str, ...], _Answers] = OrderedDict()


def judge(spec: str, dataset: str, split: str, runs_folder: str, turn: int) -> Judgement | Progress:
    """Go on judging for most of a second; the first who asks after the last image gets the judgement.

    The answers are stored then, unless the disk is full.

    Args:
        spec, dataset, split, runs_folder: as `judgements.exam` takes them.
        turn: any number; one that was not asked with before makes it a new question to the worker.

    Raises:
        ModelError, DatasetError: there is no such model or data, or they do not fit.
    """
    asked = exam(spec, dataset, split, runs_folder)
    if found := stored(asked):
        return found
    answers = _go_on(asked, (spec, dataset, split, runs_folder, asked.state), _TURN)
    if not answers.is_complete:
        return Progress(answers.done, len(answers.labels))
    with suppress(OSError):  # it is judged again the next time
        store(asked, answers.labels, answers.probabilities)
    return judgement(answers.labels, answers.probabilities, asked.about.class_names, asked.score)


def judge_now(asked: Exam) -> Judgement:
    """The whole judgement, whatever is stored, and nothing is stored. Raises as `judge` does."""
    answers = _go_on(asked, None, float("inf"))
    return judgement(answers.labels, answers.probabilities, asked.about.class_names, asked.score)


def _go_on(asked: Exam, key: tuple[str, ...] | None, seconds: float) -> _Answers:
    """The answers so far and those that so many seconds bring; `key`: what they are remembered by."""
    data, loaded, until = _data(asked), _loaded(asked), time.monotonic() + seconds
    answers = _ANSWERS.get(key) or _Answers(asked, data)
    while not answers.is_complete:
        answers.next_batch(asked, loaded, data)
        if time.monotonic() > until:
            break
    if key:
        _remember(key, answers)
    return answers


def _remember(key: tuple[str, ...], answers: _Answers) -> None:
    _ANSWERS[key] = answers
    _ANSWERS.move_to_end(key)
    while len(_ANSWERS) > _KEPT:
        _ANSWERS.popitem(last=False)


def _loaded(asked: Exam) -> LoadedModel:
    folder = asked.model.run.path.parent if asked.model.run else None
    return load_model(asked.model.spec, folder)


def _data(asked: Exam) -> Dataset:
    if asked.about.name == "mnist-pens" and asked.part == "test":  # MNIST's; the rest takes half a minute
        return datasets.load("mnist", download=False)
    if asked.data_run:
        return datasets.load_for(asked.model.run.path, asked.about.name, download=False)
    return datasets.load(asked.about.name, download=False)
