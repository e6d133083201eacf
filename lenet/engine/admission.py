"""What a run of a class may be, as the teacher says: asked before Start, and again where it is submitted.

Must not import Dask, Streamlit, TensorFlow or Keras.
"""

from pathlib import Path

from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.data.preprocessing import network_input_shape
from lenet.errors import DatasetError, NotAllowed
from lenet.networks.summary import summarize
from lenet.people import limits
from lenet.people.owner import owner_of
from lenet.people.person import Person
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.minutes import minutes_over


def problems(
    config: RunConfig, about: DatasetInfo, person: Person | None, runs: Path, more: int = 1
) -> list[str]:
    """What is over the limits of that person, in sentences.

    Args:
        about: the data set of the config.
        runs: the folder where runs are.
        more: how many runs they would begin.
    """
    found = [_parameters(config, about, person, runs), limits.too_many(runs, person, more)]
    return [each for each in found if each]


def check(run: Run) -> None:
    """Raise `NotAllowed` where that run, a new one or one that goes on, is over the limits of its owner."""
    person, config = owner_of(run.path), run.config
    words = minutes_over(run, run.status().seconds)
    try:
        about = datasets.info(config.dataset, run.path)
        words = words or _parameters(config, about, person, run.path.parent)
    except DatasetError:  # its training says so
        return
    if words:
        raise NotAllowed(words)


def _parameters(config: RunConfig, about: DatasetInfo, person: Person | None, runs: Path) -> str:
    if not limits.is_limited(person):
        return ""
    most = limits.read(runs).parameters
    count = summarize(config.layers, network_input_shape(config, about.image_shape)).parameters
    if count <= most:
        return ""
    return (
        f"Parameters: this network has {count:,}, and your teacher's limit is {most:,}. Take fewer filters "
        "or units, or smaller images."
    )
