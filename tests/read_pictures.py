"""What is read in pictures that a test makes of drawn digits."""

import numpy as np

from lenet.drawing.found_digits import ByHand, FoundDigits
from lenet.evaluation import photograph_reading, predictor
from tests.drawn_digits import drawn_digits
from tests.paper import tile_of_drawing

READER = photograph_reading.READER


def found(grey: np.ndarray, **by_hand: object) -> FoundDigits:
    return photograph_reading.find(grey, ByHand(**by_hand))


def read(picture: np.ndarray | FoundDigits) -> list[int]:
    """What is read in a picture, in reading order."""
    digits = (picture if isinstance(picture, FoundDigits) else found(picture)).digits
    images = np.stack([digit.image for digit in digits])[..., None]
    return predictor.predict(predictor.load_for_drawings(READER), images).argmax(axis=1).tolist()


def tile(label: int, height: int, pen: float, number: int = 0) -> np.ndarray:
    """Ink 0–1 of one of the drawings of that digit."""
    return tile_of_drawing([each for each, of in drawn_digits(150) if of == label][number], height, pen)


def centered(label: int, side: int = 100, height: int = 64, pen: float = 4) -> np.ndarray:
    """Ink 0–1 in the middle of a square."""
    ink, part = np.zeros((side, side)), tile(label, height, pen)
    top, left = ((side - length) // 2 for length in part.shape)
    ink[top : top + part.shape[0], left : left + part.shape[1]] = part
    return ink


def grey(ink: np.ndarray, paper: int = 215, pen: int = 45) -> np.ndarray:
    return np.rint(paper + (pen - paper) * ink).astype(np.uint8)
