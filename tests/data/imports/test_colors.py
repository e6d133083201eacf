"""Colors in people's own data: kept where there are some, and made gray or kept where a person says so."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lenet.data import datasets
from lenet.data.imports.choices import AS_FOUND, Choices
from lenet.data.imports.importing import opened
from lenet.errors import DatasetError
from tests.made_datasets import (
    COLORED,
    COLORS,
    bars,
    colored_shapes,
    folder_of,
    in_order,
    npz,
    picture,
    stored_labels,
    zip_of,
)
from tests.memory import memory_of_an_import

X, Y = colored_shapes(40)
NAMES = np.array(COLORED)


def luminance(images: np.ndarray) -> np.ndarray:
    """(N, H, W, 3) uint8 → (N, H, W): what Pillow calls "L"."""
    return np.stack([np.asarray(Image.fromarray(image).convert("L")) for image in images])


def all_of(name: str) -> np.ndarray:
    """(N, H, W, C): training images first."""
    data = datasets.load(name)
    return np.concatenate([data.x_train, data.x_test])


def nearest_color(image: np.ndarray) -> str:
    """The name in `COLORS` of what is in the middle of its most colored pixels."""
    spread = np.ptp(image.astype(int), axis=2)
    seen = image[spread > 0.5 * spread.max()].mean(axis=0)
    shades = {name: np.array(color) - np.mean(color) for name, color in COLORS.items()}
    return max(shades, key=lambda name: seen @ shades[name] / np.linalg.norm(shades[name]))


def in_folders(images: np.ndarray, kind: str = "png") -> dict[str, bytes]:
    """Pictures in folders of their classes."""
    return {
        f"{COLORED[label]}/{number:03}.{kind}": picture(image, kind)
        for number, (image, label) in enumerate(zip(images, Y[:, 0], strict=True))
    }


def words(source: Path, choices: Choices = AS_FOUND) -> str:
    with opened(source) as found:
        return "\n".join(found.notes(choices))


def test_arrays_as_cifar_10_is_stored(tmp_path):
    path = npz(tmp_path / "a.npz", x_train=X, y_train=Y, x_test=X[:20], y_test=Y[:20], class_names=NAMES)
    about = datasets.add_own("shapes", path)
    assert (about.image_shape, about.class_names) == ((32, 32, 3), COLORED)
    assert np.array_equal(all_of("shapes"), np.concatenate([X, X[:20]]))
    assert "Colors: in 40 of 40 images that were looked at. Kept." in words(path)


@pytest.mark.parametrize(
    "images", [X.transpose(0, 3, 1, 2), X.transpose(0, 3, 1, 2).reshape(40, -1), X / 255, X.astype(int)]
)
def test_planes_rows_and_fractions_are_the_same_colors(images, tmp_path):
    datasets.add_own("shapes", npz(tmp_path / "a.npz", x=images, y=Y))
    assert np.array_equal(all_of("shapes"), in_order(X))


def test_colors_become_gray_where_a_person_says_so(tmp_path):
    path, gray = npz(tmp_path / "a.npz", x=X, y=Y), Choices(color=False, inverted=False)
    assert datasets.add_own("gray", path, choices=gray).image_shape == (32, 32, 1)
    assert np.array_equal(all_of("gray")[..., 0], in_order(luminance(X)))
    assert "Colors: in 40 of 40 images that were looked at. Made gray." in words(path, gray)
    with opened(path) as found:
        assert found.preview().shape == (9, 32, 32, 3) and found.preview(gray).shape == (9, 32, 32, 1)
    assert datasets.add_own("mnist-like", path, choices=Choices(scaling="mnist")).image_shape == (28, 28, 1)


@pytest.mark.parametrize("kind", ["png", "bmp", "webp", "jpg"])
def test_pictures(kind, tmp_path):
    source = zip_of(tmp_path / "shapes.zip", in_folders(X, kind))
    assert datasets.add_own("shapes", source).image_shape == (32, 32, 3)
    for image, name in zip(all_of("shapes"), stored_labels("shapes"), strict=True):
        assert nearest_color(image) == name.partition(" ")[0]
    if kind == "png":
        assert {each.tobytes() for each in all_of("shapes")} == {each.tobytes() for each in X}


def test_larger_pictures_are_scaled_in_color(tmp_path):
    large = X.repeat(6, axis=1).repeat(7, axis=2)
    folder = folder_of(tmp_path / "it", in_folders(large))
    assert datasets.add_own("small", folder).image_shape == (28, 28, 3)
    assert datasets.add_own("sized", folder, choices=Choices(size=40)).image_shape == (40, 40, 3)
    assert all(np.ptp(image.astype(int), axis=2).max() > 40 for image in all_of("small"))


def test_three_equal_channels_are_gray_and_stay_three_where_a_person_says_so(tmp_path):
    equal = bars(20)[..., None].repeat(3, axis=3)
    folder = folder_of(
        tmp_path / "it", {f"{n % 2}/{n:02}.png": picture(each) for n, each in enumerate(equal)}
    )
    for source in (folder, npz(tmp_path / "a.npz", x=equal, y=np.arange(20) % 2)):
        assert datasets.add_own("bars", source, replace=True).image_shape == (12, 12, 1)
        assert {each.tobytes() for each in all_of("bars")} == {each.tobytes() for each in bars(20)}
        kept = datasets.add_own("bars", source, replace=True, choices=Choices(color=True))
        assert kept.image_shape == (12, 12, 3)
        assert "Colors: in 0 of 20 images that were looked at. Made gray." in words(source)


def test_gray_pictures_have_no_colors_to_keep(tmp_path):
    files = {f"{n % 2}/{n:02}.png": picture(each) for n, each in enumerate(bars(20))}
    source, keep = folder_of(tmp_path / "it", files), Choices(color=True)
    assert datasets.add_own("bars", source, choices=keep).image_shape == (12, 12, 1)
    assert "Colors" not in words(source, keep)


def test_a_tint_of_all_pictures_is_no_color(tmp_path):
    """Paper in the light of a lamp; with a red pen on it, there is one."""
    random, files = np.random.default_rng(0), {}
    for number in range(20):
        paper = random.normal(225, 4, (60, 60, 1)).clip(0, 255).repeat(3, axis=2)
        paper[10:50, 10 + number : 16 + number] = (40, 40, 40)
        files[f"{number % 2}/{number:02}.jpg"] = picture((paper * (1, 0.92, 0.72)).astype(np.uint8), "jpg")
    source = folder_of(tmp_path / "it", files)
    assert datasets.add_own("ink", source).image_shape == (60, 60, 1)
    assert "Polarity: dark on light. Inverted" in words(source)
    paper[10:50, 10 + number : 16 + number] = (200, 40, 40)
    red = picture((paper * (1, 0.92, 0.72)).astype(np.uint8), "jpg")
    with_red = folder_of(tmp_path / "red", files | {f"{n % 2}/{n:02}.jpg": red for n in range(8)})
    assert datasets.add_own("red", with_red).image_shape == (60, 60, 3)


def ink_drawings(inks: list[tuple[int, int, int]]) -> dict[str, bytes]:
    """Twenty photographs of a stroke on paper, as JPEG, each by the next of these pens."""
    random, files = np.random.default_rng(1), {}
    for number in range(20):
        paper = random.normal(225, 4, (60, 60, 1)).clip(0, 255).repeat(3, axis=2)
        paper[10:50, 10 + number : 16 + number] = inks[number % len(inks)]
        files[f"{number % 2}/{number:02}.jpg"] = picture(paper.astype(np.uint8), "jpg")
    return files


@pytest.mark.parametrize(
    ("inks", "channels"),
    [
        ([(40, 60, 150)], 1),
        ([(40, 60, 150), (40, 40, 40), (40, 40, 40)], 1),
        ([(190, 30, 40), (40, 60, 150)], 3),
        ([(220, 30, 30), (230, 110, 30)], 3),
    ],
    ids=["a blue pen", "blue and black", "red and blue", "red is one class, orange the other"],
)
def test_a_pen_of_one_color_is_dark_and_nothing_else(inks, channels, tmp_path):
    source = folder_of(tmp_path / "it", ink_drawings(inks))
    assert datasets.add_own("ink", source).image_shape == (60, 60, channels)
    assert datasets.add_own("kept", source, choices=Choices(color=True)).image_shape == (60, 60, 3)
    assert "Colors: in 0 of" not in words(source)
    assert ("one ink" in words(source)) == (channels == 1)


def test_colors_are_not_inverted_unless_a_person_says_so(tmp_path):
    light = np.where(np.ptp(X.astype(int), axis=3, keepdims=True) > 40, X, 250).astype(np.uint8)
    path = npz(tmp_path / "a.npz", x=light, y=Y)
    datasets.add_own("shapes", path)
    assert np.array_equal(all_of("shapes"), in_order(light))
    assert "Polarity: dark on light. Kept, for inverted colors are others." in words(path)
    datasets.add_own("inverted", path, choices=Choices(inverted=True))
    assert np.array_equal(all_of("inverted"), in_order(255 - light))
    assert "Inverted" in words(path, Choices(color=False))


def test_a_gray_picture_among_colored_ones(tmp_path):
    files = in_folders(X)
    first = next(iter(files))
    files[first] = picture(luminance(X[:1])[0])
    datasets.add_own("shapes", folder_of(tmp_path / "it", files))
    wanted = luminance(X[:1])[0][..., None].repeat(3, axis=2)
    assert wanted.tobytes() in {each.tobytes() for each in all_of("shapes")}


def test_what_is_transparent_is_white(tmp_path):
    clear = np.concatenate([X, np.where(np.ptp(X.astype(int), axis=3, keepdims=True) > 40, 255, 0)], axis=3)
    datasets.add_own("shapes", folder_of(tmp_path / "it", in_folders(clear.astype(np.uint8))))
    images = all_of("shapes")
    assert images.shape[1:] == (32, 32, 3) and (images[:, 0, 0] == 255).all()
    assert (np.ptp(images.astype(int), axis=3).max(axis=(1, 2)) > 40).all()


def test_what_is_too_much_in_color_is_gray(tmp_path, monkeypatch):
    monkeypatch.setattr("lenet.data.imports.importing.MAX_PIXELS", 100_000)
    path = npz(tmp_path / "a.npz", x=X, y=Y)
    assert datasets.add_own("shapes", path).image_shape == (32, 32, 1)
    assert "Made gray, for in color they are 122,880 numbers, more than 100,000." in words(path)
    with pytest.raises(DatasetError, match="Keep fewer examples, or make them smaller or gray"):
        datasets.add_own("kept", path, choices=Choices(color=True))


def test_memory_does_not_grow_with_pictures_in_color(tmp_path):
    one = picture(np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8))
    few, many = (
        zip_of(tmp_path / f"{count}.zip", {f"{n % 5}/{n}.png": one for n in range(count)})
        for count in (50, 4_000)
    )
    assert memory_of_an_import(many) < memory_of_an_import(few) + 40
