"""The Data page as Streamlit runs it, on real data with the real worker, and in a browser."""

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.neighbors import NearestCentroid
from streamlit.testing.v1 import AppTest

from lenet.data import datasets, statistics
from lenet.data.preprocessing import prepare
from lenet.engine.base import Engine
from lenet.runs.config import RunConfig
from lenet.training.augmentation import preview
from lenet.training.recipes import RECIPES
from pages.parts.data.preprocessing_form import DISTORTIONS
from pages.parts.shared.run_draft import Draft
from tests.engine_fixtures import wait_until
from tests.page_words import plain
from tests.project import ROOT

PAGE = ROOT / "pages" / "1_Data.py"
DIGITS = {"dataset": "digits"}


def opened(**link: str) -> AppTest:
    """The page that such a link opens."""
    test = AppTest.from_file(PAGE, default_timeout=60)
    for name, value in link.items():
        test.query_params[name] = value
    return test.run()


def answered(test: AppTest) -> AppTest:
    """When nothing is awaited any more."""
    wait_until(lambda: not any("by themselves" in each.value for each in test.run().caption), 60)
    return test


def figure(test: AppTest, number: int = 0) -> dict:
    return json.loads(test.get("plotly_chart")[number].proto.spec)


def pictures(drawn: dict) -> list[np.ndarray]:
    """The images in a figure, pixel by pixel."""
    addresses = [each["source"].partition(",")[2] for each in drawn["layout"]["images"]]
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(each)))) for each in addresses]


