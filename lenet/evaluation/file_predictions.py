"""Files of drawings and pictures of digits, with the predictions of a model. Must not import Streamlit,
TensorFlow or Keras: the predictions come in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lenet.drawing import image_files, jsonl_files, mnist_format, photographs, rasterization
from lenet.errors import DrawingError
from lenet.evaluation.prediction import Prediction


@dataclass(frozen=True)
class Digit:
    """One digit of a file.

    Attributes:
        file: as it was named.
        index: which one of that file, from 0.
        label: the true digit, where the file says it.
        image: (28, 28) uint8.
        box: left, top, right and bottom in pixels of the picture as it was opened: large ones are reduced.
            None of strokes.
    """

    file: str
    index: int
    label: int | None
    image: np.ndarray
    box: tuple[int, int, int, int] | None = None


def read(file: str) -> list[Digit]:
    """The digits of a file of strokes (`jsonl_files.SUFFIXES`) or of a picture, in reading order.

    Raises:
        DrawingError: it is not there, it is neither, or there is no digit in it.
    """
    path = Path(file)
    if not path.is_file():
        raise DrawingError(f"There is no file {file}. Name files of strokes (.jsonl, .jsonl.gz) or pictures.")
    return _of_strokes(file) if file.lower().endswith(jsonl_files.SUFFIXES) else _of_picture(file)


def _of_strokes(file: str) -> list[Digit]:
    drawings = jsonl_files.read(Path(file), file)
    images = rasterization.render([drawing for drawing, _ in drawings])
    return [
        Digit(file, index, label, image)
        for index, ((_, label), image) in enumerate(zip(drawings, images, strict=True))
    ]


def _of_picture(file: str) -> list[Digit]:
    picture = image_files.open_picture(Path(file), file)
    try:
        found = photographs.find_digits(picture)
    except DrawingError as error:
        raise DrawingError(f"{file}: {error}") from error
    return [Digit(file, index, None, each.image, each.box) for index, each in enumerate(found)]


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
    """

    model: str
    digits: Sequence[Digit]
    predictions: Sequence[Prediction]
    problems: Sequence[str]

    @property
    def errors(self) -> int | None:
        """Wrong predictions among those whose label is known; None where none is."""
        pairs = list(zip(self.digits, self.predictions, strict=True))
        wrong = [each.predicted_class != digit.label for digit, each in pairs if digit.label is not None]
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
            "problems": list(self.problems),
        }


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
    return prediction | ({"box": list(digit.box)} if digit.box else {})
