"""Digits on paper are found and read, however the picture was taken; bad pictures are answered in words."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lenet.data import datasets
from lenet.data.published_files import data_folders
from lenet.drawing import photographs
from lenet.drawing.found_digits import FoundDigit
from lenet.drawing.image_files import MOST_BYTES, SMALLEST_SIDE, open_picture
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.errors import DrawingError
from lenet.evaluation.photograph_reading import read
from lenet.evaluation.predictor import predict
from lenet.networks import loading
from tests.drawn_digits import drawn_digits
from tests.fresh_process import outcome_of
from tests.paper import Look, photograph, tile_of_drawing, tile_of_image

MEMORY = 300  # MB above what the modules take: the bound that photographs.py states

LOOKS = {
    "plain": Look(),
    "flash": Look(light=0.7, noise=7),
    "chalk": Look(ink=0.9, paper=0.2, light=0.5, texture=0.1),
    "ruled": Look(lines=0.65),
    "squared": Look(lines=0.4, squared=True, ink=0.2),
    "on a table": Look(table=0.1),
    "half in a shadow": Look(shadow=0.5, light=0.2),
    "small": Look(digit=32, blur=0.5, noise=3),
    "large": Look(digit=200, blur=2),
    "pencil": Look(ink=0.62),
    "noisy": Look(noise=15),
    "out of focus": Look(blur=3),
    "poor JPEG": Look(quality=30),
}


def find_digits(grey: np.ndarray) -> list[FoundDigit]:
    """Without a reader."""
    return photographs.find_digits(grey).digits


def png(picture: np.ndarray | Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Images of a test set, (N, 28, 28) uint8, and their labels: MNIST's where it is at hand."""
    if any((folder / "mnist.npz").is_file() for folder in data_folders()):
        data = datasets.load("mnist")
        return data.x_test[..., 0], data.y_test
    drawn = drawn_digits(200)
    return render([drawing for drawing, _ in drawn]), np.array([label for _, label in drawn])


@pytest.mark.parametrize("name", LOOKS)
def test_twenty_digits_on_a_page(name: str, digits: tuple[np.ndarray, np.ndarray]) -> None:
    look, chance = LOOKS[name], np.random.default_rng(7)
    model, right, pages = loading.load_model("lenet5-draw"), 0, 5
    for _ in range(pages):
        chosen = chance.choice(len(digits[0]), 20, replace=False)
        heights = look.digit * chance.uniform(0.85, 1.15, 20)
        tiles = [
            tile_of_image(digits[0][index], int(height), chance.uniform(-6, 6))
            for index, height in zip(chosen, heights, strict=True)
        ]
        found = find_digits(photograph(tiles, 5, look, chance))
        assert len(found) == 20
        answers = predict(model, np.stack([digit.image for digit in found])[..., None]).argmax(axis=1)
        right += int((answers == digits[1][chosen]).sum())
    assert right >= 0.97 * 20 * pages, right


def test_the_boxes_lie_around_the_digits() -> None:
    paper = np.full((300, 600), 230, np.uint8)
    paper[50:150, 100:108] = 20
    paper[60:160, 300:310] = 20
    paper[200:280, 200:206] = 20
    found = find_digits(paper)
    boxes = np.array([digit.box for digit in found])
    wanted = [(100, 50, 108, 150), (300, 60, 310, 160), (200, 200, 206, 280)]
    assert np.abs(boxes - np.array(wanted)).max() <= 2


@pytest.mark.parametrize("pen", [4, 6, 12, 40])
def test_any_pen(pen: int) -> None:
    """One digit that fills the picture: no stroke of it is taken for a ruled line, none falls to pieces."""
    model = loading.load_model("lenet5-draw")
    drawn = drawn_digits(25)
    images = []
    for drawing, _ in drawn:
        ink = np.pad(tile_of_drawing(drawing, 240, pen), 40)
        (digit,) = find_digits((255 * (1 - ink)).astype(np.uint8))
        images.append(digit.image)
    answers = predict(model, np.stack(images)[..., None]).argmax(axis=1)
    assert (answers == [label for _, label in drawn]).sum() >= 24