def shrunk(picture: np.ndarray, side: int) -> np.ndarray:
    """What was enlarged by a whole number, at its own size."""
    zoom = len(picture) // side
    return picture[zoom // 2 :: zoom, zoom // 2 :: zoom]


def numbered(words: str) -> int:
    """The number of the image that they are about."""
    return int(re.search(r"image ([\d,]+)", words)[1].replace(",", ""))


def widget(test: AppTest, key: str):
    found = [*test.selectbox, *test.button_group, *test.number_input, *test.slider, *test.button]
    return next(each for each in found if each.key == key)


def button(test: AppTest, label: str):
    return next(each for each in test.button if each.label == label)


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the first seconds of a server."""
    monkeypatch.setattr("pages.parts.shared.questions.engine", lambda: None)


# Every view, every data set


@pytest.mark.parametrize("view", ["samples", "classes", "image", "preprocessing", "augmentation"])
@pytest.mark.parametrize("name", ["digits", "mnist"])
def test_every_view(engine: Engine, require_mnist, name: str, view: str) -> None:
    test = answered(opened(dataset=name, view=view))
    assert not test.exception and not test.error and not test.warning and not test.info
    assert test.selectbox[0].value == name and widget(test, "data-view").value == view


@pytest.mark.parametrize("name", ["fashion_mnist", "pens", "mnist-pens"])
def test_the_other_data_sets(engine: Engine, require_mnist, name: str) -> None:
    if not datasets.available(name):
        pytest.skip(f"{name} is not on this machine")
    test = opened(dataset=name)
    drawn, about = figure(test), datasets.info(name)
    assert not test.exception and not test.error
    assert len(pictures(drawn)) == 12 * about.num_classes
    counts = np.bincount(datasets.labels(name, "train"))
    titles = [each["text"] for each in drawn["layout"]["annotations"]]
    assert [f"{count:,}" in title for count, title in zip(counts, titles, strict=True)] == [True] * 10


# Samples


def test_samples_are_images_of_their_class_and_another_shuffle_shows_others(engine: Engine) -> None:
    data, test = datasets.load("digits"), opened(**DIGITS)
    seen = []
    for _ in range(2):
        drawn = figure(test)
        for place, (picture, words) in enumerate(
            zip(pictures(drawn), drawn["data"][0]["hovertext"], strict=True)
        ):
            index = numbered(words)
            assert data.y_train[index] == place // 12
            np.testing.assert_array_equal(shrunk(picture, 8), data.x_train[index, :, :, 0])
            seen.append(index)
        button(test, "Reshuffle").click().run()
    assert set(seen[:120]) != set(seen[120:]) and test.query_params["shuffle"] == "2"


def test_next_goes_through_all_of_a_class_without_repeating_any(engine: Engine) -> None:
    test = opened(**DIGITS, **{"class": "3"})
    indices = []
    for _ in range(2):
        indices += [numbered(words) for words in figure(test)["data"][0]["hovertext"]]
        if not button(test, "Next").disabled:
            button(test, "Next").click().run()
    assert sorted(indices) == np.flatnonzero(datasets.load("digits").y_train == 3).tolist()
    assert button(test, "Next").disabled


def test_nine_at_random(engine: Engine) -> None:
    test = opened(**DIGITS)
    widget(test, "data-class").set_value("nine").run()
    assert len(pictures(figure(test))) == 9
    assert test.query_params["class"] == "nine"
    hover, captions = figure(test)["data"][0]["hovertext"], figure(test)["data"][1]["text"]
    assert [re.search("<b>(.)</b>", each)[1] for each in hover] == captions


# Classes


def test_counts_means_and_how_far_they_go(engine: Engine) -> None:
    data, test = datasets.load("digits"), answered(opened(**DIGITS, view="classes"))
    drawn = sorted((figure(test, 0), figure(test, 1)), key=lambda each: len(each["data"]))
    for trace, labels in zip(drawn[1]["data"], (data.y_train, data.y_test), strict=True):
        assert [int(each.replace(",", "")) for each in trace["text"]] == np.bincount(labels).tolist()
    for label, picture in enumerate(pictures(drawn[0])):
        mean = data.x_train[data.y_train == label].mean(axis=0)[..., 0]
        assert np.abs(shrunk(picture, 8) - mean).max() <= 0.501
    values = {each.label: each.value for each in test.metric}
    assert values["Training images"] == "1,500" and values["Image"] == "8×8×1"
    mean, std = statistics.mean_and_std("digits")
    assert values["Mean ± std, of 0 to 1"] == f"{mean:.4f} ± {std:.4f}"
    assert values["Pixels, 0 to 255"] == "0 to 255"
    assert "x_train  1500 × 8 × 8 × 1" in test.code[0].value
    with np.errstate(all="ignore"), pytest.warns(UserWarning, match="zero standard deviation"):
        nearest = NearestCentroid().fit(data.x_train.reshape(-1, 64).astype(float), data.y_train)
    accuracy = nearest.score(data.x_test.reshape(-1, 64), data.y_test)
    assert f"{accuracy:.2%}".replace("%", " %") in plain(test.caption)


def test_counts_need_no_worker(no_engine: None) -> None:
    test = opened(**DIGITS, view="classes")
    assert figure(test)["data"][0]["text"][:3] == ["151", "151", "150"]
    assert "The mean images come by themselves" in plain(test.caption)
    test = opened(dataset="digits", index="7")
    assert not test.exception and len(test.get("vega_lite_chart")) == 1


# One image


def test_the_matrix_is_the_image(engine: Engine) -> None:
    test = opened(**DIGITS, part="test", index="5")
    import pyarrow as pa

    chart = test.get("vega_lite_chart")[0].proto
    spec = json.loads(chart.spec)
    rows = pa.ipc.open_stream(chart.data.data if chart.data.data else chart.datasets[0].data.data).read_all()
    image = datasets.load("digits").x_test[5, :, :, 0]
    assert rows["value"].to_pylist() == image.ravel().tolist()
    places = np.array([rows["row"].to_pylist(), rows["column"].to_pylist()], int)
    np.testing.assert_array_equal(places, np.indices((8, 8)).reshape(2, -1))
    label = datasets.load("digits").y_test[5]
    assert spec["hconcat"][0]["vconcat"][0]["title"]["subtitle"] == f"Test image 5, label {label}"


def test_steps_through_one_class(engine: Engine) -> None:
    labels = datasets.load("digits").y_train
    test = opened(**DIGITS, index="0")
    widget(test, "data-step-class").set_value("4").run()
    widget(test, "data-next").click().run()
    widget(test, "data-next").click().run()
    fours = np.flatnonzero(labels == 4)
    assert test.query_params["index"] == str(fours[1])
    widget(test, "data-previous").click().run()
    assert widget(test, "data-index").value == fours[0]
    assert widget(test, "data-previous").disabled
    widget(test, "data-any").click().run()
    assert labels[widget(test, "data-index").value] == 4


# Preprocessing


def test_each_step_is_what_prepare_makes_of_it(engine: Engine) -> None:
    test = opened(**DIGITS, index="11", view="preprocessing", settings="lenet5-linear", scaling="paper")
    data, config = datasets.load("digits"), RECIPES["lenet5-linear"].config.replace(scaling="paper")
    stored, padded, scaled = (_values(each["z"]) for each in figure(test)["data"])
    np.testing.assert_array_equal(stored, data.x_train[11, :, :, 0])
    np.testing.assert_array_equal(padded[12:20, 12:20], stored)
    assert padded.shape == (32, 32) and padded.sum() == stored.sum()
    np.testing.assert_allclose(scaled, prepare(data.x_train[11:12], config)[0, :, :, 0], atol=1e-6)
    words = " ".join(each["text"] for each in figure(test)["layout"]["annotations"])
    assert "32×32×1 float32, −0.1 to 1.175" in words and "8×8×1 uint8, 0 to 255" in words
    label = data.y_train[11]
    assert figure(test, 1)["data"][0]["text"][0] == ["1" if each == label else "0" for each in range(10)]
    widget(test, "data-pad").set_value(8).run()
    assert len(figure(test)["data"]) == 2 and test.query_params["pad"] == "8"


def test_settings_of_the_train_page_come_first(engine: Engine) -> None:
    test = AppTest.from_file(PAGE, default_timeout=60)
    config = RECIPES["digits-quick"].config.replace(scaling="standardize", mean=0.3, std=0.4)
    test.session_state["draft"] = Draft(config)
    test.query_params["dataset"] = "digits"
    test.query_params["view"] = "preprocessing"
    test.run()
    assert widget(test, "data-settings").value == "train-page"
    assert "(pixel ÷ 255 − 0.3) ÷ 0.4" in plain(test.caption)


def _values(coded) -> np.ndarray:
    """The numbers of a trace as plotly writes them."""
    if isinstance(coded, list):
        return np.array(coded)
    shape = [int(each) for each in coded["shape"].split(",")]
    return np.frombuffer(base64.b64decode(coded["bdata"]), coded["dtype"]).reshape(shape)


# Augmentation


def test_sliders_begin_with_the_recipe_and_distort(engine: Engine) -> None:
    test = answered(opened(**DIGITS, view="augmentation"))
    config: RunConfig = RECIPES["digits-quick"].config
    assert widget(test, "data-settings").value == "digits-quick"
    assert widget(test, "data-rotation").value == config.rotation > 0
    alts = [picture.alt for each in test.image for picture in each.proto.imgs]
    assert alts == ["The image as it is stored", "Sixteen distorted versions of it"]
    button(test, "None").click().run()
    assert "distort nothing" in plain(test.info) and widget(test, "data-shear").value == 0
    button(test, "Usual amounts").click().run()
    assert not test.info and widget(test, "data-shear").value == 8


def test_every_distortion_of_the_training_has_its_slider() -> None:
    """What leaves an image as it is when it is the only one, is none of them."""
    image, layers = datasets.sample("digits", 0)[0], RECIPES["digits-quick"].config.layers
    for name, field in RunConfig.model_fields.items():
        if field.annotation is float:
            amount = {name: 0.5} if name not in ("rotation", "shear") else {name: 20.0}
            distorts = (preview(image, RunConfig(layers=layers, **amount), 8, 0) != image).any()
            assert distorts == (name in DISTORTIONS), name


def test_a_link_of_version_0_1_sets_the_settings_that_have_other_names_now(engine: Engine) -> None:
    test = opened(**DIGITS, view="augmentation", hide="0.25", squeeze="0.1")
    assert (widget(test, "data-cutout").value, widget(test, "data-aspect").value) == (0.25, 0.1)
    widget(test, "data-cutout").set_value(0.5).run()
    assert test.query_params["cutout"] == "0.5" and "hide" not in test.query_params
    assert widget(test, "data-cutout").value == 0.5


def test_another_recipe_forgets_what_was_turned(engine: Engine) -> None:
    test = opened(**DIGITS, view="augmentation", rotation="45")
    assert widget(test, "data-rotation").value == 45
    widget(test, "data-settings").set_value("lenet5-draw").run()
    assert widget(test, "data-rotation").value == RECIPES["lenet5-draw"].config.rotation
    assert "rotation" not in test.query_params


# Links and what is wrong with them


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ({"index": "1500"}, "Image: received '1500' in the link, expected 0 to 1,499. 0 is shown."),
        ({"index": "-1"}, "Image: received '-1' in the link, expected 0 to 1,499"),
        ({"index": "9" * 400}, "Image: received '999"),
        ({"index": "seven"}, "Image: received 'seven' in the link"),
        ({"part": "trian"}, "Part: received 'trian' in the link, expected one of train, test. “train” is"),
        ({"view": "pixels"}, "View: received 'pixels' in the link, expected one of samples, classes, image"),
        ({"class": "11"}, "Class: received '11' in the link, expected one of every, nine, 0"),
        ({"page": "99"}, "Page: received '99' in the link, expected 0 to 12"),
        ({"view": "preprocessing", "pad": "many"}, "Padded to: received 'many' in the link, expected 0 to"),
        ({"view": "preprocessing", "settings": "lenet-6"}, "Settings: received 'lenet-6' in the link"),
        ({"view": "augmentation", "hide": "much"}, "Cutout, of the width: received 'much' in the link"),
        (
            {"view": "augmentation", "hide": "0.1", "cutout": "0.2"},
            "Cutout, of the width: received cutout '0.2' and hide '0.1' in the link, expected one of them",
        ),
        ({"view": "augmentation", "shift": "nan"}, "Shift, of the width: received 'nan' in the link"),
    ],
)  # fmt: skip
def test_a_wrong_link_is_answered_and_the_page_goes_on(engine: Engine, link: dict, sentence: str) -> None:
    test = opened(**DIGITS, **link)
    assert not test.exception and not test.error
    assert sentence in plain(test.warning) and len(test.warning) == 1


def test_another_data_set_is_in_the_link_without_the_image_of_the_last(engine: Engine, require_mnist) -> None:
    test = opened(**DIGITS, index="1400", part="train")
    test.selectbox[0].select("mnist").run()
    assert test.query_params["dataset"] == "mnist" and "index" not in test.query_params
    assert not test.warning and not test.exception


def test_data_that_are_not_here(bare_machine: Path, engine: Engine) -> None:
    test = opened()
    assert "not on this machine yet" in plain(test.info) and not test.exception
    assert "Get it at the left" in plain(test.markdown)
    button(test, "Use the bundled digits").click().run()
    assert len(pictures(figure(test))) == 120
    test.selectbox[0].select("my-digits").run()
    assert "0 drawings so far" in plain(test.info) and button(test, "Draw digits")


def test_an_upload_in_color_with_names_that_are_markup(bare_machine: Path, no_engine: None) -> None:
    random, content = np.random.default_rng(0), io.BytesIO()
    np.savez(content, x=random.integers(0, 256, (30, 40, 60, 3), np.uint8), y=np.arange(30) % 3)
    datasets.add_own(
        "leaves", content.getvalue(), ["<b>oak</b>", "_elm_ $x$", "a name of more than fourteen letters"]
    )
    for view in ("samples", "classes", "image", "preprocessing", "augmentation"):
        test = opened(dataset="leaves", view=view)
        assert not test.exception and not test.error
        if view in ("samples", "classes"):
            assert "&lt;b&gt;oak&lt;/b&gt;" in json.dumps(figure(test))
        if view == "image":
            assert [each.label for each in test.slider] == ["From row", "From column"]
    (bare_machine / "own" / "leaves.npz").unlink()
    test.run()
    assert not test.exception and "received 'leaves', expected one of mnist" in plain(test.warning)


def test_a_class_without_a_test_image(bare_machine: Path, no_engine: None) -> None:
    images, labels, content = np.eye(8, dtype=np.uint8)[None].repeat(30, 0), np.arange(30) % 3, io.BytesIO()
    np.savez(content, x_train=images, y_train=labels, x_test=images[:4], y_test=[0, 1, 1, 0])
    datasets.add_own("leaves", content.getvalue())
    test = opened(dataset="leaves", part="test", **{"class": "2"})
    assert "The test part has no image of this class" in plain(test.info) and not test.exception
    widget(test, "data-class").set_value("every").run()
    assert len(pictures(figure(test))) == 4
    assert [place["y"] for place in figure(test)["layout"]["images"]] == [3, 3, 59, 59]
    counts = opened(dataset="leaves", view="classes")
    assert figure(counts)["data"][1]["text"] == ["2", "2", "0"]


# In a browser


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
    page.get_by_text(re.compile(r"^Test image \d+, label 1$")).wait_for(timeout=15_000)
    index = int(re.search(r"index=(\d+)", page.url)[1])
    assert datasets.load("digits").y_test[index] == 1 and "view=image" in page.url
    page.get_by_role("button", name="Open in Inspect").click()
    page.wait_for_url(f"{dashboard.url}/inspect?dataset=digits&part=test&index={index}")


@pytest.mark.browser
def test_distortions_are_taken_to_the_train_page(dashboard, page) -> None:
    page.goto(f"{dashboard.url}/data?dataset=digits&view=augmentation&rotation=33")
    page.get_by_role("button", name="Train with these").click(timeout=60_000)
    page.wait_for_url(f"{dashboard.url}/train*", timeout=15_000)
    page.get_by_text("Augmentation", exact=True).click()
    assert page.get_by_label("Rotation, degrees").input_value(timeout=15_000) == "33"
    assert page.get_by_text("8×8, 10 classes").count()
