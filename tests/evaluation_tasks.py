"""Evaluation tasks by the name of a model, for tests."""

from pathlib import Path

from lenet.evaluation.task import EvaluationTask, task_of
from lenet.networks.model_reference import resolve


def task(name: str, dataset: str | None, split: str, folder: Path | None = None) -> EvaluationTask:
    """Of the model of that name among the runs of that folder."""
    return task_of(resolve(name, folder), dataset, split, folder)
