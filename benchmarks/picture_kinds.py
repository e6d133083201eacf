"""Made pictures of digits as people bring them, one function a kind; `benchmarks/pictures.py` has them read.

Digits are MNIST's test images, those whose strokes are whole, and drawn strokes, by turns. Must not import
`lenet.drawing.photographs`: what is measured makes no part of its own test.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image
from scipy import ndimage

from lenet.data import datasets
from tests.drawn_digits import drawn_digits
from tests.paper import Look, camera, from_jpeg, photograph, tile_of_drawing, tile_of_image

Random = np.random.Generator
Ink = np.ndarray  # (h, w) float, 0 to 1


@dataclass(frozen=True)
class Picture:
    """A picture's file and the digits in it, in reading order."""

    data: bytes
    labels: tuple[int, ...]


@cache
def _mnist() -> tuple[np.ndarray, np.ndarray]:
    data = datasets.load("mnist")
    return data.x_test[..., 0], data.y_test


@cache
def _drawn() -> list:
    return drawn_digits(2_000)


def image(random: Random) -> tuple[np.ndarray, int]:
    """One of MNIST's, (28, 28) uint8."""
    images, labels = _mnist()
    index = random.integers(len(images))
    return images[index], int(labels[index])


def whole_image(random: Random) -> tuple[np.ndarray, int]:
    """One of those that stay in one piece where half of the grey is cut off, as a tile does."""
    while True:
        pixels, label = image(random)
        if ndimage.label(pixels > 127, np.ones((3, 3)))[1] == 1:
            return pixels, label


def tile(random: Random, height: int, pen: float) -> tuple[Ink, int]:
    """A digit so tall: drawn with that pen, or one of MNIST's, with its own."""
    if random.random() < 0.5:
        pixels, label = whole_image(random)
        return tile_of_image(pixels, height, random.uniform(-4, 4)), label
    drawing, label = _drawn()[random.integers(len(_drawn()))]
    return tile_of_drawing(drawing, height, pen), label


