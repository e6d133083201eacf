"""Which network is inspected: a run or a pretrained model at an epoch, or a file from elsewhere.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from lenet.drawing.mnist_format import SIZE
from lenet.errors import DatasetError
from lenet.evaluation.prediction import DIGITS
from lenet.networks.model_reference import Model, classes_of
from lenet.runs.config import RunConfig
from pages.parts.shared.export_menu import export_menu
from pages.parts.shared.link_fields import INSPECT as LINK
from pages.parts.shared.model_choice import about_file, model_choice


@dataclass(frozen=True)
class Network:
    """A network to look into.

    Attributes:
        title: its name for people.
        epochs: that a slider has.
        slider: its key.
    """

    model: Model
    title: str
    epochs: tuple[str, ...] = ()
    slider: str = ""

    @property
    def spec(self) -> str:
        """What the worker's functions call it."""
        return str(self.model.reference)

    @property
    def dataset(self) -> str | None:
        """What it was trained on; None where nobody knows."""
        return self.config.dataset if self.config else None

    @property
    def run(self) -> str | None:
        """Absolute path of its run; None where it has none."""
        return str(self.model.run_folder) if self.model.run_folder else None

    def run_on(self, dataset: str) -> Path | None:
        """Folder of its run, where that learned from this data set: one that grows is as it was then."""
        return self.model.run_folder if dataset == self.dataset else None

    @property
    def config(self) -> RunConfig | None:
        """What it was trained with; None of a file from elsewhere."""
        return self.model.config

    @property
    def predicts_digits(self) -> bool:
        """Whether its classes are the ten digits, as far as is known; of images in color they are not."""
        return classes_of(self.spec) in (DIGITS, None) and self._image_shape[2:] != (3,)

    @property
    def takes_drawings(self) -> bool:
        """Whether the Draw page can ask it: of images as large as a drawing's, or a file, which is asked."""
        return self.model.reference.is_file or self._image_shape == (SIZE, SIZE, 1)

    @property
    def _image_shape(self) -> tuple[int, ...]:
        """Of what it was trained on; () where that is not known here any more, or of a file."""
        try:
            return () if self.model.reference.is_file else self.model.image_shape() or ()
        except DatasetError:
            return ()


def network_choice() -> Network | None:
    """The widgets; None where the chosen one has no weights yet, and a sentence says so."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        chosen = model_choice("inspect", LINK["model"])
        if chosen:
            export_menu("inspect", chosen.model)
    about_file("inspect", chosen)
    return Network(chosen.model, chosen.title, tuple(chosen.epochs), chosen.slider) if chosen else None
