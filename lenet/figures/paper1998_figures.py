"""What only the layers of 1998 have → figures: C3's table, the codes as bitmaps, subsampling's coefficients.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections import Counter
from typing import Any

import numpy as np

from lenet.figures.feature_map_sheets import Sheet
from lenet.figures.mosaics import diverging
from lenet.inspection.results import LayerView
from lenet.layers.arithmetic import activate
from lenet.layers.paper1998_tables import CODE_WIDTH

LIMIT = 1.7159  # of the scaled tanh: full color
_CONNECTED, _NOT_CONNECTED = "#0d847c", "#80808022"
_BLUE, _WHITE, _RED = "#2166ac", "#f7f7f7", "#b2182b"  # as `pictures.diverging` has them

Columns = dict[str, list[Any]]


# The table of a partial convolution


def connections(layer: LayerView) -> np.ndarray:
    """(input maps, maps) bool: which of them a partial convolution connects."""
    return layer.kernel.any(axis=(0, 1))


def connections_in_words(connected: np.ndarray) -> str:
    """(input maps, maps) bool → how many pairs, how many maps see how many: "6 maps see 3, 9 see 4, …"."""
    counts = sorted(Counter(connected.sum(axis=0).tolist()).items())
    maps = ", ".join(f"{count} {'sees' if count == 1 else 'see'} {seen}" for seen, count in counts)
    return (
        f"{connected.sum()} of {connected.size} pairs are connected. Of the {connected.shape[1]} maps {maps}."
    )


def connection_rows(connected: np.ndarray) -> Columns:
    """(input maps, maps) bool → a row for each pair: `source` and `map` as text, `connected` 1 or 0."""
    pairs = list(np.ndindex(connected.shape))
    return {
        "source": [str(source) for source, _ in pairs],
        "map": [str(number) for _, number in pairs],
        "connected": [float(connected[pair]) for pair in pairs],
        "words": ["connected" if connected[pair] else "not connected" for pair in pairs],
    }


def connection_spec(source: str, name: str) -> dict[str, Any]:
    """A Vega-Lite chart of `connection_rows`, like table I of the paper; `source`, `name`: the layers."""
    color = {"condition": {"test": "datum.connected == 1", "value": _CONNECTED}, "value": _NOT_CONNECTED}
    tooltip = [
        {"field": "source", "title": f"{source} map"},
        {"field": "map", "title": f"{name} map"},
        {"field": "words", "title": "are"},
    ]
    return {
        "mark": {"type": "rect"},
        "encoding": {
            "x": _numbers("map", f"Map of {name}") | {"scale": {"padding": 0.06}},
            "y": _numbers("source", f"Map of {source}") | {"scale": {"padding": 0.06}},
            "color": color,
            "tooltip": tooltip,
        },
    }


# Codes


def bitmap(units: np.ndarray) -> np.ndarray:
    """(84,) float → (12, 7, 3) uint8: blue −1.7159, white 0, red 1.7159."""
    return diverging(units.reshape(-1, CODE_WIDTH), LIMIT)


def bitmap_sheet(units: np.ndarray, label: str, width: int) -> Sheet:
    """`bitmap` of (84,) float, to be read pixel by pixel; about `width` pixels wide."""
    values = units.reshape(1, -1, CODE_WIDTH).astype(np.float32)
    return Sheet(bitmap(units)[None], values, (label,), 1, width // CODE_WIDTH)


# Subsampling


def coefficient_rows(layer: LayerView) -> Columns:
    """Two rows for each map: its coefficient and its bias."""
    maps = [str(each) for each in range(len(layer.scale))]
    return {
        "map": maps * 2,
        "what": ["coefficient"] * len(maps) + ["bias"] * len(maps),
        "value": [*map(float, layer.scale), *map(float, layer.shift)],
    }


def coefficient_spec() -> dict[str, Any]:
    """A Vega-Lite chart of `coefficient_rows`: two bars for each map."""
    what = {"field": "what", "type": "nominal", "sort": None}
    return {
        "mark": {"type": "bar"},
        "encoding": {
            "x": _numbers("map", None, "bottom"),
            "xOffset": what,
            "y": {"field": "value", "type": "quantitative", "title": None},
            "color": what | {"title": None, "legend": {"orient": "top"}},
            "tooltip": [{"field": "map"}, {"field": "what", "title": "what"},
                        {"field": "value", "type": "quantitative", "format": ".4f"}],
        },
    }  # fmt: skip


def response_rows(layer: LayerView) -> Columns:
    """What each map gives where none, some, all inputs of a window are on (+1), the others off (−1)."""
    inputs = layer.window**2
    counts = sorted({round(each) for each in np.linspace(0, inputs, 5)})
    pairs = [(number, count) for number in range(len(layer.scale)) for count in counts]
    sums = [(2 * count - inputs) * layer.scale[number] + layer.shift[number] for number, count in pairs]
    return {
        "map": [str(number) for number, _ in pairs],
        "on": [str(count) for _, count in pairs],
        "value": [activate(float(each), layer.activation) for each in sums],
    }


def response_spec(inputs: int) -> dict[str, Any]:
    """A Vega-Lite chart of `response_rows`: a column for each map; `inputs`: of a window."""
    scale = {"domain": [-LIMIT, 0, LIMIT], "range": [_BLUE, _WHITE, _RED], "clamp": True}
    return {
        "mark": {"type": "rect"},
        "encoding": {
            "x": _numbers("map", None, "bottom") | {"scale": {"padding": 0.06}},
            "y": _numbers("on", f"Inputs on, of {inputs}", sort="descending") | {"scale": {"padding": 0}},
            "color": {"field": "value", "type": "quantitative", "scale": scale, "legend": None},
            "tooltip": [{"field": "map"}, {"field": "on", "title": f"inputs on, of {inputs}"},
                        {"field": "value", "type": "quantitative", "format": ".3f", "title": "it gives"}],
        },
    }  # fmt: skip


def _numbers(field: str, title: str | None, orient: str = "", sort: str | None = None) -> dict[str, Any]:
    """An axis of whole numbers that are kept as text, in the order of the rows."""
    axis = {"labelAngle": 0, "domain": False, "ticks": False, "grid": False}
    if field != "source" and field != "on":
        axis["orient"] = orient or "top"
    return {"field": field, "type": "nominal", "title": title, "sort": sort, "axis": axis}
