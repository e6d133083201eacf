"""The data sets by their names: find, download, load, sample one, or add one's own.

Each function asks the `Source` of that name: those of `catalogue.py`, each a file in `sources/`, and uploads.
Must not import Streamlit, TensorFlow, Keras or scikit-learn. Pages may call all but what loads, which holds a
whole data set in memory.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lenet.data import drawing_sets, storage, uploaded
from lenet.data.catalogue import SOURCES
from lenet.data.dataset import Dataset, DatasetInfo, check_rows
from lenet.data.downloads import Progress
from lenet.data.imports.choices import AS_FOUND, Choices
from lenet.data.imports.files import Source as Files
from lenet.data.sources.drawn import MY_DIGITS, drawn_sets, of_run
from lenet.data.sources.source import Source
from lenet.data.sources.uploads import new_path, uploads
from lenet.data.visibility import check_seen, is_seen
from lenet.errors import DatasetError, NotAllowed, WeightsError
from lenet.people import owner
from lenet.people.person import acting
from lenet.runs.folder import default_folder
from lenet.sentences import listed, reason, shown

if TYPE_CHECKING:
    from lenet.data.imports.importing import Import


def source_of(name: str, run: Path | None = None) -> Source:
    """The data set of that name; of drawings that are gone what that run keeps of them.

    Raises `DatasetError` where there is none.
    """
    if found := _known(name) or of_run(run, name):
        return found
    every = [*SOURCES, *(each for each in (*drawn_sets(), *uploads()) if is_seen(_known(each)))]
    raise DatasetError(
        f"Data set: received {shown(name)}, expected one of {listed(every, 20)}. "
        "Choose one of these, or upload your own under that name."
    )


def _known(name: str) -> Source | None:
    return SOURCES.get(name) or drawn_sets().get(name) or uploads().get(name)


def made(name: str) -> Path | None:
    """What a person has made, by which it is known whose it is; None of what is published."""
    source = _known(name)
    return source.made if source else None


def hidden(name: str, run: Path | None = None) -> str:
    """Why whoever acts may not see its images, a sentence; empty where they may, and where there are none.

    For who asks a worker for images: that acts for nobody.
    """
    try:
        _seen(name, run)
    except NotAllowed as error:
        return str(error)
    except DatasetError:
        return ""
    return ""


def _seen(name: str, run: Path | None = None) -> Source:
    """`source_of`, of what whoever acts may see the images of. Raises `DatasetError`, `NotAllowed`."""
    source = source_of(name, run)
    check_seen(source, acting())
    return source


def all_datasets() -> dict[str, DatasetInfo]:
    """The catalogue, drawn sets, then uploads by name; without what cannot be read (see `problems`).

    Of what people have made that which whoever acts may see.
    """
    seen = {name: source for name, source in (SOURCES | drawn_sets()).items() if is_seen(source)}
    if acting() is not None and not MY_DIGITS.is_here():
        seen.pop(MY_DIGITS.name, None)  # in a class each has digits of their own
    catalogue = {name: source.info() for name, source in seen.items()}
    own = {name: each for name, each in uploads().items() if name not in SOURCES and is_seen(each)}
    return catalogue | {name: source.info() for name, source in own.items() if not source.problems()}


def info(name: str, run: Path | None = None) -> DatasetInfo:
    """What is known of the data set; where it grows and `run`, a run's folder, is given, as that run has it.

    What a run learned from is said with the run, to everybody. Raises `DatasetError` where there is none of
    that name, `NotAllowed` where it is another's.
    """
    return (source_of(name, run) if run else _seen(name)).info(run)


def available(name: str, run: Path | None = None) -> bool:
    """Whether `load` would work with no network, as far as a look at file names tells. Costs little.

    `run`: the folder of a run that was trained on it; what that keeps is here whatever became of the set.
    """
    source = of_run(run, name)
    if source and is_seen(_known(name) or source):
        return True
    source = _known(name)
    return is_seen(source) and source.is_here()


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
        source = _seen(name)
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
    return _seen(name).load(progress, download)


def load_for(
    run: Path,
    name: str,
    progress: Progress | None = None,
    download: bool = True,
    folder: Path | None = None,
) -> Dataset:
    """The data of the run in that folder: `load`, but of a data set that grows what the run began with.

    That is kept in the run; `folder` is where it is written until it is whole: `lenet.files.written_aside`.
    Raises `DatasetError`; `NotAllowed` where the run's owner may not use them; `OSError` and `WeightsError`
    where the run's folder is full or damaged.
    """
    source = _seen(name, run)
    if of_run(run, name) is None:  # a worker acts for nobody: it asks whose run it is
        check_seen(source, owner.owner_of(run))
    return source.load_for(run, progress, download, folder)


def load_part(name: str, part: str, run: Path | None = None) -> Dataset:
    """A data set whose part "train" or "test" is that of the named one: what is quickest to load.

    Nothing is downloaded. Raises as `load` does; with a run's folder as `load_for` does.
    """
    return _seen(name, run).load_part(part, run)


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
    source = _seen(name, run)
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
    return _seen(name).samples(part, indices)


def labels(name: str, part: str, run: Path | None = None) -> np.ndarray:
    """The labels of a part, (N,) int32, read-only, without loading its images: for pages.

    `part`: "train" or "test"; `run` as `sample` takes it. Raises `DatasetError`.
    """
    source = _seen(name, run)
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
    shape = found.conversion(choices).shape
    storage.check(found.contents.num_images * math.prod(shape))
    uploaded.store(path, found, choices, progress)
    return uploaded.read_info(path)


def remove_own(name: str) -> None:
    """Delete what somebody has brought under that name. Raises `DatasetError`, `NotAllowed`."""
    source = uploads().get(name)
    if source is None:
        return
    owner.check(source.path, "delete", default_folder())
    try:
        source.path.unlink(missing_ok=True)
    except OSError as error:
        raise DatasetError(f"{source.path} cannot be deleted ({error.strerror or error}).") from error
    owner.unsign(source.path)


def check_new(name: str, replace: bool = False) -> None:
    """Raise `DatasetError` unless a data set of one's own may have that name."""
    owner.check_is_joined()
    uploaded.check_name(name)
    if name.lower() in SOURCES or name.lower().startswith(f"{MY_DIGITS.name}-"):
        raise DatasetError(f"The name {name!r} is that of a data set of LeNet Lab. Choose another.")
    if name.lower() in drawing_sets.every_drawing_set():
        raise DatasetError(f"The name {name!r} is that of a set of drawings. Choose another.")
    if name.lower() in {other.lower() for other in uploads()} and not replace:
        raise DatasetError(f"The name {name!r} is taken. Choose another, or replace that data set.")
    if name in uploads():
        owner.check(uploads()[name].path, "replace", default_folder())


def new_drawing_set(title: str) -> drawing_sets.DrawingSet:
    """A set of drawings for classes that people name themselves. Raises `DatasetError`."""
    return drawing_sets.create(title, {*SOURCES, *(each.lower() for each in uploads())})


def where_to_put(name: str) -> str:
    """What to do by hand for a data set that is not `available`: which file to put into which folder."""
    return source_of(name).where_to_put()
