"""The digits that people draw on this machine, as a data set: what they are is in `lenet.data.drawn_digits`.

Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from pathlib import Path

from lenet.data import drawing_collection, drawn_digits
from lenet.data.dataset import Dataset, DatasetInfo
from lenet.data.downloads import Progress
from lenet.data.sources.source import Source


class _MyDigits(Source):
    name = drawing_collection.NAME
    grows = True

    def info(self, run: Path | None = None) -> DatasetInfo:
        return drawn_digits.info_for(run) if run else drawn_digits.info()

    def is_here(self) -> bool:
        return not drawn_digits.lack()

    def problems(self) -> list[str]:
        return drawing_collection.Collection().problems()

    def where_to_put(self) -> str:
        return drawn_digits.lack()

    def load(self, progress: Progress | None = None, download: bool = True) -> Dataset:
        return drawn_digits.read()

    def load_for(
        self,
        run: Path,
        progress: Progress | None = None,
        download: bool = True,
        folder: Path | None = None,
    ) -> Dataset:
        return drawn_digits.kept_in(run, folder)

    def state(self, run: Path | None = None) -> str:
        return drawn_digits.state_for(run) if run else drawn_digits.state()


MY_DIGITS = _MyDigits()
