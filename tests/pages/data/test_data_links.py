"""The Data page with links that are wrong, and with data that are not as usual."""

import io
import json
from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets
from lenet.engine.base import Engine
from tests.data_page import DIGITS, button, figure, opened, pictures, widget
from tests.page_words import plain


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the first seconds of a server."""
    monkeypatch.setattr("pages.parts.shared.questions.engine", lambda: None)


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
        ({"view": "augmentation", "cutout": "much"}, "Cutout, of the width: received 'much' in the link"),
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


def test_a_first_visit_without_data_shows_the_bundled_digits(bare_machine: Path, engine: Engine) -> None:
    test = opened()
    assert test.selectbox[0].value == "digits" and len(pictures(figure(test))) == 120
    assert not (test.info or test.warning or test.error) and "dataset" not in test.query_params


def test_data_that_are_not_here(bare_machine: Path, engine: Engine) -> None:
    test = opened(dataset="mnist")
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
