"""What the figures of the glossary are drawn with, and the digit that most of them show.

Must not import TensorFlow or Keras.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from lenet.figures.glossary_figures import Line, bar_figure, line_figure, picture
from lenet.glossary.small_network import digits
from pages.parts.shared import charts
from pages.parts.shared.screen import screen

ROW = 18  # of the test set: the digit that most figures show
Picture = tuple[np.ndarray, str]  # (H, W) float or (H, W, 3) uint8, and the words below it


def digit() -> tuple[np.ndarray, int]:
    """The image (8, 8), 0 to 1, and its label."""
    return digits().x_test[ROW], int(digits().y_test[ROW])


def pictures(shown: Sequence[Picture], width: int = 96, is_signed: bool = False, of_words: int = 0) -> None:
    """Side by side, each with its words; `of_words`: width of a longer text, in pixels of a laptop."""
    width, of_words = (round(each * screen().letters) for each in (width, of_words))
    with st.container(horizontal=True, gap="small"):
        for values, words in shown:
            with st.container(width=max(width, of_words), gap="xsmall"):
                st.image(picture(values, width, is_signed), width=width, alt=words)
                st.caption(words)


def lines(shown: Mapping[str, Line], x_title: str, y_title: str, **options: Any) -> None:
    """A chart of lines."""
    chart(line_figure(shown, x_title, y_title, **options), f"{y_title} against {x_title.lower()}")


def bars(names: Sequence[str], shown: Mapping[str, Sequence[float]], y_title: str, **options: Any) -> None:
    """A chart of bars."""
    chart(bar_figure(names, shown, y_title, **options), y_title)


def chart(figure: Any, words: str, width: Any = "stretch") -> None:
    """A plotly figure; `words`: what it is, for who does not see it."""
    charts.chart(figure, width=width, alt=words)
