"""A person's own data sets, each a file in a data folder: how they are stored is in `lenet.data.uploaded`.

Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from pathlib import Path

from lenet.data import uploaded
from lenet.data.dataset import Dataset, DatasetInfo
from lenet.data.downloads import Progress
from lenet.data.published_files import ArrayFile, array_file, data_folders, storage_folder
from lenet.data.sources.array_files import ArrayFileSource
from lenet.errors import DatasetError


class Upload(ArrayFileSource):
    """The data set in one stored file; its name is the file's."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.stem

    @property
    def made(self) -> Path:
        return self.path

    def info(self, run: Path | None = None) -> DatasetInfo:
        return uploaded.read_info(self.path)

    def problems(self) -> list[str]:
        try:
            self.info()
        except DatasetError as error:
            return [str(error)]
        return []

    def load(self, progress: Progress | None = None, download: bool = True) -> Dataset:
        self.info()
        return uploaded.read(self.path)

    def state(self, run: Path | None = None) -> str:
        try:
            found = self.path.stat()
        except OSError:  # deleted this moment
            return super().state()
        return f"{found.st_size} {found.st_mtime_ns}"

    def array_file(self, key: str) -> ArrayFile:
        return array_file(key, self.path)


def uploads() -> dict[str, Upload]:
    """Those that there are, by name; where two folders have the same one, that of the first folder."""
    found: dict[str, Upload] = {}
    for folder in data_folders():
        for path in uploaded.files_in(folder / "own"):
            found.setdefault(path.stem, Upload(path))
    return found


def new_path(name: str) -> Path:
    """Where a new one of that name is stored."""
    return storage_folder() / "own" / f"{name}.npz"
