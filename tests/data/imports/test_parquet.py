"""Parquet as Hugging Face has it: the bytes of a picture, and a label."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lenet.data import datasets
from lenet.errors import DatasetError
from tests.made_datasets import (
    LABELS,
    bars,
    colored_shapes,
    in_order,
    picture,
    stored,
    stored_labels,
    zip_of,
)
from tests.memory import memory_of_an_import

X = bars()
STRUCT = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
PICTURES = [{"bytes": picture(image), "path": None} for image in X]


def parquet(path: Path, columns: dict[str, object], names: list[str] | None = None) -> Path:
    table = pa.table(columns)
    if names:
        features = {"features": {"label": {"_type": "ClassLabel", "names": names}}}
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": features})})
    path.parent.mkdir(exist_ok=True)
    pq.write_table(table, path, row_group_size=25)
    return path


def test_pictures_and_labels(tmp_path):
    path = parquet(tmp_path / "a.parquet", {"image": PICTURES, "label": LABELS}, ["ant", "bee", "cat"])
    assert datasets.add_own("bars", path).class_names == ("ant", "bee", "cat")
    assert np.array_equal(stored("bars"), in_order(X))
    assert stored_labels("bars") == [("ant", "bee", "cat")[label] for label in in_order(LABELS)]


@pytest.mark.parametrize("columns", [("img", "fine_label"), ("jpg", "cls"), ("picture", "y")])
def test_columns_by_other_names_and_plain_bytes(columns, tmp_path):
    pictures = [each["bytes"] for each in PICTURES]
    path = parquet(tmp_path / "a.parquet", dict(zip(columns, (pictures, LABELS), strict=True)))
    datasets.add_own("bars", path)
    assert np.array_equal(stored("bars"), in_order(X))


def test_pictures_in_color_as_cifar_10_has_them(tmp_path):
    images, labels = colored_shapes(40)
    columns = {"img": [{"bytes": picture(each), "path": None} for each in images], "label": labels[:, 0]}
    assert datasets.add_own("shapes", parquet(tmp_path / "a.parquet", columns)).image_shape == (32, 32, 3)
    assert {each.tobytes() for each in datasets.load("shapes").x_train} < {each.tobytes() for each in images}


def test_labels_that_are_words(tmp_path):
    words = np.array(["ant", "bee", "cat"])[LABELS]
    datasets.add_own("bars", parquet(tmp_path / "a.parquet", {"image": PICTURES, "label": words}))
    assert stored_labels("bars") == list(in_order(words))


def test_a_file_for_each_split(tmp_path):
    train = parquet(tmp_path / "1.parquet", {"image": PICTURES[:40], "label": LABELS[:40]}).read_bytes()
    test = parquet(tmp_path / "2.parquet", {"image": PICTURES[40:], "label": LABELS[40:]}).read_bytes()
    files = {"data/train-00000-of-00001.parquet": train, "data/test-00000-of-00001.parquet": test}
    about = datasets.add_own("bars", zip_of(tmp_path / "a.zip", files))
    assert np.array_equal(stored("bars"), X)
    assert (about.num_train, about.num_test) == (40, 20)


WRONG = {
    "no images": (
        {"text": ["a"] * 60, "label": LABELS},
        "received the columns text, label, expected one of p",
    ),
    "no labels": ({"image": PICTURES}, "received the columns image, expected one of pictures"),
    "no picture": (
        {"image": [{"bytes": b"no picture", "path": None}] * 60, "label": LABELS},
        "is no picture",
    ),
    "nothing in a row": ({"image": [*PICTURES[:59], None], "label": LABELS}, "row 60.*expected the bytes"),
    "no label in a row": (
        {"image": PICTURES, "label": [*LABELS[:59].tolist(), None]},
        "Labels: received noth",
    ),
    "decimals": ({"image": PICTURES, "label": LABELS / 2}, "Labels: received 0.5, expected whole numbers"),
    "a picture elsewhere": (
        {"image": pa.array([{"bytes": None, "path": "/etc/passwd"}] * 60, STRUCT), "label": LABELS},
        "row 1: received no picture, expected the bytes of one",
    ),
}


@pytest.mark.parametrize("columns, words", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_and_nothing_is_stored(columns, words, tmp_path, data):
    with pytest.raises(DatasetError, match=words):
        datasets.add_own("bars", parquet(tmp_path / "a.parquet", columns))
    assert not list(data.rglob("*.npz"))


def test_a_damaged_file(tmp_path):
    path = parquet(tmp_path / "a.parquet", {"image": PICTURES, "label": LABELS})
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DatasetError, match="a.parquet is damaged or cut short"):
        datasets.add_own("bars", path)


def test_a_large_picture_in_every_row_takes_little_memory(tmp_path):
    """A dictionary has it once, and the file is small."""
    one = pa.array([{"bytes": bytes(25_000_000), "path": None}], STRUCT)
    columns = {"image": one.take(pa.array([0] * 16)), "label": LABELS[:16]}
    path = parquet(tmp_path / "a.parquet", columns)
    assert path.stat().st_size < 5_000_000
    assert memory_of_an_import(path) < 300


def test_a_picture_without_end_is_refused(tmp_path):
    columns = {"image": pa.array([{"bytes": bytes(60_000_000), "path": None}], STRUCT), "label": LABELS[:1]}
    with pytest.raises(DatasetError, match="received pictures of .* bytes, expected at most 50,000,000 each"):
        datasets.add_own("bars", parquet(tmp_path / "a.parquet", columns))


def test_a_label_without_end_is_refused(tmp_path):
    """Once in the file, by its dictionary, and in every row."""
    columns = {"image": PICTURES, "label": ["9" * 100_000] * len(PICTURES)}
    with pytest.raises(DatasetError, match="received a label of 100,000 characters, expected at most 200"):
        datasets.add_own("bars", parquet(tmp_path / "a.parquet", columns))
