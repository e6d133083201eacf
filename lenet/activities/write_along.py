"""Write along: the teacher asks for a class, "write a 7", and everybody sends a drawing of it.

A drawing lies under the id of who drew it, so it is theirs: another one of that person takes its place. Those
of all requests become a data set. Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lenet.activities import activity
from lenet.data.drawing_collection import NAME, Collection, File, Imported, listing_of, new_id
from lenet.data.drawing_sets import every_drawing_set
from lenet.drawing.jsonl_files import MOST_LINE_BYTES
from lenet.drawing.labelled_drawings import MOST_DRAWINGS, Entry, LabelReader, from_line, to_line
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.errors import ActivityError
from lenet.files import read_bytes, write_atomically
from lenet.people import deeds, owner
from lenet.people.person import Person, acting
from lenet.sentences import listed, shown

KIND = "write"
MOST_POINTS = 4_000  # of a drawing that is sent: what a pen draws in a minute
MOST_MODELS = 3
_HIDE = "hide or show a drawing"


@dataclass(frozen=True)
class WriteAlong:
    """A request.

    Attributes:
        folder: where its drawings are.
        dataset: of whose classes one is asked for, `my-digits` or a set of drawings.
        name: of the class that is to be written.
        models: that are asked what they read.
        hidden: ids of the people whose drawing is not shown.
    """

    folder: Path
    dataset: str
    name: str
    models: tuple[str, ...]
    hidden: frozenset[str]

    @property
    def request(self) -> str:
        """As everybody reads it."""
        return f"Write: {self.name}" if len(self.name) > 1 else f"Write a {self.name}"

    def drawings(self) -> dict[str, Entry]:
        """Person's id → what they sent last, the first who sent at first; damaged files are left out."""
        read_label = collection_of(self.dataset).read_label
        found = [_read(file, read_label) for file in listing_of(self.folder / "drawings")]
        return {each.writer: each for each in sorted(filter(None, found), key=lambda each: each.id)}

    def shown(self) -> dict[str, Entry]:
        """`drawings` without those that the teacher has hidden."""
        return {who: each for who, each in self.drawings().items() if who not in self.hidden}


def opened(folder: Path | None) -> WriteAlong | None:
    """The request of that folder; None where it is none, or damaged, or its set is gone."""
    about = activity.about(folder) if folder else {}
    if about.get("kind") != KIND:
        return None
    models, hidden = about.get("models"), about.get("hidden")
    dataset, name = about.get("dataset"), about.get("name")
    lists = isinstance(models, list) and isinstance(hidden, list)
    if not lists or not all(isinstance(each, str) for each in (dataset, name, *models, *hidden)):
        return None
    if dataset != NAME and dataset not in every_drawing_set():
        return None
    return WriteAlong(folder, dataset, name, tuple(models), frozenset(hidden))


@lru_cache(maxsize=MOST_DRAWINGS)
def _read(file: File, label: LabelReader) -> Entry | None:
    """The drawing in a file of that size and time; None where it is damaged or gone."""
    try:
        return from_line(read_bytes(Path(file[0]), MOST_LINE_BYTES), label)
    except (OSError, ValueError):
        return None


def collection_of(dataset: str) -> Collection:
    """Where the drawings of a request go, whoever may see that otherwise.

    Of digits that is `my-digits`: in a class, where each has digits of their own, those of all. Raises
    `ActivityError`: there is no such set.
    """
    if dataset == NAME:
        return Collection()
    found = every_drawing_set().get(dataset)  # who is asked to write need not see all that is in it
    if found is None:
        raise ActivityError(f"Set: received {shown(dataset)}, expected {NAME} or a set of the Draw page.")
    return found


def ask(runs: Path, dataset: str, name: str, models: Sequence[str]) -> WriteAlong:
    """All are asked to write that class. Raises `NotAllowed`, `ActivityError`, `OSError`."""
    classes = collection_of(dataset).classes()
    if name not in classes:
        raise ActivityError(f"Class: received {shown(name)}, expected one of {listed(classes)}.")
    if len(models) > MOST_MODELS:
        raise ActivityError(f"Models: received {len(models)}, expected at most {MOST_MODELS}.")
    about = {"dataset": dataset, "name": name, "models": list(models), "hidden": []}
    folder = activity.begin(runs, KIND, about)
    (folder / "drawings").mkdir()
    activity.put_on(runs, folder)
    return opened(folder)


def send(runs: Path, folder: Path, drawing: Drawing | None) -> None:
    """Whoever acts sends that, in the place of what they sent before.

    Raises:
        NotAllowed: they are not in the class.
        ActivityError: that request is over, nothing is drawn, or too much.
        OSError: it cannot be written.
    """
    person = activity.sender()
    points = sum(map(len, drawing.strokes)) if drawing else 0
    if not 0 < points <= MOST_POINTS:
        raise ActivityError(
            f"The drawing has {points:,} points, expected 1 to {MOST_POINTS:,}. Draw it again, not as long."
        )
    with activity.sending:
        request = opened(folder)
        if request is None or activity.now_on(runs) != folder:
            raise ActivityError("This request is over: what you drew was not sent. See what is asked now.")
        label = collection_of(request.dataset).label_of(request.name)
        entry = Entry(new_id(), label, drawing, render([drawing])[0], person.id)
        write_atomically(_path(folder, person), lambda file: file.write(to_line(entry)))


def take_back(runs: Path, folder: Path) -> None:
    """What whoever acts has sent is gone. Raises `NotAllowed`, `ActivityError`: it is over, `OSError`."""
    person = activity.sender()
    with activity.sending:
        if opened(folder) is None or activity.now_on(runs) != folder:
            raise ActivityError("This request is over: your drawing stays. Ask your teacher to take it away.")
        _path(folder, person).unlink(missing_ok=True)


def _path(folder: Path, person: Person) -> Path:
    return folder / "drawings" / f"{person.id}.json"


def hide(runs: Path, folder: Path, person_id: str, is_hidden: bool = True) -> None:
    """Not on the board, nor in the data set. Raises `NotAllowed`, `ActivityError`, `OSError`."""
    request = opened(folder)
    known = request.hidden if request else frozenset()
    hidden = known | {person_id} if is_hidden else known - {person_id}
    activity.change(folder, _HIDE, hidden=sorted(hidden))
    if (person := acting()) is not None:
        deeds.write(runs, person, _HIDE, folder.name, Person(person_id, ""), is_allowed=True)


def all_of(runs: Path, dataset: str) -> list[WriteAlong]:
    """The requests for classes of that set, the oldest first."""
    found = (opened(each) for each in activity.folders(runs))
    return [each for each in found if each and each.dataset == dataset]


def keep(runs: Path, dataset: str) -> Imported:
    """All that was sent for that set becomes part of it, but for what is hidden; what is there stays.

    It is the class's then: everybody sees it.

    Raises:
        NotAllowed: whoever acts is not the teacher.
        ActivityError, DatasetError: nothing was sent; or it cannot be stored.
    """
    activity.teacher_only(runs, "make a data set")
    lines = [to_line(entry) for each in all_of(runs, dataset) for entry in each.shown().values()]
    if not lines:
        raise ActivityError("Nothing was sent yet, so there is nothing to keep. Ask the class to write.")
    kept = collection_of(dataset)
    is_new = not kept.made.exists()
    brought = kept.import_(b"".join(lines), "What the class wrote")
    if is_new or not owner.shared_as(kept.made):
        owner.share(kept.made, "see", runs)
    return brought
