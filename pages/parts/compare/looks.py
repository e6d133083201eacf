"""The runs that are compared, and the color that each has everywhere on the page.

Must not import TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote

from lenet.comparison.compared_run import ComparedRun
from lenet.comparison.settings import by_seed
from lenet.figures.theme import Palette
from pages.parts.shared.link import read
from pages.parts.shared.link_fields import COMPARE as LINK
from pages.parts.shared.theme import colors as colors_of_page


@dataclass(frozen=True)
class Looks:
    """Runs with colors.

    Attributes:
        seeds: the places of runs that differ in nothing but the seed, in groups.
        are_means: whether such a group is one line and one color.
        colors: of each run; None: it is one of many, drawn thin.
        palette: the theme's.
    """

    runs: list[ComparedRun]
    seeds: list[list[int]]
    are_means: bool
    colors: list[str | None]
    palette: Palette

    @classmethod
    def of(cls, runs: list[ComparedRun]) -> Self:
        """As the link says whether each seed is by itself."""
        seeds, palette = by_seed(runs), colors_of_page()
        are_means = any(len(group) > 1 for group in seeds) and not read(LINK["each-seed"])
        groups = seeds if are_means else [[place] for place in range(len(runs))]
        return cls(runs, seeds, are_means, _colors(runs, groups, palette.series), palette)

    @property
    def num_thin(self) -> int:
        """How many runs have no color of their own."""
        return self.colors.count(None)

    def swatch(self, place: int) -> str:
        """A run's color as the address of a small picture."""
        return _swatch(self.colors[place] or self.palette.thin)


def _colors(
    runs: Sequence[ComparedRun], groups: Sequence[Sequence[int]], series: Sequence[str]
) -> list[str | None]:
    """In the order of the groups; of more than there are colors, the best ones have one."""
    best = sorted(groups, key=lambda group: -max(_accuracy(runs[place]) for place in group))[: len(series)]
    colored = [group for group in groups if group in best]
    of_place = {place: color for group, color in zip(colored, series, strict=False) for place in group}
    return [of_place.get(place) for place in range(len(runs))]


def _accuracy(run: ComparedRun) -> float:
    return -1.0 if run.summary.accuracy is None else run.summary.accuracy


def dot(color: str | None) -> str:
    """That color in Markdown; None: none."""
    return f"![]({_swatch(color)}) " if color else ""


def _swatch(color: str) -> str:
    square = f'<rect width="16" height="16" rx="4" fill="{color}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">{square}</svg>'
    return f"data:image/svg+xml,{quote(svg)}"
