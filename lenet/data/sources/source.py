"""What every data set can be asked. Each is a `Source`, in a file of its own beside this one.

Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lenet.data.dataset import Dataset, DatasetInfo, check_rows
from lenet.data.downloads import Progress, RemoteFile
from lenet.errors import DatasetError

Mirror = tuple[RemoteFile, ...]  # the files that are needed from one place on the network


class Source:
    """A data set: what is known of it, whether it is on this machine, and the way to its images.

    As it stands, one that is always here, and small: it is loaded whole for a single image.

    Attributes:
        name: what configs, links and the command line call it.
        about: what is known of it, where that never changes.
        mirrors: the places to download it from, tried in this order; may be changed, to one of your own.
        is_small: some images of it are at hand at once, wherever they are asked for.
        loads_slowly: its training part takes long to make, `samples` of it are there at once.
        grows: people add to it, and a run keeps the images that it began with.
    """

    name: str
    about: DatasetInfo
    mirrors: tuple[Mirror, ...] = ()
    is_small = True
    loads_slowly = False
    grows = False

    def info(self, run: Path | None = None) -> DatasetInfo:
        """What is known of it; where it grows and `run`, a run's folder, is given, as that run has it."""
        return self.about

    def is_here(self) -> bool:
        """Whether `load` would work with no network, as far as a look at file names tells. Costs little."""
        return True

    def verify(self) -> bool:
        """Whether it is here, read and compared this time; `problems` then knows why not."""
        return self.is_here()

    def verified_by(self) -> str:
        """What shows that it is the published one; empty where nothing does, or nobody has looked yet."""
        return ""

    def problems(self) -> list[str]:
        """A sentence for each of its files that was looked into and cannot be used."""
        return []

    def where_to_put(self) -> str:
        """What to do by hand where it is not here: which file to put into which folder."""
        return ""

    @property
    def download_bytes(self) -> int:
        """How much a download brings, from the first place that is tried; 0 where there is none."""
        return sum(file.num_bytes for file in next(iter(self.mirrors), ()))

    @property
    def made(self) -> Path | None:
        """What a person has made, by which it is known whose it is; None of what is published."""
        return None

    def fetch(self, progress: Progress | None = None) -> None:
        """Make sure that it is here, and the real one. Raises `DatasetError`."""
        if not self.is_here():
            raise DatasetError(self.where_to_put())

    def load(self, progress: Progress | None = None, download: bool = True) -> Dataset:
        """All of it; the same object the second time. Raises `DatasetError`."""
        raise NotImplementedError

    def load_for(
        self,
        run: Path,
        progress: Progress | None = None,
        download: bool = True,
        folder: Path | None = None,
    ) -> Dataset:
        """`load`; of a data set that grows what the run began with, see `datasets.load_for`."""
        return self.load(progress, download)

    def load_part(self, part: str, run: Path | None = None) -> Dataset:
        """A data set whose part "train" or "test" is that of this one, as that run has it; no download."""
        return self.load_for(run, download=False) if run else self.load(download=False)

    def state(self, run: Path | None = None) -> str:
        """A text that changes when its images do, those of that run where one is given; reads none."""
        return "as published"

    def sample(self, part: str, index: int) -> tuple[np.ndarray, int]:
        """One image, uint8 (H, W, C), and its label; `index` is one that there is. Raises `DatasetError`."""
        data = self.load(download=False)
        return getattr(data, f"x_{part}")[index], int(getattr(data, f"y_{part}")[index])

    def samples(self, part: str, indices: Sequence[int]) -> np.ndarray:
        """Some images, uint8 (N, H, W, C). Raises `DatasetError`, also for a row that there is not."""
        about = self.info()
        check_rows(indices, about.num_images(part), about.title)
        chosen = [self.sample(part, index)[0] for index in indices]
        return np.array(chosen, np.uint8).reshape(-1, *about.image_shape)

    def labels(self, part: str) -> np.ndarray:
        """The labels of a part, (N,) int32, read-only. Raises `DatasetError`."""
        return getattr(self.load(download=False), f"y_{part}")

    def mean_and_std(self) -> tuple[float, float]:
        """Mean and standard deviation of the training pixels, scaled to 0–1. Raises `DatasetError`."""
        pixels = self.load(download=False).x_train / 255
        return float(pixels.mean()), float(pixels.std())
