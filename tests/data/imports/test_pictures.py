"""Pictures in folders by class, in a folder or a zip; scaled, or the way MNIST was made."""

import struct
import zlib

import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.imports import files
from lenet.data.imports.choices import Choices
from lenet.data.imports.importing import opened
from lenet.drawing.mnist_format import center_of_mass
from lenet.errors import DatasetError
from tests.made_datasets import folder_of, picture, pictures_by_class, stored, stored_labels, zip_of
from tests.memory import memory_of_an_import


@pytest.mark.parametrize("kind", ["png", "jpg", "bmp", "webp", "tif", "gif"])
def test_a_zip_of_folders(kind, tmp_path):
    about = datasets.add_own("bars", zip_of(tmp_path / "bars.zip", pictures_by_class(kind)))
    assert (about.class_names, about.image_shape) == (("lying", "standing"), (28, 28, 1))
    for image, name in zip(stored("bars"), stored_labels("bars"), strict=True):
        ink = image > 128
        rows, columns = ink.any(axis=1).sum(), ink.any(axis=0).sum()
        assert (rows > columns) == (name == "standing")
        assert image[0, 0] < 40  # dark ink on light paper became light on dark


def test_a_folder_is_as_its_zip(tmp_path):
    files = pictures_by_class(prefix="my bars/")
    datasets.add_own(
        "zipped", zip_of(tmp_path / "bars.zip", files | {"__MACOSX/my bars/standing/._0.png": b"x"})
    )
    datasets.add_own("lying-there", folder_of(tmp_path / "it", files | {"my bars/.DS_Store": b"x"}))
    assert np.array_equal(stored("zipped"), stored("lying-there"))
    assert stored_labels("zipped") == stored_labels("lying-there")


def test_folders_of_train_and_test_are_honoured(tmp_path):
    files = pictures_by_class(prefix="bars/train/") | pictures_by_class(prefix="bars/Test/")
    del files["bars/Test/lying/0.png"]
    about = datasets.add_own("bars", zip_of(tmp_path / "bars.zip", files))
    assert (about.num_train, about.num_test) == (24, 23)
    assert about.class_names == ("lying", "standing")


def test_a_zip_for_each_class_as_teachable_machine_gives_them(tmp_path):
    zips = {}
    for name in ("lying", "standing"):
        members = {
            key.partition("/")[2]: each for key, each in pictures_by_class("jpg").items() if name in key
        }
        zips[f"{name}-samples.zip"] = zip_of(tmp_path / f"{name}.zip", members).read_bytes()
    datasets.add_own("one", folder_of(tmp_path / "it", zips))
    datasets.add_own("two", zip_of(tmp_path / "both.zip", zips))
    assert datasets.info("one").class_names == datasets.info("two").class_names == ("lying", "standing")
    assert np.array_equal(stored("one"), stored("two")) and len(stored("one")) == 24


def test_names_of_files_say_the_class_where_there_are_no_folders(tmp_path):
    files = {name.replace("/", "_"): each for name, each in pictures_by_class().items()}
    assert datasets.add_own("bars", folder_of(tmp_path / "it", files)).class_names == ("lying", "standing")
    with opened(tmp_path / "it") as found:
        assert "The classes are from the names of the files" in "\n".join(found.notes())


@pytest.mark.parametrize("packed", [False, True])
def test_the_same_classes_of_two_people_are_the_same_classes(packed, tmp_path):
    pictures = list(pictures_by_class().items())
    people = {"ann": dict(pictures[:12]), "bob": dict(pictures[12:])}
    people["cy"] = {"lying/0.png": pictures[0][1]}  # and a third one has drawn a single class
    if packed:
        made = {f"{name}.zip": zip_of(tmp_path / name, files).read_bytes() for name, files in people.items()}
    else:
        people["cy"] = {"Lying/0.png": pictures[0][1]}
        made = {f"{name}/{file}": each for name, files in people.items() for file, each in files.items()}
    about = datasets.add_own("bars", source := folder_of(tmp_path / "it", made))
    assert (set(map(str.lower, about.class_names)), len(stored("bars"))) == ({"lying", "standing"}, 25)
    with opened(source) as found:
        assert "Folders of the same names are in ann, bob, cy: these are the classes." in found.notes()


def test_the_way_mnist_was_made(tmp_path):
    source = folder_of(tmp_path / "it", pictures_by_class())
    datasets.add_own("bars", source, choices=Choices(scaling="mnist"))
    images = stored("bars")
    assert images.shape[1:] == (28, 28)
    assert np.abs(center_of_mass(images) - 14.5).max() <= 0.51
    for image in images:
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        assert 19 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 22


