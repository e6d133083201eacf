"""What a person says of a photograph, in a real browser: another ink and another threshold are read anew."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.dashboard import Dashboard
from tests.drawn_digits import drawn_digits
from tests.paper import Look, photograph, tile_of_drawing

pytestmark = pytest.mark.browser


def test_ink_and_threshold_by_hand(dashboard: Dashboard, page: Page, tmp_path: Path) -> None:
    """Each is kept in the link; what finds no digit is said, and taken back."""
    drawings = [next(drawing for drawing, label in drawn_digits(50) if label == each) for each in (2, 7, 4)]
    look = Look(digit=150, ink=0.15, paper=0.85, light=0.2, shadow=0.1, noise=2, texture=0.01, blur=1)
    tiles = [tile_of_drawing(drawing, look.digit, 13) for drawing in drawings]
    Image.fromarray(photograph(tiles, 3, look, np.random.default_rng(0))).save(tmp_path / "paper.png")
    page.goto(f"{dashboard.url}/draw?model=lenet5-draw&source=photograph")
    page.locator("input[type=file]").set_input_files(tmp_path / "paper.png")
    read = page.get_by_role("heading", name=re.compile("2 7 4"))
    expect(read).to_be_visible(timeout=120_000)
    page.get_by_role("button", name="By hand").click()
    page.get_by_role("radio", name="Light", exact=True).click()
    expect(read).to_have_count(0, timeout=60_000)
    expect(page).to_have_url(re.compile("ink=light"))
    page.get_by_role("radio", name="Dark", exact=True).click()
    expect(read).to_be_visible(timeout=60_000)
    page.get_by_role("slider").press("End")
    expect(page).to_have_url(re.compile(r"threshold=2\.5"), timeout=60_000)
    expect(page.get_by_text("No digit was found")).to_have_count(1, timeout=60_000)
    page.get_by_role("slider").press("Home")
    expect(read).to_be_visible(timeout=60_000)
