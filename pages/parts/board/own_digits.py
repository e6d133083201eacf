"""How many of the digits that the class drew itself a run reads: of those that no training sees.

Must not import Dask, Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from itertools import compress

from lenet.comparison.compared_run import ComparedRun
from lenet.data.drawing_collection import DIGITS, MIN_DRAWINGS, Collection
from lenet.data.drawn_data import tested
from lenet.drawing.labelled_drawings import Entry
from pages.parts.board.answers import Answers

_ENDED = ("finished", "stopped")


def test_digits() -> list[Entry]:
    """The test part of `my-digits`; none where it is no data set yet."""
    collection = Collection()
    entries = collection.entries()
    if len(entries) < MIN_DRAWINGS:
        return []
    return list(compress(entries, tested(collection, entries)))


def share(run: ComparedRun, digits: Sequence[Entry], answers: Answers) -> float | None:
    """0–1; None: it is not known yet, the run has no final model, or it reads no drawings of digits."""
    try:
        changed = (run.run.path / "model.keras").stat().st_mtime_ns
    except OSError:
        return None
    if not digits or run.summary.state not in _ENDED:
        return None
    found = answers.of(run.id, digits, len(DIGITS), str(changed))
    if any(each is None for each in found):
        return None
    right = sum(int(each.argmax()) == entry.label for each, entry in zip(found, digits, strict=True))
    return right / len(digits)
