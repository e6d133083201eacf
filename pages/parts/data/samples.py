"""Random samples of a data set: some of every class, nine of any, or many of one.

Must not import TensorFlow or Keras.
"""

import html
import math

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lenet.data.dataset import DatasetInfo
from lenet.data.samples import random_rows
from lenet.figures.dataset_figures import short
from lenet.figures.image_grid import GAP
from pages.parts.data.dataset_images import PARTS, images, labels
from pages.parts.data.image_choice import part_choice
from pages.parts.shared.icon_button import icon_button
from pages.parts.shared.image_grid import image_grid
from pages.parts.shared.link import bound, read, write_all
from pages.parts.shared.link_fields import DATA as LINK
from pages.parts.shared.screen import screen
from pages.parts.shared.theme import ink

EVERY, NINE = "every", "nine"
MOST_OF_EVERY = 240  # pictures of all classes together
# By screen: pictures, columns, and pixels of a picture
_NINE = {"laptop": (9, 3, 170), "touch": (9, 3, 96), "projector": (9, 5, 300)}
_OF_ONE = {"laptop": (96, 12, 58), "touch": (60, 5, 58), "projector": (98, 14, 106)}


def show(about: DatasetInfo, side: DeltaGenerator, stage: DeltaGenerator) -> None:
    """The view: what to show is chosen at the left; a click on a picture opens it."""
    with side:
        part, shown = part_choice(), _choice(about)
        known = labels(about, part)
    if known is None:
        return
    groups, (count, columns, tile) = _groups(about, known, shown), _layout(about, shown)
    with side:
        seed, page = _shuffle(math.ceil(max(map(len, groups)) / count) or 1)
    rows = random_rows(groups, count, seed, page)
    indices = np.concatenate(rows)
    with stage:
        if not len(indices):
            st.info(
                f"The {PARTS[part].lower()} part has no image of this class. Choose another class, or part."
            )
            return
        titles = _titles(about, groups) if shown == EVERY else []
        places = [place + number * columns for number, each in enumerate(rows) for place in range(len(each))]
        names = [short(about.class_names[known[each]]) for each in indices] if shown == NINE else []
        found = images(about, part, indices)
        if found is not None:
            hover = _hover(about, part, known, indices)
            clicked = image_grid(
                found, "samples", hover, columns, tile, names, places=places, row_titles=titles, ink=ink()
            )
            st.caption("Click a picture to see it as numbers, and on its way into a network.")
            if clicked is not None:
                _open(part, int(indices[clicked]))


def _layout(about: DatasetInfo, shown: str) -> tuple[int, int, int]:
    """Pictures of a group, columns, and pixels of a picture."""
    on = screen()
    if shown == EVERY:
        tile = max(50, on.height // about.num_classes - GAP) if on.is_large else 44 if on.is_phone else 50
        titles = on.letters * min(130, 24 + 8 * max(map(len, about.class_names)))  # pixels
        fit = 12 if on.is_wide else int(on.width - titles) // (tile + GAP)
        columns = max(3, min(fit, MOST_OF_EVERY // about.num_classes))
        return columns, columns, tile
    return (_NINE if shown == NINE else _OF_ONE)[on.name]


def _choice(about: DatasetInfo) -> str:
    """EVERY, NINE, or the number of a class."""
    options = {EVERY: "Every class", NINE: "Nine at random"}
    options |= {str(label): f"Only {name}" for label, name in enumerate(about.class_names)}
    shown = read(LINK["class"], options=tuple(options))
    return st.selectbox("Show", list(options), format_func=options.__getitem__,
                        **bound(LINK["class"], shown, LINK["page"]))  # fmt: skip


def _groups(about: DatasetInfo, known: np.ndarray, shown: str) -> list[np.ndarray]:
    """The rows to draw from: of each class, of all, or of one."""
    if shown == NINE:
        return [np.arange(len(known))]
    classes = range(about.num_classes) if shown == EVERY else [int(shown)]
    return [np.flatnonzero(known == label) for label in classes]


def _shuffle(num_pages: int) -> tuple[int, int]:
    """Buttons; returns the seed of the order, and the page of it."""
    seed, page = read(LINK["shuffle"]), read(LINK["page"], highest=num_pages - 1)

    def turn(to_seed: int, to_page: int) -> None:
        write_all(LINK, {"shuffle": to_seed, "page": to_page})

    with st.container(horizontal=True):
        st.button("Reshuffle", icon=":material/shuffle:", type="primary", on_click=turn,
                  args=((seed + 1) % LINK["shuffle"].highest, 0))  # fmt: skip
        icon_button("Page before", "arrow_back", "data-page-back",
                    on_click=turn, args=(seed, page - 1), disabled=page == 0)  # fmt: skip
        st.button("Next", icon=":material/arrow_forward:", on_click=turn, args=(seed, page + 1),
                  disabled=page + 1 >= num_pages)  # fmt: skip
    st.caption(f"Page {page + 1:,} of {num_pages:,} in this random order.")
    return seed, page


def _titles(about: DatasetInfo, groups: list[np.ndarray]) -> list[str]:
    """The name of each class and how many images it has."""
    size = f"font-size:{round(12 * screen().letters)}px"
    return [
        f"<b>{short(name)}</b><br><span style='{size}'>{len(rows):,}</span>"
        for name, rows in zip(about.class_names, groups, strict=True)
    ]


def _hover(about: DatasetInfo, part: str, known: np.ndarray, indices: np.ndarray) -> list[str]:
    names = [html.escape(about.class_names[known[each]]) for each in indices]
    return [
        f"<b>{name}</b><br>{PARTS[part]} image {each:,}" for name, each in zip(names, indices, strict=True)
    ]


def _open(part: str, index: int) -> None:
    write_all(LINK, {"part": part, "index": index, "view": "image"})
    st.rerun()
