"""The chart of the paper of 1998 as bars: the paper's errors, and those measured here.

Must not import Streamlit, TensorFlow or Keras.
"""

import textwrap
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from lenet.evaluation.paper_chart import Classifier, Measurement, mean_of
from lenet.figures.theme import Palette, blended, standing

_ROW = 38  # pixels
_LABEL = 28  # characters of a line
_BEHIND = 0.72  # how opaque bars are that are not chosen


def paper_chart_figure(
    classifiers: Sequence[Classifier],
    measured: Mapping[str, tuple[Measurement, ...]],
    chosen: str,
    colors: Palette,
) -> go.Figure:
    """Two bars for each classifier, in the paper's order from above; those of `chosen`, a name, stand out."""
    names = [each.name for each in classifiers]
    paper = [each.paper_error for each in classifiers]
    here = [mean_of(measured.get(name, ()), "error") for name in names]
    longest = max(*paper, *filter(None, here))
    kinds = (("paper of 1998", paper, colors.third), ("here", here, colors.correct))
    figure = go.Figure([_bars(title, errors, names, chosen, color, colors) for title, errors, color in kinds])
    for title, _, color in kinds:  # in the legend, whose bars would be as faint as the first one
        figure.add_bar(
            x=[None], y=names[:1], orientation="h", name=title, offsetgroup=title, marker={"color": color}
        )
    figure.update_layout(
        **standing(_ROW * len(names) + 60), barmode="group", bargap=0.28,
        xaxis={"ticksuffix": " %", "fixedrange": True, "range": [0, 1.14 * longest],
               "title": {"text": "Error on MNIST's test images"}},
        yaxis={"tickvals": names, "ticktext": [_label(each, each.name == chosen) for each in classifiers],
               "fixedrange": True, "autorange": "reversed", "automargin": True},
    )  # fmt: skip
    return figure


def _bars(
    title: str, errors: list[float | None], names: list[str], chosen: str, color: str, colors: Palette
) -> go.Bar:
    faint = blended(color, colors.paper, _BEHIND)
    return go.Bar(
        x=[error or 0 for error in errors], y=names, orientation="h", name=title, offsetgroup=title,
        showlegend=False,
        text=["not measured yet" if error is None else f"{error:.2f}" for error in errors],
        textposition="outside", cliponaxis=False, textfont={"size": 11, "color": colors.ink},
        marker={"color": [color if name == chosen else faint for name in names]},
        hovertemplate=f"%{{y}}<br>{title}: %{{text}} %<extra></extra>",
    )  # fmt: skip


def _label(classifier: Classifier, is_chosen: bool) -> str:
    """In short lines, so that a narrow page has room for bars."""
    words = "<br>".join(textwrap.wrap(classifier.full_title, _LABEL))
    return f"<b>{words}</b>" if is_chosen else words
