"""The list of runs, read once for all that a page draws of it. Must not import TensorFlow or Keras."""

from dataclasses import dataclass
from typing import Self

from lenet.runs.folder import default_folder
from lenet.runs.listing import RunSummary
from lenet.runs.run_index import index_of
from pages.parts.shared.engine import engine_id


@dataclass(frozen=True)
class ListedRuns:
    """All runs, the newest first, and the version of that list (`RunIndex.version`)."""

    runs: list[RunSummary]
    version: int

    @classmethod
    def now(cls) -> Self:
        """As they are at this moment."""
        index = index_of(default_folder().absolute())
        return cls(index.runs(engine_id()), index.version)
