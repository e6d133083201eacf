"""Colors that can be told from what they are on: words at 4.5:1, lines and points at 3:1."""

import tomllib

import numpy as np
import pytest

from lenet.figures.theme import DARK, LIGHT, Palette, blended, contrast, words_on
from pages.parts.inspect import point_map
from tests.project import ROOT

THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
THEMES = [pytest.param(LIGHT, THEME["light"], id="light"), pytest.param(DARK, THEME["dark"], id="dark")]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == contrast("#ffffff", "#000000") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the guidelines' own example
    assert blended("#000000", "#ffffff", 0.6) == "#666666"


def test_black_or_white_is_read_on_any_color() -> None:
    for red, green, blue in np.random.default_rng(0).integers(0, 256, (2000, 3)):
        color = f"#{red:02x}{green:02x}{blue:02x}"
        assert contrast(words_on(color), color) >= 4.5, color


@pytest.mark.parametrize(("palette", "theme"), THEMES)
def test_lines_of_charts_stand_out(palette: Palette, theme: dict) -> None:
    assert palette.paper == theme["backgroundColor"] and palette.ink == theme["textColor"]
    assert list(palette.series) == theme["chartCategoricalColors"]
    lines = {*palette.series, palette.thin, palette.correct, palette.wrong, palette.third}
    lines |= set(point_map.colors(10)) | {blended(theme["chartCategoricalColors"][0], palette.paper, 0.7)}
    assert {line: contrast(line, palette.paper) for line in lines if contrast(line, palette.paper) < 3} == {}


@pytest.mark.parametrize(("palette", "theme"), THEMES)
def test_words_stand_out(palette: Palette, theme: dict) -> None:
    for background in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        assert contrast(theme["textColor"], background) >= 12
        assert contrast(theme["linkColor"], background) >= 4.5
    assert contrast("#ffffff", theme["primaryColor"]) >= 4.5  # of buttons
