"""A recipe: a config with its source and the figures that the source publishes.

Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass
from typing import Any

from lenet.networks.architectures import ARCHITECTURES
from lenet.runs.config import RunConfig


@dataclass(frozen=True)
class Expected:
    """What the source published. Accuracies are fractions; a None or an empty tuple was not published."""

    test_accuracy: float | None = None
    test_loss: float | None = None
    validation_accuracy: tuple[float, ...] = ()  # by epoch
    training_accuracy: tuple[float, ...] = ()  # by epoch
    seconds_per_epoch: tuple[float, float] | None = None  # from, to, on its author's machine


@dataclass(frozen=True)
class Recipe:
    """A system that can be trained as it stands, and what is known of it."""

    name: str
    title: str
    config: RunConfig
    source: str
    expected: Expected = Expected()
    notes: tuple[str, ...] = ()  # what to know, and each departure from the source


def recipe_config(name: str, architecture: str | None = None, **settings: Any) -> RunConfig:
    """Settings of the recipe `name`, whose architecture has the same name unless it is given."""
    architecture = architecture or name
    layers = ARCHITECTURES[architecture].layers
    return RunConfig(recipe=name, architecture=architecture, layers=layers, **settings)
