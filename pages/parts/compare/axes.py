"""What runs are placed by in a figure: what was measured of them, and the settings that differ.

Must not import TensorFlow or Keras.
"""

from lenet.comparison.measures import MEASURES, figures
from lenet.comparison.settings import differing, title
from lenet.figures.comparison_figures import Axis
from pages.parts.compare.looks import Looks


def axes(looks: Looks) -> dict[str, Axis]:
    """Key → axis: the settings that differ first, then the figures that one of the runs has."""
    settings = {name: Axis(title(name), values) for name, values in differing(looks.runs).items()}
    measured = {key: Axis(each.title, figures(key, looks.runs)) for key, each in MEASURES.items()}
    return settings | {
        key: axis for key, axis in measured.items() if any(value is not None for value in axis.values)
    }