def test_another_size(tmp_path):
    source = folder_of(tmp_path / "it", pictures_by_class())
    assert datasets.add_own("bars", source, choices=Choices(size=40)).image_shape == (40, 40, 1)


def test_small_pictures_of_one_size_stay_as_they_are(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (20, 16, 16), dtype=np.uint8)
    files = {f"{'ab'[number % 2]}/{number:02}.png": picture(image) for number, image in enumerate(images)}
    datasets.add_own("noise", folder_of(tmp_path / "it", files))
    assert {image.tobytes() for image in stored("noise")} == {image.tobytes() for image in images}


@pytest.mark.parametrize("inverted", [True, False])
def test_polarity_is_looked_at_said_and_can_be_changed(inverted, tmp_path):
    source = folder_of(tmp_path / "it", pictures_by_class())
    with opened(source) as found:
        assert "dark on light" in "\n".join(found.notes())
        assert "Kept dark on light" in "\n".join(found.notes(Choices(inverted=False)))
        shown = found.preview(Choices(inverted=inverted))
    assert shown.shape == (9, 28, 28, 1) and (shown[0, 0, 0, 0] < 40) == inverted
    datasets.add_own("bars", source, choices=Choices(inverted=inverted))
    assert (np.median(stored("bars")) < 40) == inverted


