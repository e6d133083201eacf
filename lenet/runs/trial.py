"""A run that is a trial of a sweep, as a file of its folder says. Must not import Streamlit or numpy."""

from typing import Annotated

from pydantic import Field

from lenet.values import Frozen

FILE = "sweep.json"
MOST_BYTES = 1_000


class Trial(Frozen):
    """Which trial of which sweep, from 0 on. The run's folder is named by both: none is made twice."""

    sweep: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[0-9A-Za-z][0-9A-Za-z-]*$")]
    number: Annotated[int, Field(ge=0, le=9_999)]

    @property
    def run_id(self) -> str:
        """Of its run."""
        return f"{self.sweep}-{self.number:04d}"
