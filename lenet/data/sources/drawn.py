"""Data sets of drawings that people collect on this machine; what they are is in `lenet.data.drawn_data`.

Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from collections.abc import Callable
from pathlib import Path

from lenet.data import drawn_data
from lenet.data.dataset import Dataset, DatasetInfo
from lenet.data.downloads import Progress
from lenet.data.drawing_collection import NAME, Collection
from lenet.data.drawing_sets import FOLDER, DrawingSet, every_drawing_set
from lenet.data.persons_digits import every_persons_digits
from lenet.data.published_files import storage_folder
from lenet.data.sources.source import Source


class Drawn(Source):
    """The data set of a collection.

    Args:
        collection: gives it, in the folder of this moment.
        run: that keeps what it began with, where the collection itself is gone.
    """

    grows = True

    def __init__(self, name: str, collection: Callable[[], Collection], run: Path | None = None) -> None:
        self.name, self._collection, self._run = name, collection, run

    @property
    def made(self) -> Path:
        """What is left of it is the run's."""
        return self._run or self._collection().made

    def info(self, run: Path | None = None) -> DatasetInfo:
        collection = self._collection()
        return drawn_data.info_for(run, collection) if run else drawn_data.info(collection)

    def is_here(self) -> bool:
        return not self._collection().lack()

    def problems(self) -> list[str]:
        return self._collection().problems()

    def where_to_put(self) -> str:
        return self._collection().lack()

    def load(self, progress: Progress | None = None, download: bool = True) -> Dataset:
        return drawn_data.read(self._collection())

    def load_for(
        self,
        run: Path,
        progress: Progress | None = None,
        download: bool = True,
        folder: Path | None = None,
    ) -> Dataset:
        return drawn_data.kept_in(run, self._collection(), folder)

    def load_part(self, part: str, run: Path | None = None) -> Dataset:
        """As the run has it, or as it is now where the run has not begun: who looks writes nothing there."""
        has_not_begun = run and run.is_dir() and not (run / drawn_data.KEPT).is_file()
        return super().load_part(part, None if has_not_begun else run)

    def state(self, run: Path | None = None) -> str:
        return drawn_data.state_for(run) if run else drawn_data.state(self._collection())


MY_DIGITS = Drawn(NAME, Collection)


def drawn_sets() -> dict[str, Drawn]:
    """The digits of each person of a class, and the sets of classes that people name themselves, by name."""
    sets = [*every_persons_digits(), *every_drawing_set().values()]
    return {each.name: _source(each) for each in sets}


def of_run(run: Path | None, name: str) -> Drawn | None:
    """The data set that a run keeps, where the set itself is gone; None where it keeps none."""
    if run is None or not (run / drawn_data.KEPT).is_file():
        return None
    found = DrawingSet(storage_folder() / FOLDER / name)
    return Drawn(name, lambda: found, run)


def _source(found: Collection) -> Drawn:
    return Drawn(found.name, lambda: found)