def png_header(width: int, height: int) -> bytes:
    """A PNG that announces so many pixels, and holds none."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = (body, b"IDAT" + zlib.compress(b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each)) for each in chunks
    )


GOOD = pictures_by_class()
UNREADABLE = {
    "lying/huge.png": (png_header(30_000, 30_000), "expected at most"),
    "lying/half.png": (GOOD["lying/0.png"][:50], "is damaged or cut short"),
    "standing/page.png": (b"<html>", "is no picture"),
}
WRONG = {
    "all damaged": ({name: each[:50] for name, each in GOOD.items()}, "lying/0.png is damaged or cut short"),
    "all of a class damaged": (
        {name: each[:50] if "lying" in name else each for name, each in GOOD.items()},
        r"Left out: 12 pictures. lying/0.png is damaged .*no training example of 0 \(lying\)",
    ),
    "text files": (
        {"a/notes.txt": b"x", "b/notes.txt": b"y"},
        "received 2 files, such as a/notes.txt, expected",
    ),
    "one class": ({name: each for name, each in GOOD.items() if "lying" in name}, "received 1 class"),
    "no folders": ({f"{number}.png": each for number, each in enumerate(GOOD.values())}, "received 1 class"),
    "few": (
        {name: GOOD[name] for name in ("lying/0.png", "standing/0.png")},
        "received 2, expected at least 10",
    ),
    "nothing": ({}, "received no file, expected pictures in folders by class"),
    "blank": (
        {f"{n % 2}/{n}.png": picture(np.zeros((9, 9), np.uint8)) for n in range(12)},
        "every pixel is 0",
    ),
    "parts without classes": (
        {name.replace("lying", "val").replace("standing", "test"): each for name, each in GOOD.items()},
        "received pictures right in test, val, which .* such as class-test",
    ),
    "a class called as a part": (
        {name.replace("lying", "val"): each for name, each in GOOD.items()},
        "received pictures right in val, which .* such as class-val",
    ),
    "a part to test": (
        {f"test/{name}": each for name, each in GOOD.items()},
        "received test alone, expected",
    ),
    "120 classes": (
        {f"{n}/a.png": GOOD["lying/0.png"] for n in range(120)},
        "Classes: received 120, expected",
    ),
    "a picture beside folders": (
        GOOD | {"0.png": GOOD["lying/0.png"]},
        "received 1 picture beside the folder",
    ),
}


@pytest.mark.parametrize("files, words", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_and_nothing_is_stored(files, words, tmp_path, data):
    with pytest.raises(DatasetError, match=words):
        datasets.add_own("bars", zip_of(tmp_path / "a.zip", files))
    (tmp_path / "it").mkdir()
    with pytest.raises(DatasetError, match=words):
        datasets.add_own("bars", folder_of(tmp_path / "it", files))
    assert not list(data.rglob("*.npz"))


@pytest.mark.parametrize("name", ["../lying/0.png", "/lying/0.png", "lying/../../0.png", "C:\\lying\\0.png"])
def test_paths_that_lead_out_are_refused(name, tmp_path, data):
    path = zip_of(tmp_path / "a.zip", GOOD | {name: GOOD["lying/0.png"]})
    with pytest.raises(DatasetError, match="leads out of the archive. Pack the folder anew"):
        datasets.add_own("bars", path)
    assert not list(data.rglob("*.npz"))


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path):
    folder = folder_of(tmp_path / "it", GOOD)
    (tmp_path / "secret.png").write_bytes(GOOD["lying/0.png"])
    (folder / "lying" / "secret.png").symlink_to(tmp_path / "secret.png")
    datasets.add_own("bars", folder)
    assert len(stored("bars")) == len(GOOD)


def test_a_picture_that_unpacks_to_far_too_much_is_left_out(tmp_path, data):
    path = zip_of(tmp_path / "a.zip", GOOD | {"lying/bomb.bmp": bytes(60_000_000)})
    assert path.stat().st_size < 200_000
    with opened(path) as found:
        about = datasets.add("bars", found)
        assert "bomb.bmp has 60,000,000 bytes, expected at most 50,000,000" in found.contents.left_out()[0]
    assert about.num_train + about.num_test == len(GOOD)


def test_whoever_stops_it_leaves_nothing(tmp_path, data):
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        datasets.add_own("bars", folder_of(tmp_path / "it", GOOD), progress=stop)
    assert [path for path in (data / "own").rglob("*") if path.is_file()] == []


def test_progress_counts_the_images(tmp_path):
    seen: list[tuple[int, int]] = []
    datasets.add_own("bars", folder_of(tmp_path / "it", GOOD), progress=lambda *each: seen.append(each))
    assert seen[-1] == (24, 24) and seen == sorted(seen)


def test_memory_does_not_grow_with_the_pictures(tmp_path):
    one = picture(np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8))
    few, many = (
        zip_of(tmp_path / f"{count}.zip", {f"{n % 5}/{n}.png": one for n in range(count)})
        for count in (50, 4_000)
    )
    assert memory_of_an_import(many) < memory_of_an_import(few) + 40


def test_folders_and_files_together(tmp_path):
    folder_of(tmp_path, pictures_by_class())
    with opened([("lying", tmp_path / "lying"), ("standing", tmp_path / "standing")], "both") as found:
        assert found.contents.class_names == ("lying", "standing")


def test_two_files_of_one_name_are_refused(tmp_path):
    path = folder_of(tmp_path, pictures_by_class()) / "lying" / "0.png"
    with (
        pytest.raises(DatasetError, match="0.png: received two files of that name"),
        opened([("0.png", path)] * 2),
    ):
        pass


def test_a_link_to_nothing_is_said(tmp_path):
    folder_of(tmp_path / "it", pictures_by_class())
    (tmp_path / "it" / "lying" / "gone.png").symlink_to(tmp_path / "it" / "nowhere.png")
    with pytest.raises(DatasetError, match="lying/gone.png cannot be read"), opened(tmp_path / "it"):
        pass


def test_zips_in_a_zip_are_counted_together(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_FILES", 60)
    inner = {
        f"{number}.zip": zip_of(tmp_path / "inner.zip", pictures_by_class()).read_bytes()
        for number in range(3)
    }
    with (
        pytest.raises(DatasetError, match="received 7[0-9] files of"),
        opened(zip_of(tmp_path / "outer.zip", inner)),
    ):
        pass


@pytest.mark.parametrize("prefix", ["", "test/"])
def test_what_cannot_be_read_is_left_out_and_said(prefix, tmp_path):
    there = GOOD if not prefix else GOOD | {f"test/{name}": each for name, each in GOOD.items()}
    damaged = {f"{prefix}{name}": each for name, (each, _) in UNREADABLE.items()}
    source = zip_of(tmp_path / "bars.zip", there | damaged)
    with opened(source) as found:
        about = datasets.add("bars", found)
        [sentence] = found.contents.left_out()
    assert sentence.startswith("Left out: 3 pictures.")
    assert all(words in sentence and name in sentence for name, (_, words) in UNREADABLE.items())
    datasets.add_own("whole", zip_of(tmp_path / "whole.zip", there))
    whole = datasets.info("whole")
    assert about.num_train + about.num_test == whole.num_train + whole.num_test
    assert about.image_shape == whole.image_shape
    assert {each.tobytes() for each in stored("bars")} == {each.tobytes() for each in stored("whole")}
