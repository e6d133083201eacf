"""The data sets by their names: find, download, load, sample one, or add one's own.

Each function asks the `Source` of that name: those of `catalogue.py`, each a file in `sources/`, and uploads.
Must not import Streamlit, TensorFlow, Keras or scikit-learn. Pages may call all but what loads, which holds a
whole data set in memory.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lenet.data import drawing_sets, uploaded
from lenet.data.catalogue import SOURCES
from lenet.data.dataset import Dataset, DatasetInfo, check_rows
from lenet.data.downloads import Progress
from lenet.data.imports.choices import AS_FOUND, Choices
from lenet.data.imports.files import Source as Files
from lenet.data.sources.drawn import drawn_sets, of_run
from lenet.data.sources.source import Source
from lenet.data.sources.uploads import new_path, uploads
from lenet.errors import DatasetError, WeightsError
from lenet.sentences import listed, reason, shown

if TYPE_CHECKING:
    from lenet.data.imports.importing import Import


def source_of(name: str, run: Path | None = None) -> Source:
    """The data set of that name; of drawings that are gone what that run keeps of them.

    Raises `DatasetError` where there is none.
    """
    if found := _known(name) or of_run(run, name):
        return found
    every = [*SOURCES, *drawing_sets.drawing_sets(), *uploads()]
    raise DatasetError(
        f"Data set: received {shown(name)}, expected one of {listed(every, 20)}. "
        "Choose one of these, or upload your own under that name."
    )


def _known(name: str) -> Source | None:
    return SOURCES.get(name) or drawn_sets().get(name) or uploads().get(name)


def all_datasets() -> dict[str, DatasetInfo]:
    """The catalogue, drawn sets, then uploads by name; without what cannot be read (see `problems`)."""
    catalogue = {name: source.info() for name, source in (SOURCES | drawn_sets()).items()}
    own = {name: source for name, source in uploads().items() if name not in catalogue}
    return catalogue | {name: source.info() for name, source in own.items() if not source.problems()}


def info(name: str, run: Path | None = None) -> DatasetInfo:
    """What is known of the data set; where it grows and `run`, a run's folder, is given, as that run has it.

    Raises `DatasetError` where there is none of that name.
    """
    return source_of(name, run).info(run)


def available(name: str, run: Path | None = None) -> bool:
    """Whether `load` would work with no network, as far as a look at file names tells. Costs little.

    `run`: the folder of a run that was trained on it; what that keeps is here whatever became of the set.
    """
    if of_run(run, name):
        return True
    source = _known(name)
    return source is not None and source.is_here()


def can_download(name: str) -> bool:
    """Whether `fetch` has a place on the network to look for it."""
    source = _known(name)
    return source is not None and bool(source.mirrors)


def download_bytes(name: str) -> int:
    """How much `fetch` brings over the network; 0 where it cannot."""
    source = _known(name)
    return source.download_bytes if source else 0


def is_small(name: str) -> bool:
    """Whether some images of it are at hand at once, wherever they are asked for."""
    source = _known(name)
    return source is not None and source.is_small


def loads_slowly(name: str) -> bool:
    """Whether loading its training part takes long: `samples` of it are there at once."""
    source = _known(name)
    return source is not None and source.loads_slowly


def grows(name: str, run: Path | None = None) -> bool:
    """Whether people add to it by drawing, so that a run keeps the images that it began with.

    `run`: a run's folder; what that keeps may be of a set that is gone.
    """
    source = _known(name) or of_run(run, name)
    return source is not None and source.grows


def problems(name: str) -> list[str]:
    """A sentence for each file of this data set that cannot be used, as far as they were looked into."""
    try:
        source = source_of(name)
    except DatasetError as error:
        return [str(error)]
    return source.problems() + _hidden_upload(source)


def _hidden_upload(source: Source) -> list[str]:
    """An upload from before there was a data set of that name, in a sentence."""
    upload = uploads().get(source.name)
    if source.name not in SOURCES or upload is None:
        return []
    return [f"{upload.path} is passed over: {source.name} is {source.info().title} now. Rename the file."]


def load(name: str, progress: Progress | None = None, download: bool = True) -> Dataset:
    """The whole data set, downloaded first where it is missing (see `fetch`); at once the second time.

    Raises `DatasetError`.
    """
    return source_of(name).load(progress, download)


def load_for(
    run: Path,
    name: str,
    progress: Progress | None = None,
    download: bool = True,
    folder: Path | None = None,
) -> Dataset:
    """The data of the run in that folder: `load`, but of a data set that grows what the run began with.

    That is kept in the run; `folder` is where it is written until it is whole: `lenet.files.written_aside`.
    Raises `DatasetError`; `OSError` and `WeightsError` where the run's folder is full or damaged.
    """
    return source_of(name, run).load_for(run, progress, download, folder)


def load_part(name: str, part: str, run: Path | None = None) -> Dataset:
    """A data set whose part "train" or "test" is that of the named one: what is quickest to load.

    Nothing is downloaded. Raises as `load` does; with a run's folder as `load_for` does.
    """
    return source_of(name, run).load_part(part, run)


def fetch(name: str, progress: Progress | None = None) -> None:
    """Make sure that the data set is on this machine, and the real one: found here, or downloaded.

    `progress(received, total)`, in bytes, is called while it downloads; an exception raised in it stops the
    download, and passes through. Trying again later goes on where the connection broke.
    Raises `DatasetError` where no place on the network could give it.
    """
    source_of(name).fetch(progress)


def state(name: str, run: Path | None = None) -> str:
    """A text that changes when the images of the data set do, those of that run; reads none of them."""
    return source_of(name, run).state(run)


def verify(name: str) -> bool:
    """Whether the data set is on this machine, read and compared this time; `problems` then knows why not."""
    source = _known(name)
    return source is not None and source.verify()


def verified_by(name: str) -> str:
    """What shows that it is the published one; empty where nothing does, or nobody has looked yet."""
    return source_of(name).verified_by()


def sample(name: str, index: int, part: str = "test", run: Path | None = None) -> tuple[np.ndarray, int]:
    """One image, uint8 (H, W, C), and its label, without loading the data set: for pages.

    `part`: "train" or "test"; `run`: a run's folder, for a data set that grows as that run has it.
    Raises `DatasetError`, also where the index is beyond the end.
    """
    source = source_of(name, run)
    about = source.info(run)
    check_rows([index], about.num_images(part), about.title)
    if not (run and source.grows):
        return source.sample(part, index)
    images, found = _part_of_run(source, part, run)
    return images[index], int(found[index])


def samples(name: str, part: str, indices: Sequence[int]) -> np.ndarray:
    """Some images, uint8 (N, H, W, C), without loading the data set; the more, and the later, the slower.

    Raises `DatasetError` as `sample` does.
    """
    return source_of(name).samples(part, indices)


def labels(name: str, part: str, run: Path | None = None) -> np.ndarray:
    """The labels of a part, (N,) int32, read-only, without loading its images: for pages.

    `part`: "train" or "test"; `run` as `sample` takes it. Raises `DatasetError`.
    """
    source = source_of(name, run)
    return _part_of_run(source, part, run)[1] if run and source.grows else source.labels(part)


def _part_of_run(source: Source, part: str, run: Path) -> tuple[np.ndarray, np.ndarray]:
    """(N, H, W, C) uint8 and (N,) int32, as that run has them. Raises `DatasetError`."""
    try:
        data = source.load_part(part, run)
    except WeightsError as error:
        raise DatasetError(str(error)) from error
    except OSError as error:
        raise DatasetError(f"The data in {run} cannot be read ({reason(error)}).") from error
    return getattr(data, f"x_{part}"), getattr(data, f"y_{part}")


def add_own(
    name: str,
    source: Files,
    class_names: Sequence[str] | None = None,
    replace: bool = False,
    choices: Choices = AS_FOUND,
    progress: Callable[[int, int], object] | None = None,
) -> DatasetInfo:
    """Store somebody's files under `name`: see `lenet.data.imports`.

    Args:
        source: a file, a folder, or several files by their names.
        class_names: in the order of the labels; default: as the files say.
        replace: whether one of that name goes.
        choices: what is not said in them is looked at.
        progress: called with images so far and all; what it raises stops the import, and passes through.

    Raises:
        DatasetError: the first thing that is wrong, also where `name` is taken and not `replace`.
    """
    from lenet.data.imports.importing import opened  # here: it loads what reads files of all kinds

    check_new(name, replace)
    with opened(source, class_names=tuple(class_names or choices.class_names)) as found:
        return add(name, found, choices, replace, progress)


def add(
    name: str,
    found: "Import",
    choices: Choices = AS_FOUND,
    replace: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> DatasetInfo:
    """The same, of what is open and was looked at."""
    check_new(name, replace)
    own = uploads()
    path = own[name].path if name in own else new_path(name)
    uploaded.store(path, found, choices, progress)
    return uploaded.read_info(path)


def check_new(name: str, replace: bool = False) -> None:
    """Raise `DatasetError` unless a data set of one's own may have that name."""
    uploaded.check_name(name)
    if name.lower() in SOURCES:
        raise DatasetError(f"The name {name!r} is that of a data set of LeNet Lab. Choose another.")
    if name.lower() in drawing_sets.drawing_sets():
        raise DatasetError(f"The name {name!r} is that of a set of drawings. Choose another.")
    if name.lower() in {other.lower() for other in uploads()} and not replace:
        raise DatasetError(f"The name {name!r} is taken. Choose another, or replace that data set.")


def new_drawing_set(title: str) -> drawing_sets.DrawingSet:
    """A set of drawings for classes that people name themselves. Raises `DatasetError`."""
    return drawing_sets.create(title, {*SOURCES, *(each.lower() for each in uploads())})


def where_to_put(name: str) -> str:
    """What to do by hand for a data set that is not `available`: which file to put into which folder."""
    return source_of(name).where_to_put()
