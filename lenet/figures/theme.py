"""Colors of the light and the dark theme; the layout of drawings without axes.

Plain data; must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass

CLEAR = "rgba(0,0,0,0)"  # the page's own background shows through, light or dark

BARE = {
    "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
    "paper_bgcolor": CLEAR,
    "plot_bgcolor": CLEAR,
    "showlegend": False,
    "dragmode": False,
    "hovermode": "closest",
}


@dataclass(frozen=True)
class Palette:
    """Colors of one theme, CSS."""

    paper: str
    ink: str
    faint: str  # lines behind everything
    correct: str
    wrong: str
    third: str
    on_strong: str  # words on a strong `correct` or `wrong` …
    strong_correct: float  # … from this strength on, 0–1: where it is read better than `ink`
    strong_wrong: float


LIGHT = Palette("#ffffff", "#15211f", "#c9d4d1", "#0b7570", "#d55e00", "#3d5fc4", "#ffffff", 0.8, 2.0)
DARK = Palette("#0f1716", "#eaf2f0", "#3a4b48", "#4fc5ba", "#ff9f5a", "#8fa8ff", "#0f1716", 0.57, 0.57)
