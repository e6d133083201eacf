"""Charts of a sweep as Vega-Lite specifications: history, importances of settings, slices.

As Optuna's dashboard has them. Must not import Streamlit, TensorFlow or Keras.
"""

from typing import Any

from lenet.figures.theme import Palette

STATES = ("complete", "pruned", "stopped")  # of trials that have a value
_SHAPES = ("circle", "cross", "square")


def history_spec(title: str, colors: Palette, is_share: bool) -> dict[str, Any]:
    """Columns trial (from 1 on), value, best (of the complete ones so far), state, settings (words)."""
    axis = _values(title, is_share)
    return {
        "layer": [
            {
                "mark": {"type": "line", "interpolate": "step-after", "color": colors.correct},
                "encoding": {"y": axis | {"field": "best"}},
            },
            {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 0.9},
             "encoding": {"y": axis | {"field": "value"}} | _by_state(colors)},
        ],
        "encoding": {
            "x": {"field": "trial", "type": "quantitative", "title": "Trial; the line: the best so far",
                  "axis": {"tickMinStep": 1, "format": "d"}, "scale": {"nice": False, "padding": 12}},
            "tooltip": _tooltip(title, is_share),
        },
    }  # fmt: skip


def slice_spec(
    title: str, setting: str, kind: str | list[str], colors: Palette, is_share: bool
) -> dict[str, Any]:
    """Columns trial, value, x (of the setting), state, settings. `kind`: log, linear, or its values."""
    x: dict[str, Any] = {"field": "x", "title": setting, "type": "quantitative"}
    if isinstance(kind, list):
        x |= {"type": "nominal", "sort": kind, "axis": {"labelAngle": 0, "labelOverlap": True}}
    else:
        zero = {} if kind == "log" else {"zero": False}
        x |= {"scale": {"type": kind, "nice": False, "padding": 12} | zero,
              "axis": {"format": "~g", "tickCount": 5, "labelOverlap": True}}  # fmt: skip
    return {
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 0.8},
        "encoding": {
            "x": x, "y": _values(title, is_share) | {"field": "value"}, "tooltip": _tooltip(title, is_share),
        } | _by_state(colors, with_legend=False),
    }  # fmt: skip


def importances_spec(colors: Palette) -> dict[str, Any]:
    """Columns setting, share (0–1)."""
    return {
        "mark": {"type": "bar", "color": colors.third},
        "encoding": {
            "y": {"field": "setting", "type": "nominal", "title": None, "sort": "-x",
                  "axis": {"labelLimit": 220}},
            "x": {"field": "share", "type": "quantitative", "title": "Share",
                  "axis": {"format": "%", "tickCount": 5}, "scale": {"domain": [0, 1]}},
            "tooltip": [{"field": "setting"}, {"field": "share", "type": "quantitative", "format": ".1%"}],
        },
    }  # fmt: skip


def _values(title: str, is_share: bool) -> dict[str, Any]:
    return {
        "type": "quantitative", "title": title, "scale": {"zero": False},
        "axis": {"format": ".1%" if is_share else "~g", "tickCount": 5},
    }  # fmt: skip


def _by_state(colors: Palette, with_legend: bool = True) -> dict[str, Any]:
    """A color and a shape each, so that they differ for everybody."""
    legend = {"title": None, "orient": "top"} if with_legend else None
    field = {"field": "state", "type": "nominal", "legend": legend}
    return {
        "color": field | {"scale": {"domain": STATES, "range": [colors.correct, colors.wrong, colors.third]}},
        "shape": field | {"scale": {"domain": STATES, "range": _SHAPES}},
    }


def _tooltip(title: str, is_share: bool) -> list[dict[str, Any]]:
    return [
        {"field": "trial", "type": "quantitative", "title": "trial"},
        {"field": "value", "type": "quantitative", "title": title, "format": ".2%" if is_share else ".4g"},
        {"field": "state"},
        {"field": "settings"},
    ]
