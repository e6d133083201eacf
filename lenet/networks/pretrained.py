"""The pretrained models: for each a `.keras` file in `lenet/models/` and a card beside it.

`make models` builds both (`scripts/build_models.py`). Must not import Streamlit, TensorFlow or Keras.
"""

import os
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from lenet.files import read_json
from lenet.runs.config import RunConfig
from lenet.values import Frozen

FOLDER = Path(__file__).parent.parent / "models"
LARGEST = 1_500_000  # bytes of a model's file
BEST = "lenet5-draw"  # for drawings


class Card(Frozen):
    """Where a model comes from and what to expect of it.

    Attributes:
        command: what trains it again: the same recipe, seed and data.
        date: when that was done.
        test_accuracy, test_loss: of the stored weights on the whole test set of `dataset`; 0–1, and nats.
        parameters: trainable ones.
        image_shape: (height, width, channels) of the images before preprocessing.
        config: what it was trained with, and how its images are prepared.
    """

    name: str
    title: str
    recipe: str
    command: str
    seed: int
    date: date
    dataset: str
    test_accuracy: float
    test_loss: float
    parameters: int
    image_shape: tuple[int, int, int]
    class_names: tuple[str, ...]
    config: RunConfig


def read_cards(folder: Path = FOLDER) -> dict[str, Card]:
    """Name → card of every model there; one whose card or file is missing or damaged is left out."""
    cards = {}
    for file in sorted(folder.glob("*.json")):
        try:
            card = Card.model_validate(read_json(file))
        except (OSError, ValueError, ValidationError):
            continue
        if card.name == file.stem and os.path.isfile(folder / f"{card.name}.keras"):
            cards[card.name] = card
    return cards


def path(name: str) -> Path:
    """Where the weights and layers of that model are."""
    return FOLDER / f"{name}.keras"


PRETRAINED: dict[str, Card] = read_cards()
