"""The Data page as Streamlit runs it, on real data with the real worker."""

import base64
import json
import re

import numpy as np
import pytest
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
from tests.data_page import DIGITS, PAGE, answered, button, figure, opened, pictures, widget
from tests.page_words import plain


def shrunk(picture: np.ndarray, side: int) -> np.ndarray:
    """What was enlarged by a whole number, at its own size."""
    zoom = len(picture) // side
    return picture[zoom // 2 :: zoom, zoom // 2 :: zoom]


def numbered(words: str) -> int:
    """The number of the image that they are about."""
    return int(re.search(r"image ([\d,]+)", words)[1].replace(",", ""))


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
    widget(test, "icon-data-next").click().run()
    widget(test, "icon-data-next").click().run()
    fours = np.flatnonzero(labels == 4)
    assert test.query_params["index"] == str(fours[1])
    widget(test, "icon-data-previous").click().run()
    assert widget(test, "data-index").value == fours[0]
    assert widget(test, "icon-data-previous").disabled
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
