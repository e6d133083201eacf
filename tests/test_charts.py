"""The charts that tick: Vega-Lite's own schema is the oracle for what is drawn, sums by hand for lines."""

import copy
import json
import math
import tomllib
from pathlib import Path
from typing import Any

import altair
import numpy as np
import pytest
from jsonschema import ValidationError

from lenet.charts import MAX_PAST_RUNS, TRAINING, VALIDATION, ZOOM, Lines, curve_spec, smooth, thin

CONFIG = Path(__file__).parent.parent / ".streamlit" / "config.toml"

OPTIONS = [
    {},
    {"percent": True},
    {"log": True},
    {"past": ["lenet5-relu 7f3a", "my *best* run"], "log": True},
    {"past": [f"run {number}" for number in range(MAX_PAST_RUNS)], "percent": True},
    {"legend": False},
]


def check(spec: dict[str, Any]) -> None:
    """Raises what Vega-Lite's JSON schema says against the specification."""
    altair.LayerChart.from_dict({"data": {"values": []}} | copy.deepcopy(spec))


@pytest.mark.parametrize("options", OPTIONS)
def test_vega_lite_accepts_the_specification(options: dict[str, Any]) -> None:
    check(curve_spec("Loss", "Step", **options))


def test_vega_lite_would_notice_a_mistake() -> None:
    spec = curve_spec("Loss", "Step")
    spec["encoding"]["x"]["axis"]["tickMinSteps"] = 1
    with pytest.raises(ValidationError):
        check(spec)


@pytest.mark.parametrize("options", OPTIONS)
def test_the_same_specification_at_every_tick(options: dict[str, Any]) -> None:
    """Streamlit keeps the chart's node, its zoom and its hover only if nothing but the data changes."""
    first, second = (json.dumps(curve_spec("Loss", "Step", **options), allow_nan=False) for _ in range(2))
    assert first == second


def test_every_line_has_a_colour_of_the_theme_for_itself() -> None:
    past = [f"run {number}" for number in range(MAX_PAST_RUNS)]
    scale = curve_spec("Loss", "Step", past)["encoding"]["color"]["scale"]
    assert scale == {"domain": [TRAINING, VALIDATION, *past]}
    theme = tomllib.loads(CONFIG.read_text("utf-8"))["theme"]
    for colours in (theme["light"]["chartCategoricalColors"], theme["dark"]["chartCategoricalColors"]):
        assert len(set(colours)) == len(colours) >= len(scale["domain"])


def test_the_wheel_alone_is_left_to_the_page() -> None:
    zoom, near = {}, {}
    for param in curve_spec("Loss", "Step")["layer"][-1]["params"]:
        (zoom if param["name"] == ZOOM else near).update(param)
    assert zoom["select"]["zoom"] == "wheel![event.ctrlKey || event.metaKey]"
    assert near["select"]["on"] == "pointerover"


def test_every_kind_of_line_is_drawn_and_only_whole_lines_are_hovered() -> None:
    filters = [layer["transform"][0]["filter"] for layer in curve_spec("Loss", "Step")["layer"]]
    drawn = [each["equal"] for each in filters if "equal" in each]
    (hovered,) = [each["oneOf"] for each in filters if "oneOf" in each]
    assert sorted(drawn) == ["head", "line", "past", "point", "raw"]
    assert sorted(hovered) == ["line", "past", "point"]


def test_a_loss_of_zero_stays_off_the_logarithmic_axis() -> None:
    assert curve_spec("Loss", "Step", log=True)["transform"] == [{"filter": {"field": "y", "gt": 0}}]
    assert curve_spec("Loss", "Step")["transform"] == []


# Smoothing


def test_smoothing_by_hand() -> None:
    # Weights of the values from the newest: ½, ¼, ⅛, over their sum.
    expected = [8, (8 / 4 + 4 / 2) / (3 / 4), (8 / 8 + 4 / 4 + 0 / 2) / (7 / 8)]
    assert smooth([8, 4, 0], 0.5) == pytest.approx(expected)


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.6, 0.95])
def test_smoothing_is_the_weighted_mean_of_all_until_now(weight: float) -> None:
    values = np.random.default_rng(0).normal(size=60)
    for end, smoothed in enumerate(smooth(list(values), weight), start=1):
        weights = weight ** np.arange(end)[::-1]
        assert smoothed == pytest.approx(np.average(values[:end], weights=weights))


def test_smoothing_of_little() -> None:
    assert smooth([], 0.6) == []
    assert smooth([3.5], 0.6) == pytest.approx([3.5])
    assert smooth([1.0, 2.0, 0.5], 0) == [1.0, 2.0, 0.5]
    assert smooth([2.0] * 50, 0.95) == pytest.approx([2.0] * 50)


# Thinning


@pytest.mark.parametrize("count", [0, 1, 2, 399, 400])
def test_few_points_all_stay(count: int) -> None:
    assert thin(range(count)) == list(range(count))


@pytest.mark.parametrize("count", [401, 402, 799, 1000, 9381, 10**6])
def test_many_points_are_thinned_evenly(count: int) -> None:
    kept = thin(range(count))
    assert len(kept) == 400
    assert (kept[0], kept[-1]) == (0, count - 1)
    gaps = np.diff(kept)
    assert gaps.min() > 0 and gaps.max() - gaps.min() <= 1


# Rows


def test_rows_of_lines() -> None:
    lines = Lines()
    lines.add([1, 2], [0.5, 0.25], TRAINING, "line")
    lines.add([2], [np.float32(0.75)], "a run", "past")
    assert lines.rows == {
        "x": [1.0, 2.0, 2.0],
        "y": [0.5, 0.25, 0.75],
        "series": [TRAINING, TRAINING, "a run"],
        "kind": ["line", "line", "past"],
    }
    assert all(type(value) is float for value in lines.rows["x"] + lines.rows["y"])


def test_what_is_not_finite_is_left_out() -> None:
    lines = Lines()
    lines.add([1, 2, 3, 4, 5], [1.0, math.nan, math.inf, -math.inf, 2.0], VALIDATION, "point")
    assert (lines.rows["x"], lines.rows["y"]) == ([1, 5], [1, 2])
    assert lines.rows["series"] == [VALIDATION] * 2


def test_long_lines_are_thinned_each_by_itself() -> None:
    lines = Lines()
    for series in ("one", "two"):
        lines.add(range(5000), range(5000), series, "past")
    assert lines.rows["series"].count("one") == lines.rows["series"].count("two") == 400
    assert lines.rows["x"][399] == lines.rows["x"][-1] == 4999


def test_columns_that_do_not_match() -> None:
    with pytest.raises(ValueError, match="zip"):
        Lines().add([1, 2], [1], TRAINING, "line")
