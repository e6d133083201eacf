"""Which part of a data set, and which image of it: the widgets at the left of the Data page, and the link.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lenet.data.dataset import DatasetInfo
from pages.parts.data.dataset_images import PARTS, images, labels
from pages.parts.shared.clicks import INSPECT, clicked
from pages.parts.shared.icon_button import icon_button
from pages.parts.shared.link import address, bound, go, read, write
from pages.parts.shared.link_fields import DATA as LINK
from pages.parts.shared.link_fields import INSPECT as LINK_OF_INSPECT
from pages.parts.shared.markdown import escaped

ANY = "any"


@dataclass(frozen=True)
class Picked:
    """One image of a data set.

    Attributes:
        image: (H, W, C) uint8.
        label: its class, 0 to num_classes − 1.
    """

    about: DatasetInfo
    part: str
    index: int
    image: np.ndarray
    label: int

    @property
    def title(self) -> str:
        """As in "Training image 5, label 2"."""
        return f"{PARTS[self.part]} image {self.index:,}, label {self.label}"

    @property
    def class_name(self) -> str:
        """What the label stands for."""
        return self.about.class_names[self.label]


def part_choice() -> str:
    """ "train" or "test"."""
    widget = bound(LINK["part"], read(LINK["part"]), LINK["index"], LINK["page"])
    return st.segmented_control("Part", list(PARTS), format_func=PARTS.__getitem__, required=True, **widget)


def image_choice(about: DatasetInfo) -> Picked | None:
    """The widgets; None where the data cannot be read: a sentence says why."""
    part = part_choice()
    known = labels(about, part)
    if known is None:
        return None
    index = _index(len(known))
    _steps(about, known, index)
    found = images(about, part, [index])
    if found is None:
        return None
    picked = Picked(about, part, index, found[0], int(known[index]))
    if clicked("Open in Inspect", "data-inspect", icon=":material/search:", width="stretch"):
        link = address(LINK_OF_INSPECT, dataset=about.name, part=part, index=index)
        go(INSPECT, link)
    return picked


def headline(picked: Picked, where: DeltaGenerator) -> None:
    """What the image shows, large; and which one it is."""
    where.metric(picked.title, escaped(picked.class_name))


def _index(count: int) -> int:
    shown = read(LINK["index"], highest=count - 1, default=0)
    return st.number_input(f"Image, 0 to {count - 1:,}", 0, count - 1, **bound(LINK["index"], shown))


def _steps(about: DatasetInfo, known: np.ndarray, index: int) -> None:
    """Back, on and anywhere, within one class if a person wants."""
    classes = {ANY: "Any class"} | {str(label): name for label, name in enumerate(about.class_names)}
    wanted = st.selectbox(
        "Step through", list(classes), format_func=classes.__getitem__, key="data-step-class"
    )
    rows = np.arange(len(known)) if wanted == ANY else np.flatnonzero(known == int(wanted))
    before, after = rows[rows < index], rows[rows > index]
    anywhere = np.random.default_rng().choice(rows) if len(rows) else None
    with st.container(horizontal=True):
        _step("Previous image", "arrow_back", "data-previous", before[-1] if len(before) else None)
        _step("Next image", "arrow_forward", "data-next", after[0] if len(after) else None)
        st.button("Random", icon=":material/casino:", key="data-any", help="Any image", on_click=write,
                  args=(LINK["index"], anywhere), disabled=anywhere is None)  # fmt: skip


def _step(words: str, icon: str, key: str, target: int | None) -> None:
    icon_button(words, icon, key, disabled=target is None, on_click=write, args=(LINK["index"], target))
