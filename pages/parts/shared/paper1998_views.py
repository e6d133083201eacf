"""What only the layers of 1998 have: C3's table, the codes beside what F6 gives, subsampling's coefficients.

Must not import TensorFlow or Keras.
"""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lenet.figures import drawing_figures, paper1998_figures
from lenet.inspection.code_distances import Ranking
from lenet.inspection.results import LayerView
from pages.parts.shared.markdown import escaped
from pages.parts.shared.picture_sheet import picture_sheet
from pages.parts.shared.tables import table

_LARGE, _SMALL = 140, 63  # pixels: 20 and 9 a value
_ROW, _COLUMN = 26, 34  # pixels of the tables


def connection_table(layer: LayerView, source: str) -> None:
    """Which maps of the layer before, `source`, each map of a partial convolution sees."""
    connected = paper1998_figures.connections(layer)
    st.markdown(f"**Which maps of {source} each map of {layer.name} sees**")
    rows, columns = connected.shape
    with st.container(width=_COLUMN * columns + 60):
        st.vega_lite_chart(
            table(paper1998_figures.connection_rows(connected)),
            paper1998_figures.connection_spec(source, layer.name),
            height=_ROW * rows + 50, key="connections",
        )  # fmt: skip
    st.caption(f"{paper1998_figures.connections_in_words(connected)} Maps that see different ones learn "
               "different features, and there are fewer weights.")  # fmt: skip


def codes_view(
    units: np.ndarray, codes: np.ndarray, name: str, class_names: Sequence[str], label: int | None = None
) -> None:
    """What the layer before the output gives beside the code that it is nearest to, and all codes in order.

    Args:
        units: (84,) float32, of the layer called `name`.
        codes: (classes, 84) float, ±1.
        label: the true class; None: unknown.
    """
    ranking = Ranking(units, codes)
    nearest = class_names[ranking.order[0]]
    st.markdown(f"**The {len(units)} outputs of {name} as a picture, beside the nearest code**")
    with st.container(horizontal=True, gap="medium"):
        _large(units, f"{name} gives", "code-units")
        _large(codes[ranking.order[0]], f"The code of {nearest}", "code-nearest")
        with st.container(width=380):
            st.markdown(_in_words(ranking, class_names))
    st.markdown("**The codes, the nearest first, each with its penalty y**")
    with st.container(horizontal=True, gap="small"):
        for index in ranking.order.tolist():
            _small(codes[index], class_names[index], ranking.penalties[index], index == label)
    st.caption("Blue is negative, white zero, red positive; full color at ±1.72, and codes are ±1. The codes "
               "are fixed: bitmaps of printed characters.")  # fmt: skip


def _large(units: np.ndarray, words: str, key: str) -> None:
    with st.container(width=_LARGE, gap="xsmall"):
        picture_sheet(paper1998_figures.bitmap_sheet(units, words, _LARGE), key, words)
        st.caption(escaped(words))


def _small(code: np.ndarray, name: str, penalty: float, is_right: bool) -> None:
    with st.container(width=_SMALL, gap="xsmall"):
        st.image(drawing_figures.pixels(paper1998_figures.bitmap(code)), width=_SMALL, alt=f"Code of {name}")
        right = " :green[:material/check:]" if is_right else ""
        st.markdown(f"**{escaped(name)}**{right}  \n{penalty:.2f}")


def _in_words(ranking: Ranking, class_names: Sequence[str]) -> str:
    """Penalties, the score for rejection, and what it says."""
    first, second = ranking.order[:2].tolist()
    names = [escaped(class_names[each]) for each in (first, second)]
    numbers = [f"{ranking.penalties[each]:.2f}" for each in (first, second)]
    return (
        f"The penalty y of a class is the squared distance to its code, Σ (x − w)²: "
        f"**{numbers[0]}** for {names[0]}, **{numbers[1]}** for {names[1]}, the next one.\n\n"
        f"Their difference, **{ranking.difference:.2f}**, is the paper's score for rejection: "
        f"**{ranking.confidence}**. It would be 0 halfway between the two codes, and "
        f"{ranking.largest_difference:.0f} on the code of {names[0]} itself."
    )


def coefficients(layer: LayerView) -> None:
    """The coefficient and the bias of each map of a subsampling, and what they make of its inputs."""
    inputs = layer.window**2
    width = min(840, 100 + len(layer.scale) * 48)
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=width, gap="xsmall"):
            st.markdown(f"**Coefficient and bias of each map of {layer.name}**")
            st.vega_lite_chart(
                table(paper1998_figures.coefficient_rows(layer)), paper1998_figures.coefficient_spec(),
                height=250, key="coefficients",
            )  # fmt: skip
        with st.container(width=width, gap="xsmall"):
            st.markdown(f"**What it gives where some of the {inputs} inputs are on**")
            st.vega_lite_chart(
                table(paper1998_figures.response_rows(layer)), paper1998_figures.response_spec(inputs),
                height=250, key="responses",
            )  # fmt: skip
    st.caption(
        f"Each value is the sum of {inputs} inputs, times the coefficient, plus the bias, then squashed. "
        "Where the coefficient is small, the unit is nearly linear: it only blurs. Where it is large, the "
        "unit is a “noisy OR” (one input that is on turns it on) or a “noisy AND” (only all of them do), "
        "depending on the bias (section II of the paper). A negative one turns a map around. On is +1, off "
        "is −1; blue is negative, white zero, red positive."
    )
