"""Files of drawings and pictures of digits, with the predictions of a model. Must not import Streamlit,
TensorFlow or Keras: the predictions come in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lenet.drawing import image_files, jsonl_files, mnist_format, photographs, rasterization
from lenet.drawing.findings import Reader
from lenet.drawing.found_digits import TOUCHING, WHY, LeftOut, in_words, of_first
from lenet.errors import DrawingError
from lenet.evaluation.prediction import Prediction


@dataclass(frozen=True)
class Digit:
    """One digit of a file.

    Attributes:
        file: as it was named.
        index: which one of that file, from 0.
        label: the true digit, or the name of the true class, where the file says it.
        image: (28, 28) uint8.
        box: left, top, right and bottom in pixels of the picture as it was opened: large ones are reduced.
            None of strokes.
        doubt: what is doubted of it before anybody reads it, see `FoundDigit`.
    """

    file: str
    index: int
    label: int | str | None
    image: np.ndarray
    box: tuple[int, int, int, int] | None = None
    doubt: str = ""


@dataclass(frozen=True)
class Picture:
    """What was seen in a picture beside its digits.

    Attributes:
        file: as it was named.
        quarters: turns of 90° to the left that made it upright.
        left_out: marks that are read as no digit.
        is_first: whether the file has others, which were not read.
    """

    file: str
    quarters: int
    left_out: Sequence[LeftOut]
    is_first: bool = False

    @property
    def in_words(self) -> str:
        """For a person; "" where there is nothing to say."""
        words = in_words(self.left_out, self.quarters, self.is_first)
        return f"{self.file}: {words}" if words else ""

    def to_json(self) -> dict[str, Any]:
        """The same as plain lists, numbers and strings."""
        left_out = [{"box": list(each.box), "reason": each.reason} for each in self.left_out]
        turned, is_first = 90 * self.quarters, self.is_first
        return {"file": self.file, "turned_left": turned, "left_out": left_out, "only_first_read": is_first}


def read(file: str, reader: Reader | None = None) -> tuple[list[Digit], Picture | None]:
    """The digits of a file of strokes (`jsonl_files.SUFFIXES`) or of a picture, in reading order.

    Args:
        file: its path.
        reader: decides what cannot be seen in a picture without reading.

    Returns:
        The digits; of a picture what else is in it.

    Raises:
        DrawingError: it is not there, it is neither, or there is no digit in it.
    """
    path = Path(file)
    if not path.is_file():
        raise DrawingError(f"There is no file {file}. Name files of strokes (.jsonl, .jsonl.gz) or pictures.")
    if file.lower().endswith(jsonl_files.SUFFIXES):
        return _of_strokes(file), None
    return _of_picture(file, reader)


def _of_strokes(file: str) -> list[Digit]:
    drawings = jsonl_files.read(Path(file), file)
    images = rasterization.render([drawing for drawing, _ in drawings])
    return [
        Digit(file, index, label, image)
        for index, ((_, label), image) in enumerate(zip(drawings, images, strict=True))
    ]


def _of_picture(file: str, reader: Reader | None) -> tuple[list[Digit], Picture]:
    picture = image_files.open_picture(Path(file), file)
    is_first = image_files.is_first_of_several(Path(file))
    try:
        found = photographs.find_digits(picture, reader)
    except DrawingError as error:
        raise DrawingError(of_first(f"{file}: {error}", is_first)) from error
    digits = [
        Digit(file, index, None, each.image, each.box, each.doubt) for index, each in enumerate(found.digits)
    ]
    return digits, Picture(file, found.quarters, found.left_out, is_first)


def images_of(digits: Sequence[Digit]) -> np.ndarray:
    """(N, 28, 28) uint8."""
    return np.array([digit.image for digit in digits], np.uint8).reshape(
        -1, mnist_format.SIZE, mnist_format.SIZE
    )


@dataclass(frozen=True)
class Predictions:
    """A model's predictions for the digits of some files.

    Attributes:
        predictions: one for each of `digits`.
        problems: a sentence for each file that could not be used.
        pictures: what else was seen in each picture.
    """

    model: str
    digits: Sequence[Digit]
    predictions: Sequence[Prediction]
    problems: Sequence[str]
    pictures: Sequence[Picture] = ()

    @property
    def errors(self) -> int | None:
        """Wrong predictions among those whose label is known; None where none is."""
        pairs = zip(self.digits, self.predictions, strict=True)
        wrong = [each.is_wrong(digit.label) for digit, each in pairs if digit.label is not None]
        return sum(wrong) if wrong else None

    @property
    def num_labels(self) -> int:
        """Digits whose label is known."""
        return sum(digit.label is not None for digit in self.digits)

    @property
    def accuracy(self) -> float | None:
        """0–1, among those whose label is known; None where none is."""
        return None if self.errors is None else 1 - self.errors / self.num_labels

    def to_json(self) -> dict[str, Any]:
        """The same as plain lists, numbers and strings."""
        return {
            "model": self.model,
            "count": len(self.digits),
            "accuracy": self.accuracy,
            "errors": self.errors,
            "predictions": [_prediction(*each) for each in zip(self.digits, self.predictions, strict=True)],
            "pictures": [each.to_json() for each in self.pictures],
            "problems": list(self.problems),
        }


def doubted(digit: Digit, prediction: Prediction) -> Prediction:
    """The prediction, unsure where digits touch, or lie on their side."""
    return replace(prediction, sure=False, reason=WHY[digit.doubt]) if digit.doubt else prediction


def _prediction(digit: Digit, prediction: Prediction) -> dict[str, Any]:
    prediction = {
        "file": digit.file,
        "index": digit.index,
        "label": digit.label,
        "prediction": prediction.predicted_class,
        "probabilities": [round(float(each), 6) for each in prediction.probabilities],
        "sure": prediction.sure,
        "reason": prediction.reason,
    }
    place = {"box": list(digit.box), "touching": digit.doubt == TOUCHING} if digit.box else {}
    return prediction | place