def saved(picture: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    """The file."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, kind, **options)
    return file.getvalue()


def sheet(tiles: Sequence[Ink], columns: int, step: tuple[float, float], random: Random) -> Ink:
    """Tiles in rows, a step (down, right) apart."""
    rows = -(-len(tiles) // columns)
    ink = np.zeros((int((rows + 0.5) * step[0]), int((columns + 0.5) * step[1])))
    for index, each in enumerate(tiles):
        row, column = divmod(index, columns)
        y, x = ((place + 0.75) * length for place, length in zip((row, column), step, strict=True))
        place(ink, each, int(y - each.shape[0] / 2), int(x - each.shape[1] / 2 + random.uniform(-3, 3)))
    return ink


def place(ink: Ink, part: Ink, top: int, left: int) -> None:
    """The part drawn there."""
    where = ink[max(0, top) : top + part.shape[0], max(0, left) : left + part.shape[1]]
    np.maximum(where, part[max(0, -top) :, max(0, -left) :][: where.shape[0], : where.shape[1]], out=where)


def shaded(ink: Ink, paper: float, pen: float) -> np.ndarray:
    """(H, W) uint8: ink of one grey level on another."""
    return np.clip(np.rint(paper + (pen - paper) * ink), 0, 255).astype(np.uint8)


def centered(random: Random) -> tuple[Ink, int, int]:
    """A digit in a square with a margin, its label, the side: of many sizes and pens."""
    side = int(random.choice([60, 100, 150, 240, 400]))
    height = int(side * random.uniform(0.45, 0.75))
    part, label = tile(random, height, height * random.uniform(0.045, 0.13))
    ink = np.zeros((side, side))
    top, left = (
        (side - length) // 2 + int(random.integers(-side // 20, side // 20 + 1)) for length in part.shape
    )
    place(ink, part, top, left)
    return ink, label, side


# Polarity


def odd_column(random: Random) -> Picture:
    """Light paper, one or two columns or rows at an edge of another grey."""
    ink, label, _ = centered(random)
    picture = shaded(ink, random.uniform(190, 250), random.uniform(10, 90))
    quarters = random.integers(4)
    edge = np.rot90(picture, quarters)  # a view: what is written there is in the picture
    edge[:, -int(random.integers(1, 3)) :] = random.integers(0, 90)
    return Picture(saved(picture), (label,))


def frame(random: Random) -> Picture:
    """A frame of a pixel or two all round, or a board with a light one."""
    ink, label, _ = centered(random)
    paper, pen, edge = (215, 40, 45) if random.random() < 0.5 else (40, 225, 250)
    picture, width = shaded(ink, paper, pen), int(random.integers(1, 3))
    for strip in (picture[:width], picture[-width:], picture[:, :width], picture[:, -width:]):
        strip[...] = edge
    return Picture(saved(picture), (label,))


def board_with_column(random: Random) -> Picture:
    """A dark board with a white strip beside it."""
    ink, label, side = centered(random)
    picture = shaded(ink, random.uniform(20, 70), random.uniform(190, 250))
    width = max(2, int(side * random.uniform(0.01, 0.05)))
    np.rot90(picture, random.integers(4))[:, -width:] = 255
    return Picture(saved(picture), (label,))


def plain(random: Random) -> Picture:
    """Dark on light or light on dark, nothing else."""
    ink, label, _ = centered(random)
    paper, pen = (random.uniform(190, 250), random.uniform(10, 90))
    paper, pen = (paper, pen) if random.random() < 0.5 else (pen, paper)
    return Picture(saved(shaded(ink, paper, pen)), (label,))


def lone_photograph(random: Random) -> Picture:
    """A digit on paper, by a camera."""
    height = int(random.choice([60, 120, 240]))
    part, label = tile(random, height, height * random.uniform(0.05, 0.12))
    look = Look(digit=height, light=random.uniform(0, 0.5), shadow=random.choice([0, 0, 0.4]), noise=3)
    return Picture(saved(photograph([part], 1, look, random, 1.2)), (label,))


# Small ones


def mnist_jpeg(random: Random) -> Picture:
    """One of MNIST's as a JPEG: as it is, moved, cropped, padded; now and then black on white."""
    pixels, label = image(random)
    way = random.integers(4)
    if way == 1:
        pixels = ndimage.shift(pixels, random.integers(-3, 4, 2), order=0)
    elif way == 2:
        pixels = pixels[4:24, 4:24]
    elif way == 3:
        pixels = np.pad(pixels, 2)
    pixels = 255 - pixels if random.random() < 0.2 else pixels
    return Picture(saved(pixels, "JPEG", quality=int(random.choice([30, 50, 75, 90, 95]))), (label,))


def mnist_enlarged(random: Random) -> Picture:
    """One of MNIST's made larger, as pages show it: smooth or in squares, PNG or JPEG."""
    pixels, label = image(random)
    side = int(random.choice([56, 84, 112, 140, 280]))
    method = random.choice([Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC])
    large = np.asarray(Image.fromarray(pixels).resize((side, side), method))
    large = 255 - large if random.random() < 0.3 else large
    kind = {"kind": "JPEG", "quality": 80} if random.random() < 0.5 else {"kind": "PNG"}
    return Picture(saved(large, **kind), (label,))


# Boards


def dark_rectangle(random: Random) -> Picture:
    """A light page with a dark rectangle, in which a light digit is."""
    ink, label, side = centered(random)
    board, page = random.uniform(10, 70), random.uniform(180, 250)
    board_picture = shaded(ink, board, random.uniform(200, 255))
    margins = random.integers(side // 6, side, 4)
    picture = np.full(np.array(board_picture.shape) + margins[:2] + margins[2:], page).astype(np.uint8)
    picture[margins[0] : margins[0] + side, margins[1] : margins[1] + side] = board_picture
    if random.random() < 0.5:
        picture = from_jpeg(
            np.clip(picture + random.normal(0, 3, picture.shape), 0, 255).astype(np.uint8), 85
        )
    return Picture(saved(picture), (label,))


# Broken strokes


def gaps(random: Random) -> Picture:
    """A digit with one or two gaps of a light pixel across it, 28×28, or as wide as half of its pen."""
    if random.random() < 0.5:
        pixels, label = image(random)
        pixels = pixels.copy()
        for cut in random.choice(np.arange(7, 21), random.integers(1, 3), replace=False):
            pixels[cut] = 0
        return Picture(saved(255 - pixels), (label,))
    ink, label, side = centered(random)
    wide = max(1, int(side * 0.015))
    for cut in random.choice(np.arange(side * 3 // 10, side * 7 // 10), random.integers(1, 3), replace=False):
        ink[cut : cut + wide] = 0
    return Picture(saved(shaded(ink, 235, 40)), (label,))


def stencil(random: Random) -> Picture:
    """As by a rough stencil: bridges narrower than the pen, ragged edges; it fills the picture."""
    height = int(random.choice([28, 48, 90, 160]))
    pen = height * random.uniform(0.1, 0.16)
    part, label = tile(random, height, pen)
    wide = max(1, int(pen * random.uniform(0.35, 0.75)))
    for cut in random.choice(np.arange(height // 4, height * 3 // 4), random.integers(1, 3), replace=False):
        part[cut : cut + wide] = 0
    rough = ndimage.gaussian_filter(random.normal(0, 1, part.shape), height / 40)
    part = np.clip(part + 0.25 * rough / rough.std() * (part > 0.02), 0, 1)
    margins = random.integers(0, max(2, height // 3), 3)
    ink = np.pad(part, ((0, margins[0]), (margins[1], margins[2])))  # it touches the upper edge
    return Picture(saved(shaded(ink, 225, 50)), (label,))


def smeared(random: Random) -> Picture:
    """A marker that runs dry: streaks without ink along its strokes, and a smear beside them."""
    side = int(random.choice([28, 56, 120, 240]))
    part, label = tile(random, int(side * 0.8), side * random.uniform(0.08, 0.13))
    ink = np.zeros((side, side))
    place(ink, part, (side - part.shape[0]) // 2, (side - part.shape[1]) // 2)
    angle = random.uniform(-0.5, 0.5)
    y, x = np.mgrid[:side, :side]
    streaks = np.sin((x * np.sin(angle) + y * np.cos(angle)) * 2 * np.pi / max(3, side * 0.06))
    streaks = np.where(ndimage.gaussian_filter(random.normal(0, 1, ink.shape), side / 12) > 0, streaks, -1)
    dry = ink * (1 - 0.85 * (streaks > 0.8))
    smear = 0.12 * ndimage.uniform_filter1d(ink, max(3, side // 8), axis=1)
    return Picture(saved(shaded(np.maximum(dry, smear), 235, 30)), (label,))


# Rows


def big_and_small(random: Random) -> Picture:
    """Three tall digits and three low ones in a row, 0.2 to 0.45 of the height."""
    tall = int(random.choice([100, 160]))
    low, pen = int(tall * random.uniform(0.25, 0.45)), tall * random.uniform(0.05, 0.08)
    made = [tile(random, tall, pen) for _ in range(3)] + [tile(random, low, pen * 0.6) for _ in range(3)]
    apart = tall * random.uniform(0.15, 0.4)
    width = int(sum(each.shape[1] + apart for each, _ in made) + 2 * apart)
    ink, left = np.zeros((tall * 2, width)), apart
    for each, _ in made:
        bottom = int(tall * 1.5) if random.random() < 0.5 else int(tall + each.shape[0] / 2)
        place(ink, each, bottom - each.shape[0], int(left))
        left += each.shape[1] + apart
    return Picture(saved(shaded(ink, 230, 40)), tuple(label for _, label in made))


def touching(random: Random) -> Picture:
    """Two to four digits in a row that touch, in part or all of them."""
    height = int(random.choice([60, 100, 180]))
    pen = height * random.uniform(0.07, 0.11)
    made = [tile(random, int(height * random.uniform(0.9, 1.05)), pen) for _ in range(random.integers(2, 5))]
    ink, left = np.zeros((height * 2, height * (2 + len(made)))), height // 2
    for each, _ in made:
        place(ink, each, int(height * 1.5) - each.shape[0] + random.integers(-3, 4), left)
        left += int(each.shape[1] - pen * random.uniform(0.5, 1.1))  # boxes overlap: most of them touch
    look = Look(digit=height, light=0.2, noise=2, blur=0.6)
    return Picture(saved(camera(ink, look, random)), tuple(label for _, label in made))


def row_of_ten(random: Random) -> Picture:
    """Ten digits in a row on paper."""
    height = int(random.choice([40, 70, 120]))
    made = [tile(random, height, height * 0.09) for _ in range(10)]
    look = Look(digit=height, light=random.uniform(0, 0.4), noise=3)
    return Picture(
        saved(photograph([each for each, _ in made], 10, look, random)), tuple(label for _, label in made)
    )


# Sheets

LOOKS = (
    Look(), Look(light=0.7, noise=7), Look(ink=0.9, paper=0.2, light=0.5, texture=0.1), Look(lines=0.65),
    Look(lines=0.4, squared=True, ink=0.2), Look(table=0.1), Look(shadow=0.5, light=0.2),
    Look(digit=36, blur=0.5, noise=3), Look(ink=0.62), Look(noise=15), Look(blur=3), Look(quality=30),
)  # fmt: skip


def ordinary_sheet(random: Random) -> Picture:
    """Fourteen to thirty digits on paper: shadow, flash, lines, pencil, chalk, noise, a table around it."""
    look = LOOKS[random.integers(len(LOOKS))]
    made = [tile(random, int(look.digit * random.uniform(0.85, 1.15)), look.digit * random.uniform(0.07, 0.1))
            for _ in range(random.integers(14, 31))]  # fmt: skip
    picture = photograph([each for each, _ in made], 5, look, random)
    return Picture(saved(picture, "JPEG", quality=90), tuple(label for _, label in made))


def _a4(random: Random, count: int = 25) -> tuple[np.ndarray, tuple[int, ...]]:
    height = int(random.choice([90, 140]))
    made = [tile(random, int(height * random.uniform(0.85, 1.15)), height * 0.08) for _ in range(count)]
    ink = sheet([each for each, _ in made], 5, (height * 2.0, height * 1.5), random)
    look = Look(digit=height, light=random.uniform(0.1, 0.4), noise=3)
    return camera(ink, look, random), tuple(label for _, label in made)


def a4(random: Random) -> Picture:
    """Twenty-five digits on a sheet, by a phone."""
    picture, labels = _a4(random)
    return Picture(saved(picture, "JPEG", quality=88), labels)


def turned_by_exif(random: Random) -> Picture:
    """The same, the camera held otherwise: the file says so."""
    picture, labels = _a4(random)
    quarters, orientation = [(1, 6), (2, 3), (3, 8)][random.integers(3)]
    exif = Image.Exif()
    exif[0x0112] = orientation
    return Picture(saved(np.rot90(picture, quarters), "JPEG", quality=88, exif=exif), labels)


def turned(random: Random) -> Picture:
    """The same, and nothing says so: by 90, 180 or 270°."""
    picture, labels = _a4(random, int(random.integers(8, 26)))
    return Picture(saved(np.rot90(picture, random.integers(1, 4)), "JPEG", quality=88), labels)


def sixteen_bits(random: Random) -> Picture:
    """PNG or TIFF of 16 bits that holds 10, 12 or 14; dark or light ink."""
    ink, label, _ = centered(random)
    paper, pen = (0.9, 0.2) if random.random() < 0.6 else (0.15, 0.85)
    most = 2 ** int(random.choice([10, 12, 14])) - 1
    values = ((paper + (pen - paper) * ink + random.normal(0, 0.01, ink.shape)) * most).clip(0, most)
    return Picture(saved(values.astype(np.uint16), str(random.choice(["PNG", "TIFF"]))), (label,))
