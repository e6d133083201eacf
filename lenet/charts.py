"""The charts that tick while a run trains, as Vega-Lite specifications: plain data in, plain data out.

Vega-Lite because Streamlit updates such a chart in place, so that hovering and zooming survive a tick, while
a plotly figure is mounted anew. What stands still is in `lenet.figures`. Imports nothing but the standard
library.
"""

from collections.abc import Sequence
from typing import Any

TRAINING, VALIDATION = "training", "validation"
MAX_PAST_RUNS = 5  # with training and validation no more lines than the theme has colours
ZOOM = "zoom"  # name of the selection that zooms; Streamlit keeps it through a tick if it is told its name
_MAX_POINTS = 400  # of one line: more than a chart has pixels for

Rows = dict[str, list[Any]]  # columns x, y, series, kind


def smooth(values: Sequence[float], weight: float) -> list[float]:
    """Exponential moving average without the bias of its start, as TensorBoard's; weight 0 is the values."""
    average, total, smoothed = 0.0, 0.0, []
    for value in values:
        average = weight * average + (1 - weight) * value
        total = weight * total + (1 - weight)
        smoothed.append(average / total)
    return smoothed


def thin(points: Sequence[Any]) -> list[Any]:
    """At most some hundred of the points, evenly, always with the first and the last."""
    if len(points) <= _MAX_POINTS:
        return list(points)
    stride = (len(points) - 1) / (_MAX_POINTS - 1)
    return [points[round(index * stride)] for index in range(_MAX_POINTS)]


class Lines:
    """Collects the rows of one chart.

    Kinds: "line" (thick), "head" (its last point, seen before there is a line), "raw" (faint, behind the
    smoothed line), "past" (thin), "point" (a line with a point at each epoch).
    """

    def __init__(self) -> None:
        self.rows: Rows = {"x": [], "y": [], "series": [], "kind": []}

    def add(self, x: Sequence[float], y: Sequence[float], series: str, kind: str) -> None:
        """Add a line; what is not finite is left out, for Vega-Lite cannot draw it."""
        points = [point for point in zip(x, y, strict=True) if abs(point[1]) < float("inf")]
        for horizontal, vertical in thin(points):
            self.rows["x"].append(float(horizontal))
            self.rows["y"].append(float(vertical))
            self.rows["series"].append(series)
            self.rows["kind"].append(kind)


def curve_spec(
    y_title: str,
    x_title: str,
    past: Sequence[str] = (),
    percent: bool = False,
    log: bool = False,
    legend: bool = True,
) -> dict[str, Any]:
    """The specification of a curve chart for `Lines.rows`: the same at every tick, so that only data change.

    Args:
        past: names of the past runs that are drawn as thin lines.
        percent: y is a fraction, shown in %.
        log: a logarithmic y axis.
        legend: whether the lines are named above the chart.
    """
    scale = {"type": "log", "nice": False} if log else {"zero": False, "nice": True}
    number = ".1%" if percent else ".3~g"
    y_axis = {"format": ".0%" if percent else ".3~g", "tickCount": 5}
    encoding = {
        "x": {"field": "x", "type": "quantitative", "title": x_title, "scale": {"nice": False},
              "axis": {"tickMinStep": 1, "format": "~s", "tickCount": 6, "titlePadding": 4}},
        "y": {"field": "y", "type": "quantitative", "title": y_title, "scale": scale, "axis": y_axis},
        "color": _colour(past, legend),
    }  # fmt: skip
    tooltip = [
        {"field": "series", "title": "run"},
        {"field": "x", "title": x_title, "format": ".4~g"},
        {"field": "y", "title": y_title, "format": number},
    ]
    layers = [
        _layer("past", {"type": "line", "strokeWidth": 1, "opacity": 0.8}),
        _layer("raw", {"type": "line", "strokeWidth": 1, "opacity": 0.3}),
        _layer("line", {"type": "line", "strokeWidth": 2.5}),
        _layer("head", {"type": "point", "filled": True, "size": 60, "opacity": 1}),
        _layer("point", {"type": "line", "strokeWidth": 1.5, "point": {"size": 45, "filled": True}}),
        _hover_layer(tooltip),
    ]
    padding = {"left": 4, "right": 8, "top": 4, "bottom": 0}
    # A logarithmic axis has no place for a loss of exactly 0, and Vega would draw nothing at all.
    drawable = [{"filter": {"field": "y", "gt": 0}}] if log else []
    return {"transform": drawable, "encoding": encoding, "layer": layers, "padding": padding}


def _layer(kind: str, mark: dict[str, Any]) -> dict[str, Any]:
    return {"transform": [{"filter": {"field": "kind", "equal": kind}}], "mark": mark}


def _hover_layer(tooltip: list[dict[str, str]]) -> dict[str, Any]:
    """Invisible points that catch the pointer, and show the nearest; dragging moves the chart."""
    near = {"type": "point", "on": "pointerover", "nearest": True, "clear": "pointerout"}
    # The wheel alone scrolls the page; with Ctrl, as a pinch on a touchpad comes, it zooms.
    zoom = {"type": "interval", "zoom": "wheel![event.ctrlKey || event.metaKey]"}
    shown = {"condition": {"param": "near", "empty": False, "value": 1}, "value": 0}
    return {
        "transform": [{"filter": {"field": "kind", "oneOf": ["line", "point", "past"]}}],
        "mark": {"type": "point", "filled": True, "size": 60},
        "params": [
            {"name": "near", "select": near},
            {"name": ZOOM, "select": zoom, "bind": "scales"},
        ],
        "encoding": {"opacity": shown, "tooltip": tooltip},
    }


def _colour(past: Sequence[str], legend: bool) -> dict[str, Any]:
    """The colours of the theme, light or dark, in its order; Streamlit fills them in."""
    names = {"orient": "top", "title": None, "columns": 2, "labelLimit": 115, "symbolType": "stroke",
             "offset": 4, "padding": 0}  # fmt: skip
    scale = {"domain": [TRAINING, VALIDATION, *past]}
    return {"field": "series", "type": "nominal", "scale": scale, "legend": names if legend else None}
