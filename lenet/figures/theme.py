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
    series: tuple[str, ...]  # of things that are told apart by color alone: `chartCategoricalColors`

    @property
    def thin(self) -> str:
        """Of lines that are many, and told apart by pointing at them."""
        return blended(self.ink, self.paper, 0.55)


LIGHT = Palette(
    "#ffffff", "#15211f", "#c9d4d1", "#0b7570", "#d55e00", "#3d5fc4",
    ("#0b7570", "#d55e00", "#3d5fc4", "#b0478f", "#8a6d00", "#56707c", "#009e73", "#a23b3b", "#6a7f1f",
     "#7559c9"),
)  # fmt: skip
DARK = Palette(
    "#0f1716", "#eaf2f0", "#3a4b48", "#4fc5ba", "#ff9f5a", "#8fa8ff",
    ("#4fd1c5", "#ff9f5a", "#8fa8ff", "#ee8fd0", "#e6c84c", "#a9bcc5", "#69dba0", "#f28b8b", "#b7d36b",
     "#c3b1ff"),
)  # fmt: skip


def blended(color: str, behind: str, share: float) -> str:
    """A color `#rrggbb` over another one, as opaque as `share`, 0–1."""
    pairs = ((int(each[at : at + 2], 16) for each in (color, behind)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(share * one + (1 - share) * other):02x}" for one, other in pairs)


def luminance(color: str) -> float:
    """Relative luminance of a color `#rrggbb`, 0–1, as WCAG 2.2 defines it."""
    shares = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colors `#rrggbb`, 1 to 21, as WCAG 2.2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def words_on(color: str) -> str:
    """Black or white, whichever is read better on that color `#rrggbb`: at 4.5:1 or more on any."""
    return max("#000000", "#ffffff", key=lambda words: contrast(words, color))


def standing(height: int) -> dict[str, object]:
    """The layout of a figure with axes of numbers, `height` pixels: clear, still, its legend above."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 40, "b": 8},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "dragmode": False,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"},
    }
