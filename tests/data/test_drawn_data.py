"""The class's own digits as a data set that people add to."""

from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets, drawing_collection, drawn_data, statistics
from lenet.data.drawing_collection import Collection
from lenet.errors import DatasetError, WeightsError
from lenet.npz import save_arrays
from tests.numbered_drawings import drawing, filled, image

RANDOM = np.random.default_rng(11)


@pytest.fixture
def collection(bare_machine: Path) -> Collection:
    """The collection of this machine, empty."""
    return Collection()


def test_it_is_a_data_set_from_ten_drawings_on(collection: Collection) -> None:
    filled(collection, 9)
    assert not datasets.available("my-digits")
    sentence = "My digits, drawn here: 9 drawings so far, expected at least 10"
    for ask in (datasets.load, datasets.fetch):
        with pytest.raises(DatasetError, match=sentence):
            ask("my-digits")
    assert sentence in datasets.where_to_put("my-digits")
    filled(collection, 1)
    assert datasets.available("my-digits")
    data = datasets.load("my-digits")
    assert data.x_train.shape[1:] == (28, 28, 1) and data.x_train.dtype == np.uint8
    assert len(data.y_train) + len(data.y_test) == 10 and len(data.y_test) >= 1


def test_every_drawing_is_in_one_part_with_its_own_label(collection: Collection) -> None:
    filled(collection, 60)
    data = datasets.load("my-digits")
    about = datasets.info("my-digits")
    assert (about.num_train, about.num_test) == (len(data.y_train), len(data.y_test))
    assert datasets.all_datasets()["my-digits"] == about == data.info
    expected = {image(number).tobytes(): number % 10 for number in range(60)}
    pictures = np.concatenate([data.x_train, data.x_test])
    labels = np.concatenate([data.y_train, data.y_test])
    received = {picture.tobytes(): label for picture, label in zip(pictures, labels, strict=True)}
    assert received == expected
    assert 3 <= about.num_test <= 24, "about a fifth"


def test_a_sample_and_the_mean_are_those_of_the_data_set(collection: Collection) -> None:
    filled(collection, 30)
    data = datasets.load("my-digits")
    for part in ("train", "test"):
        picture, label = datasets.sample("my-digits", 1, part)
        np.testing.assert_array_equal(picture, getattr(data, f"x_{part}")[1])
        assert label == getattr(data, f"y_{part}")[1]
    pixels = data.x_train / 255
    assert statistics.mean_and_std("my-digits") == pytest.approx((pixels.mean(), pixels.std()))


def test_it_is_another_data_set_after_each_drawing_and_the_same_until_then(collection: Collection) -> None:
    ids = filled(collection, 20)
    first = datasets.load("my-digits")
    assert datasets.load("my-digits") is first
    collection.add(drawing(77), 7, image(77))
    second = datasets.load("my-digits")
    assert second is not first and second.info.num_train + second.info.num_test == 21
    collection.remove(ids[0])
    third = datasets.load("my-digits")
    assert third is not second and third.info.num_train + third.info.num_test == 20
    assert datasets.info("my-digits") == third.info


def test_what_trains_now_trains_later() -> None:
    """Over many collections that grow one drawing at a time, from where they can be trained on."""
    for trial in range(300):
        ids = [f"00000000-000000-000000-{number:024x}" for number in RANDOM.integers(0, 2**60, 60)]
        trained: set[str] = set()
        for count in range(drawing_collection.MIN_DRAWINGS, len(ids) + 1):
            test = drawn_data.in_test_part(ids[:count])
            tested = {each for each, is_test in zip(ids, test, strict=False) if is_test}
            assert not tested & trained, trial
            assert 0 < len(tested) < count
            trained = set(ids[:count]) - tested


def test_about_a_fifth_tests() -> None:
    ids = [f"00000000-000000-000000-{number:024x}" for number in range(5_000)]
    assert drawn_data.in_test_part(ids).mean() == pytest.approx(0.2, abs=0.02)
    assert drawn_data.in_test_part([]).tolist() == []


def test_all_drawings_of_a_hand_train_or_all_test() -> None:
    """Whatever few or many people drew, and however often; both parts have some."""
    for trial in range(200):
        ids = [f"00000000-000000-000000-{number:024x}" for number in RANDOM.integers(0, 2**60, 40)]
        writers = [f"{trial}{number}" for number in RANDOM.integers(0, 2 + trial % 12, 40)]
        for labels in (None, RANDOM.integers(0, 3, 40).tolist()):
            test = drawn_data.in_test_part(ids, labels, writers)
            assert 0 < test.sum() < 40
        test = drawn_data.in_test_part(ids, None, writers)
        hands = [{who for who, of in zip(writers, test, strict=True) if of == part} for part in (0, 1)]
        assert not hands[0] & hands[1]
    alone = drawn_data.in_test_part(ids, None, ["ada"] * 40)
    assert np.array_equal(alone, drawn_data.in_test_part(ids)), "of one hand both parts have some"


def test_its_name_is_taken(bare_machine: Path) -> None:
    with pytest.raises(DatasetError, match="The name 'My-Digits' is that of a data set of LeNet Lab"):
        datasets.add_own("My-Digits", b"")


MADE_UP = {
    "nothing": {},
    "text": {"x_train": np.full((9, 28, 28), "x")},
    "other images": {"x_train": np.zeros((9, 5, 5), np.uint8)},
    "fewer labels": {"y_train": np.zeros(3, np.int32)},
    "labels beyond": {"y_test": np.full(9, 99, np.int32)},
    "labels that are none": {"y_test": np.zeros((9, 9))},
    "a single label": {"y_test": np.array(1)},
}


@pytest.mark.parametrize("name", MADE_UP)
def test_data_of_a_run_that_somebody_made_up_are_refused(tmp_path: Path, name: str) -> None:
    good = {f"x_{part}": np.zeros((9, 28, 28, 1), np.uint8) for part in ("train", "test")}
    good |= {f"y_{part}": np.zeros(9, np.int32) for part in ("train", "test")}
    save_arrays(tmp_path / "data.npz", good)
    assert len(drawn_data.kept_in(tmp_path, Collection()).y_test) == 9
    (tmp_path / "other").mkdir()
    save_arrays(tmp_path / "other" / "data.npz", good | MADE_UP[name] if name != "nothing" else {})
    with pytest.raises(WeightsError, match="data.npz is damaged: it holds no drawings to"):
        drawn_data.kept_in(tmp_path / "other", Collection())
