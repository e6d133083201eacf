"""Photographs of digits on paper, made: uneven light, texture, ruled lines, blur, noise, JPEG."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from lenet.drawing.strokes import Drawing

_FINER = 4  # strokes are drawn so many times as large, and shrunk for smooth edges


@dataclass(frozen=True)
class Look:
    """How a photograph looks.

    Attributes:
        digit: height of a digit in pixels, about.
        ink: reflectance of the ink, 0–1; more than `paper` for chalk on a board.
        paper: reflectance of the paper.
        light: how much darker the darkest place is, 0–1.
        shadow: how much darker it is on one side of a soft edge, 0–1.
        noise: standard deviation, grey levels.
        texture: of the paper, share.
        blur: radius in pixels.
        quality: of the JPEG.
        lines: reflectance of ruled lines; None without.
        squared: whether the lines go both ways.
        table: share of the picture's sides that is a dark table around the paper.
    """

    digit: int = 90
    ink: float = 0.25
    paper: float = 0.9
    light: float = 0.4
    shadow: float = 0.0
    noise: float = 4.0
    texture: float = 0.02
    blur: float = 1.0
    quality: int = 80
    lines: float | None = None
    squared: bool = False
    table: float = 0.0


def photograph(
    tiles: Sequence[np.ndarray], columns: int, look: Look, chance: np.random.Generator, space: float = 0.5
) -> np.ndarray:
    """Ink (h, w) float 0–1 of each digit, in rows of `columns`, as a camera sees them: (H, W) uint8."""
    rows = -(-len(tiles) // columns)
    step = int(look.digit * (1 + space))
    shape = int((rows + 0.6) * step * 1.25), int((columns + 0.6) * step)
    ink = np.zeros(shape, np.float32)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        jitter = chance.uniform(-0.08, 0.08, 2) * look.digit
        middle_y = (row + 0.8) * step * 1.25 + jitter[0]
        middle_x = (column + 0.8) * step + jitter[1]
        _stamp(ink, tile, int(middle_y - tile.shape[0] / 2), int(middle_x - tile.shape[1] / 2))
    return camera(ink, look, chance)


def _stamp(ink: np.ndarray, tile: np.ndarray, top: int, left: int) -> None:
    """The tile drawn there; what is beyond the paper is cut off."""
    skip_y, skip_x = max(0, -top), max(0, -left)
    part = ink[top + skip_y : top + tile.shape[0], left + skip_x : left + tile.shape[1]]
    np.maximum(part, tile[skip_y:, skip_x:][: part.shape[0], : part.shape[1]], out=part)


def camera(ink: np.ndarray, look: Look, chance: np.random.Generator) -> np.ndarray:
    """Ink (H, W) float 0–1 on paper, photographed: (H, W) uint8."""
    height, width = ink.shape
    paper = look.paper * (1 + look.texture * _clouds(ink.shape, 6, chance))
    if look.lines is not None:
        paper = _ruled(paper, look, chance)
    scene = paper + (look.ink - paper) * ink
    scene = _on_table(scene, look.table, chance)
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    angle = chance.uniform(0, 2 * np.pi)
    across = 0.5 + 0.5 * (np.cos(angle) * (2 * x - 1) + np.sin(angle) * (2 * y - 1)) / np.sqrt(2)
    light = 1 - look.light * across
    edge = 1 / (1 + np.exp(-(across - chance.uniform(0.35, 0.65)) * 40))
    light = light * (1 - look.shadow * edge)
    seen = np.clip(255 * scene * light, 0, 255).astype(np.uint8)
    blurred = np.asarray(Image.fromarray(seen).filter(ImageFilter.GaussianBlur(look.blur)), float)
    noisy = np.clip(blurred + chance.normal(0, look.noise, ink.shape), 0, 255).astype(np.uint8)
    return from_jpeg(noisy, look.quality)


def from_jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    """(H, W) uint8 after JPEG compression."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file)).copy()


def _clouds(shape: tuple[int, int], size: int, chance: np.random.Generator) -> np.ndarray:
    """Smooth random numbers of standard deviation about 1, blobs of some `size` pixels."""
    coarse = chance.normal(0, 1, (shape[0] // size + 2, shape[1] // size + 2)).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize(shape[::-1], Image.Resampling.BICUBIC))


def _ruled(paper: np.ndarray, look: Look, chance: np.random.Generator) -> np.ndarray:
    """Lines a little askew, some a digit's height apart; or squares of half a digit's height."""
    y, x = np.mgrid[: paper.shape[0], : paper.shape[1]]
    slope, thick = chance.uniform(-0.015, 0.015), max(1.0, look.digit / 45)
    apart = look.digit * (0.5 if look.squared else 1.1)
    offset = chance.uniform(0, apart)
    on_line = (y + slope * x + offset) % apart < thick
    if look.squared:
        on_line |= (x - slope * y + offset) % apart < thick
    return np.where(on_line, look.lines, paper)


def _on_table(scene: np.ndarray, share: float, chance: np.random.Generator) -> np.ndarray:
    if not share:
        return scene
    height, width = scene.shape
    margin_y, margin_x = int(share * height), int(share * width)
    table = 0.3 * (1 + 0.1 * _clouds((height + 2 * margin_y, width + 2 * margin_x), 12, chance))
    table[margin_y : margin_y + height, margin_x : margin_x + width] = scene
    resized = Image.fromarray(table.astype(np.float32)).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(resized)


def tile_of_image(image: np.ndarray, height: int, angle: float = 0.0) -> np.ndarray:
    """A 28×28 digit (uint8) enlarged with sharp edges, its 20 pixels `height` pixels tall: ink 0–1."""
    side = round(28 * height / 20)
    large = Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC)
    turned = np.asarray(large.rotate(angle, Image.Resampling.BICUBIC), np.float32) / 255
    ink = np.clip((turned - 0.5) * height / 20 + 0.5, 0, 1)
    return _cropped(ink)


def tile_of_drawing(drawing: Drawing, height: int, pen: float) -> np.ndarray:
    """Strokes drawn `height` pixels tall with a pen of so many pixels: ink 0–1."""
    points = np.concatenate(drawing.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (height - pen) / max((high - low).max(), 1)
    side = height + int(3 * pen)
    sheet = Image.new("L", (_FINER * side, _FINER * side))
    for stroke in drawing.strokes:
        _draw(sheet, _FINER * ((stroke - low) * scale + pen), _FINER * pen / 2)
    return _cropped(np.asarray(sheet.reduce(_FINER), np.float32) / 255)


def _draw(sheet: Image.Image, points: np.ndarray, radius: float) -> None:
    """One stroke of a round pen."""
    pen, middle = ImageDraw.Draw(sheet), points - 0.5  # Pillow's pixels have their middle at whole numbers
    pen.line([tuple(point) for point in middle], fill=255, width=round(2 * radius))
    for x, y in middle:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def _cropped(ink: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
