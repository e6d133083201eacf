"""The runs that are compared: those of a list of ids that are there, and a sentence for each of the others.

Must not import numpy, Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lenet.errors import RunError
from lenet.networks.model_reference import run_models
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.listing import RunSummary
from lenet.sentences import shown

_KEPT = 1_000  # configs in memory, of some kilobytes each


@dataclass(frozen=True)
class ComparedRun:
    """A run that is compared with others.

    Attributes:
        title: its name for people; no two of all runs have the same.
        config: what was asked.
    """

    run: Run
    title: str
    summary: RunSummary
    config: RunConfig

    @property
    def id(self) -> str:
        """Of its run."""
        return self.run.id


def compared_runs(
    ids: Sequence[str], listed: Sequence[RunSummary], folder: Path
) -> tuple[list[ComparedRun], list[str]]:
    """The runs of these ids in their order, each once; and why the others are left out, in sentences.

    Args:
        listed: all runs of `folder`.
    """
    titles = {model.name: model.title for model in run_models(listed)}
    summaries = {summary.id: summary for summary in listed}
    found, problems = [], []
    for each in dict.fromkeys(ids):
        try:
            found.append(_compared(each, titles, summaries, folder))
        except RunError as error:
            problems.append(str(error))
    return found, problems


def _compared(
    run_id: str, titles: dict[str, str], summaries: dict[str, RunSummary], folder: Path
) -> ComparedRun:
    """Raises `RunError`: it is not there, or damaged."""
    summary = summaries.get(run_id)
    if summary is None:
        raise RunError(
            f"Run: received {shown(run_id)} in the link, expected the id of a run that is here. It may have "
            "been deleted; the others are compared."
        )
    if summary.problem:
        raise RunError(f"{summary.problem} The others are compared.")
    run = Run(folder / run_id)
    return ComparedRun(run, titles[run_id], summary, _config(run.path, _changed(run.path / "config.json")))


def _changed(path: Path) -> int:
    """When, in ns; raises `RunError` where it is gone."""
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise RunError(f"Run {path.parent.name} was deleted just now; the others are compared.") from error


@lru_cache(maxsize=_KEPT)
def _config(path: Path, changed: int) -> RunConfig:
    return Run(path).config


def data_sets(runs: Sequence[ComparedRun]) -> list[str]:
    """The names of the data sets that the runs were trained on, in their order."""
    return list(dict.fromkeys(each.config.dataset for each in runs))
