"""Files of other kinds, and zips in zips: what cannot be read is said."""

import pytest

from lenet.data import datasets
from lenet.data.imports.importing import opened
from lenet.errors import DatasetError
from tests.made_datasets import LABELS, bars, csv_text, folder_of, npz, pictures_by_class, stored, zip_of


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", b'{"a": 1}', "a.json: received a file of another kind, expected pictures in folders"),
        ("a.h5", b"\x89HDF\r\n\x1a\n" + bytes(600), "a.h5 is an HDF5 file, expected .* with numpy.savez"),
        ("a.txt", b"hello\nyou\n", "a.txt: received 1 column, expected one of labels"),
        ("a.html", b"<html>", "received a file of another kind"),
        ("a.zip", b"PK\3\4" + bytes(100), "a.zip is no .zip file, or cut short"),
        ("b.zip", b"hello\n", "b.zip: received a file of another kind, expected pictures in folders"),
        ("a.csv", b"", "a.csv has no rows"),
        ("a.csv", bytes(range(256)), "expected UTF-8"),
        ("a.csv", b'"' + b"a" * 200_000, "a.csv is no table of cells"),
    ],
)
def test_another_kind_of_file_is_said(name, content, words, tmp_path, data):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DatasetError, match=words):
        datasets.add_own("bars", tmp_path / name)
    assert not list(data.rglob("*.npz"))


def test_a_zip_of_one_npz_beside_a_readme(tmp_path):
    arrays = npz(tmp_path / "a.npz", x=bars(), y=LABELS).read_bytes()
    datasets.add_own("bars", zip_of(tmp_path / "a.zip", {"it/a.npz": arrays, "it/README.md": b"x"}))
    assert len(stored("bars")) == len(LABELS)


def test_a_zip_of_a_note_alone(tmp_path):
    with pytest.raises(DatasetError, match="a.zip: received a file of another kind"):
        datasets.add_own("bars", zip_of(tmp_path / "a.zip", {"readme.txt": b"Digits of class 7b.\n"}))


def test_zips_in_zips_in_zips_are_left_alone(tmp_path):
    content = zip_of(tmp_path / "0.zip", pictures_by_class()).read_bytes()
    for number in (1, 2):
        content = zip_of(tmp_path / f"{number}.zip", {"inner.zip": content}).read_bytes()
    with pytest.raises(DatasetError, match="received a file of another kind, expected pictures"):
        datasets.add_own("bars", tmp_path / "2.zip")


def test_a_file_whose_name_says_nothing(tmp_path):
    npz(tmp_path / "a.npz", x=bars(), y=LABELS).rename(tmp_path / "download")
    datasets.add_own("bars", tmp_path / "download")
    assert len(stored("bars")) == len(LABELS)


def test_files_of_another_kind_beside_are_said(tmp_path):
    files = pictures_by_class() | {"more.csv": csv_text([["label", "pixel0"], [1, 2]]), "notes.txt": b"x"}
    with opened(folder_of(tmp_path / "it", files)) as found:
        assert "Passed over: 2 files of another kind, such as more.csv." in found.notes()
