"""Judging a model on a split of a data set, in turns.

Runs in the inference worker and in the command line. Imports Keras and TensorFlow; must not import Streamlit.
"""

from contextlib import suppress

import numpy as np

from lenet import turns
from lenet.data.dataset import Dataset
from lenet.errors import ModelError
from lenet.evaluation.model_data import data_of
from lenet.evaluation.result import Judgement, judgement, store, stored
from lenet.evaluation.task import Exam, exam
from lenet.networks.loaded_model import LoadedModel
from lenet.networks.loading import load_model

_BATCH = 500  # images of one pass


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


def judge(spec: str, dataset: str, split: str, runs_folder: str) -> Judgement:
    """The judgement that is stored; else it is made now, and stored unless the disk is full.

    Args:
        spec, dataset, split, runs_folder: as `judgements.exam` takes them.

    Raises:
        ModelError, DatasetError: there is no such model or data, or they do not fit.
    """
    asked = exam(spec, dataset, split, runs_folder)
    if found := stored(asked):
        return found
    answers = _answers(asked)
    with suppress(OSError):  # it is judged again the next time
        store(asked, answers.labels, answers.probabilities)
    return judgement(answers.labels, answers.probabilities, asked.about.class_names, asked.score)


def judge_now(asked: Exam) -> Judgement:
    """The judgement, whatever is stored, and nothing is stored. Raises as `judge` does."""
    answers = _answers(asked)
    return judgement(answers.labels, answers.probabilities, asked.about.class_names, asked.score)


def _answers(asked: Exam) -> _Answers:
    data, loaded = data_of(asked), _loaded(asked)
    answers = _Answers(asked, data)
    while not answers.is_complete:
        answers.next_batch(asked, loaded, data)
        done, total = answers.done, len(answers.labels)
        turns.report(done, total, f"Judging: {done:,} of {total:,} images")
    return answers


def _loaded(asked: Exam) -> LoadedModel:
    folder = asked.model.run.path.parent if asked.model.run else None
    return load_model(asked.model.spec, folder)