ROOMS = {
    "paper": (Look(), (60, 110), (5, 130)),
    "a board": (Look(ink=0.9, paper=0.2), (140, 200), (120, 250)),
}


@pytest.mark.parametrize("what", ROOMS)
def test_in_a_room(what: str) -> None:
    """What lies about around the paper, or the board, is not read."""
    look, walls, things = ROOMS[what]
    chance = np.random.default_rng(3)
    room = chance.integers(*walls, (900, 1200)).astype(np.uint8)
    for _ in range(15):
        left, top = chance.integers(0, 1000), chance.integers(0, 800)
        room[top : top + chance.integers(30, 200), left : left + 60] = chance.integers(*things)
    labels = [3, 8, 5]
    drawings = [next(drawing for drawing, label in drawn_digits(50) if label == each) for each in labels]
    paper = photograph([tile_of_drawing(each, 90, 8) for each in drawings], 3, look, chance)
    room[300 : 300 + paper.shape[0], 400 : 400 + paper.shape[1]] = paper
    found = find_digits(room)
    answers = predict(
        loading.load_model("lenet5-draw"), np.stack([digit.image for digit in found])[..., None]
    )
    assert answers.argmax(axis=1).tolist() == labels
    assert all(digit.box[0] >= 400 and digit.box[1] >= 300 for digit in found)


