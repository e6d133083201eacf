"""The Data page in a browser: what the pointer marks and opens."""

import re

import pytest
from playwright.sync_api import expect

from lenet.data import datasets
from tests.train_controls import unfold


@pytest.mark.browser
def test_hovering_marks_the_same_pixel_in_the_picture_and_in_the_matrix(dashboard, page) -> None:
    page.goto(f"{dashboard.url}/data?dataset=digits&index=3")
    images = page.locator("svg.marks image")
    images.nth(1).wait_for(timeout=60_000)
    picture, matrix = (images.nth(number).bounding_box() for number in (0, 1))
    for under, row, column in ((picture, 6, 4), (matrix, 2, 1)):
        cell = under["width"] / 8
        page.mouse.move(under["x"] + (column + 0.5) * cell, under["y"] + (row + 0.5) * cell)
        page.get_by_text(f"row {row}, column {column}", exact=True).wait_for(timeout=5_000)
        marks = [each.bounding_box() for each in page.locator("svg.marks [stroke='#ff4d8d']").all()]
        assert len(marks) == 2
        for mark, box in zip(marks, (picture, matrix), strict=True):
            middle = mark["x"] + mark["width"] / 2 - box["x"], mark["y"] + mark["height"] / 2 - box["y"]
            assert [int(each / (box["width"] / 8)) for each in middle] == [column, row]
    value = datasets.load("digits").x_train[3, 2, 1, 0]
    assert page.get_by_text(f"scaled to 0–1: {value / 255:.3f}").count() == 1
    assert matrix["x"] + matrix["width"] <= 1280  # nothing is cut


@pytest.mark.browser
def test_a_click_on_a_sample_opens_it(dashboard, page) -> None:
    page.goto(f"{dashboard.url}/data?dataset=digits&part=test")
    tiles = page.locator(".js-plotly-plot .points path")
    tiles.nth(13).wait_for(timeout=60_000)
    tile = tiles.nth(13).bounding_box()  # the second of class 1
    page.mouse.move(tile["x"] + 10, tile["y"] + 10)
    page.mouse.click(tile["x"] + 25, tile["y"] + 25)
    page.get_by_text(re.compile(r"^Test image \d+, label 1$")).wait_for(timeout=30_000)
    index = int(re.search(r"index=(\d+)", page.url)[1])
    assert datasets.load("digits").y_test[index] == 1 and "view=image" in page.url
    page.get_by_role("button", name="Open in Inspect").click()
    page.wait_for_url(f"{dashboard.url}/inspect?dataset=digits&part=test&index={index}")


@pytest.mark.browser
def test_distortions_are_taken_to_the_train_page(dashboard, page) -> None:
    page.goto(f"{dashboard.url}/data?dataset=digits&view=augmentation&rotation=33")
    page.get_by_role("button", name="Train with these").click(timeout=60_000)
    page.wait_for_url(f"{dashboard.url}/train*", timeout=30_000)
    unfold(page, "Augmentation")
    assert page.get_by_label("Rotation, degrees").input_value(timeout=30_000) == "33"
    expect(page.get_by_text("8×8, 10 classes")).to_be_visible(timeout=30_000)