def test_the_shadow_of_a_phone_is_no_board() -> None:
    """It has straight edges, and is darker than what is around it."""
    tiles = [tile_of_drawing(drawing, 150, 12) for drawing, _ in drawn_digits(3)]
    page = photograph(tiles, 3, Look(digit=150, noise=2, light=0.2), np.random.default_rng(0))
    height, width = page.shape
    page[height // 3 :, width // 3 : 2 * width // 3] //= 2
    assert len(find_digits(page)) == 3


@pytest.mark.parametrize("last", [150, 120, 110, 100])
def test_light_that_fades_over_a_row_is_no_end_of_the_paper(last: int) -> None:
    """It was: what lay in the brighter part alone was found, without a word."""
    picture = np.tile(np.linspace(225, last, 1400), (460, 1))
    for number, (drawing, _) in enumerate(drawn_digits(5)):
        tile = np.asarray(Image.fromarray(render([drawing])[0]).resize((290, 290))) / 255
        place = picture[85:375, 20 + 270 * number : 310 + 270 * number]
        place += (45 - place) * tile
    assert len(find_digits(picture.astype(np.uint8))) == 5


def test_inverted_is_the_same() -> None:
    ink = np.pad(tile_of_drawing(drawn_digits(1)[0][0], 200, 14), 60)
    dark = (255 - 200 * ink).astype(np.uint8)
    (one,), (other,) = find_digits(dark), find_digits(255 - dark)
    assert np.abs(one.image.astype(int) - other.image).mean() < 2


def test_an_mnist_image_is_taken_as_it_is(digits: tuple[np.ndarray, np.ndarray]) -> None:
    for image in digits[0][:20]:
        (digit,) = find_digits(image)
        assert np.array_equal(digit.image, image)


def a_photograph(megapixels: float) -> Image.Image:
    """4:3, a drawn digit in its middle."""
    width = int((megapixels * 1e6 * 4 / 3) ** 0.5)
    paper = Image.new("L", (width, width * 3 // 4), 225)
    drawing: Drawing = drawn_digits(1)[0][0]
    tile = Image.fromarray((225 * (1 - tile_of_drawing(drawing, 600, 50))).astype(np.uint8))
    side = paper.height // 2
    paper.paste(tile.resize((side * tile.width // tile.height, side)), (width // 3, side // 2))
    return paper.convert("RGB")


LARGE = {
    "JPEG": lambda: png(a_photograph(20), "JPEG"),
    "PNG with transparency": lambda: png(a_photograph(24).convert("RGBA"), compress_level=1),
    "PNG of 16 bits": lambda: png(
        np.asarray(a_photograph(24).convert("L"), np.uint16) * 257, compress_level=1
    ),
    "WebP": lambda: png(a_photograph(15.9), "WEBP", method=0),
}


@pytest.mark.parametrize("kind", LARGE)
def test_large_pictures_within_the_bound(kind: str, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(LARGE[kind]())
    outcome = outcome_of(
        "from pathlib import Path\nfrom lenet.drawing.image_files import open_picture\n"
        "from lenet.drawing.photographs import find_digits",
        "print(len(find_digits(open_picture(Path(sys.argv[1]), 'large')).digits))",
        tmp_path / "large",
    )
    assert outcome.said == ["1"] and outcome.grown < MEMORY * 1_000_000


def test_a_page_receives_a_thumbnail_and_boxes_in_pixels_of_the_photograph() -> None:
    paper = np.full((1000, 1900), 230, np.uint8)
    paper[300:700, 1200:1230] = 20
    found = read(np.frombuffer(png(paper), np.uint8), "paper.png")
    assert found.stride == 2 and np.array_equal(found.picture, paper[::2, ::2])
    (digit,) = found.digits
    assert np.abs(np.array(digit.box) - (1200, 300, 1230, 700)).max() <= 2
    with pytest.raises(DrawingError, match=r"text\.png is no picture"):
        read(np.frombuffer(b"a text", np.uint8), "text.png")


MARKS = """
import numpy as np
from lenet.errors import DrawingError
chance = np.random.default_rng(0)
paper = np.full((1400, 1400), 255, np.uint8)
for top in range(0, 1360, 22):
    for left in range(0, 1380, 12):
        if chance.random() < float(sys.argv[1]):
            paper[top + chance.integers(0, 4) : top + 18, left + 2 : left + 6] = 0
try:
    find_digits(paper)
except DrawingError as error:
    print(error)
"""


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_thousands_of_marks_within_the_bound(share: float) -> None:
    """Each was compared with each: 4,500 of them took 1.6 GB."""
    outcome = outcome_of("from lenet.drawing.photographs import find_digits", MARKS, share)
    assert "marks like digits in the picture, expected at most 200" in outcome.said[0]
    assert outcome.grown < MEMORY * 1_000_000


@pytest.mark.parametrize("shape", [(100_000, 8), (8, 100_000)])
def test_a_picture_that_is_hardly_more_than_a_line(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).choice(np.array([0, 255], np.uint8), shape)
    with pytest.raises(DrawingError, match="No digit was found"):
        find_digits(noise)


def bomb(side: int) -> bytes:
    """A PNG of a few hundred kilobytes that says it has side × side pixels, and has them."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = bytes(side + 1)
    data = b"".join(packer.compress(row * 100) for _ in range(side // 100)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


BAD = {
    "one pixel": (lambda: png(np.zeros((1, 1), np.uint8)), ["1×1 pixels", f"expected {SMALLEST_SIDE}"]),
    "a text": (
        lambda: b"hello, this is a text\n" * 9,
        ["is no picture", "WebP, GIF, BMP or TIFF."],
    ),
    "nothing": (lambda: b"", ["is empty", "expected a picture"]),
    "cut short": (lambda: png(a_photograph(1), "JPEG")[:5000], ["damaged or cut short", "Copy it again"]),
    "a bomb": (lambda: bomb(20_000), ["pixels, expected at most", "Save it smaller"]),
    "a larger bomb": (lambda: bomb(6_000), ["36,000,000 pixels, expected at most 25,000,000"]),
    "a large WebP": (
        lambda: png(Image.new("L", (6_000, 4_000)), "WEBP", method=0),
        ["24,000,000 pixels, expected at most 16,000,000"],
    ),
    "too many bytes": (lambda: bytes(MOST_BYTES + 1), ["50,000,001 bytes, expected at most 50,000,000"]),
    "from a phone": (lambda: b"\0\0\0\x18ftypheic" + bytes(99), ["HEIC", "Save it as a JPEG"]),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_opened(name: str) -> None:
    make, words = BAD[name]
    with pytest.raises(DrawingError) as raised:
        open_picture(make(), "digit.png")
    assert str(raised.value).startswith("digit.png")
    assert all(each in str(raised.value) for each in words), raised.value


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DrawingError, match=r"digit\.png cannot be read"):
        open_picture(tmp_path / "digit.png", "digit.png")


@pytest.mark.parametrize(("shade", "words"), [(0, "all black"), (255, "all white"), (120, "one shade")])
def test_nothing_on_it(shade: int, words: str) -> None:
    with pytest.raises(DrawingError, match=f"{words}.*expected a digit"):
        find_digits(open_picture(png(np.full((300, 400), shade, np.uint8)), "blank.png"))


def test_paper_alone_and_too_many_marks() -> None:
    chance = np.random.default_rng(0)
    paper = chance.normal(200, 4, (400, 400)).clip(0, 255).astype(np.uint8)
    with pytest.raises(DrawingError, match="No digit was found.*expected digits on plain paper"):
        find_digits(paper)
    tiled = np.kron(np.ones((20, 20), np.uint8), np.pad(np.zeros((20, 6), np.uint8), 10, constant_values=255))
    with pytest.raises(DrawingError, match="400 marks like digits in the picture, expected at most 200"):
        find_digits(tiled)


def test_an_animation_is_read_by_its_first_frame() -> None:
    frames = []
    for drawing, _ in drawn_digits(2):
        ink = np.pad(tile_of_drawing(drawing, 200, 14), 40)
        frames.append(Image.fromarray((255 * (1 - ink)).astype(np.uint8)).resize((300, 300)))
    moving = png(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    still = png(frames[0])
    (one,), (other,) = find_digits(open_picture(moving, "a.gif")), find_digits(open_picture(still, "a.png"))
    assert np.abs(one.image.astype(int) - other.image).mean() < 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel(mode: str) -> None:
    ink = np.pad(tile_of_drawing(drawn_digits(1)[0][0], 200, 14), 40)
    grey = Image.fromarray((255 * (1 - ink)).astype(np.uint8))
    wanted = find_digits(np.asarray(grey))[0].image
    if mode == "I;16":
        data = png(Image.fromarray((65535 * (1 - ink)).astype(np.uint16)))
    else:
        data = png(grey.convert(mode), "TIFF" if mode == "CMYK" else "PNG")
    image = find_digits(open_picture(data, "digit"))[0].image
    assert np.abs(image.astype(int) - wanted).mean() < 4


def test_a_transparent_picture_and_a_turned_one() -> None:
    ink = np.pad(tile_of_drawing(drawn_digits(1)[0][0], 200, 14), 40)
    drawn = (255 * ink).astype(np.uint8)
    wanted = find_digits(255 - drawn)[0].image
    for shade in (0, 255):  # dark ink on nothing, light ink on nothing
        pixels = np.dstack([np.full((*drawn.shape, 3), shade, np.uint8), drawn])
        image = find_digits(open_picture(png(Image.fromarray(pixels)), "clear.png"))[0].image
        assert np.abs(image.astype(int) - wanted).mean() < 4
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by 90° to the right to see it
    lying = Image.fromarray(np.rot90(255 - drawn))
    data = png(lying, "JPEG", exif=exif, quality=95)
    image = find_digits(open_picture(data, "turned.jpg"))[0].image
    assert np.abs(image.astype(int) - wanted).mean() < 6
