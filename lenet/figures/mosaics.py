"""Mosaics: many small kernels or feature maps as one RGB image. Numpy and Pillow; no Streamlit."""

import base64
import io
import math
from collections.abc import Sequence

import numpy as np
from PIL import Image

# Blue for negative, white for zero, red for positive (ColorBrewer's RdBu ends, a little darker).
_NEGATIVE, _ZERO, _POSITIVE = np.array([[33, 102, 172], [247, 247, 247], [178, 24, 43]], np.float32)
_GAP = (128, 128, 128, 0)  # transparent: the page's own background, light or dark


def diverging(values: np.ndarray, limit: float | None = None) -> np.ndarray:
    """Colours centred on zero.

    Args:
        values: any shape, float; NaN is shown as zero.
        limit: the magnitude of full colour; None: the largest finite one there is.

    Returns:
        The shape with a last axis of 3, uint8.
    """
    limit = limit or float(np.abs(values[np.isfinite(values)]).max(initial=0)) or 1.0
    strength = np.clip(np.nan_to_num(values / limit), -1, 1)[..., None]
    ends = np.where(strength < 0, _NEGATIVE, _POSITIVE)
    return (_ZERO + (ends - _ZERO) * np.abs(strength)).astype(np.uint8)


def grey(values: np.ndarray) -> np.ndarray:
    """The smallest value black, the largest white; the shape with a last axis of 3, uint8. NaN is as 0."""
    values = np.nan_to_num(values.astype(np.float32)).astype(np.float64)
    low, high = values.min(), values.max()
    level = (values - low) / ((high - low) or 1.0) * 255
    return np.repeat(level.astype(np.uint8)[..., None], 3, axis=-1)


def kernel_colors(kernels: np.ndarray, limit: float | np.ndarray | None = None) -> np.ndarray:
    """Kernels over red, green and blue as small pictures in color: gray is zero.

    Args:
        kernels: (height, width, 3, filters) float; NaN is shown as zero.
        limit: the magnitude that is the brightest, and negative the darkest; one for all, or (filters,) of
            each; None: the largest finite one there is.

    Returns:
        (filters, height, width, 3) uint8.
    """
    if limit is None:
        limit = float(np.abs(kernels[np.isfinite(kernels)]).max(initial=0)) or 1.0
    levels = np.clip(np.nan_to_num(kernels / limit), -1, 1)
    return np.rint(127.5 * (1 + levels)).astype(np.uint8).transpose(3, 0, 1, 2)


def mosaic(tiles: np.ndarray, columns: int, tile_pixels: int, gap: int | None = None) -> np.ndarray:
    """Tiles in rows, each enlarged without blur, a transparent gap between.

    Args:
        tiles: (count, height, width, 3) uint8.
        columns: tiles in a row.
        tile_pixels: about how wide a tile becomes.
        gap: pixels between tiles; None: in proportion to the tile.

    Returns:
        (height, width, 4) uint8, RGBA.
    """
    count, height, width, _ = tiles.shape
    zoom = max(1, round(tile_pixels / width))
    gap = max(2, tile_pixels // 16) if gap is None else gap
    rows = math.ceil(count / columns)
    step_y, step_x = height * zoom + gap, width * zoom + gap
    picture = np.full((rows * step_y - gap, min(columns, count) * step_x - gap, 4), _GAP, np.uint8)
    for index, tile in enumerate(tiles.repeat(zoom, axis=1).repeat(zoom, axis=2)):
        top, left = index // columns * step_y, index % columns * step_x
        picture[top : top + height * zoom, left : left + width * zoom, :3] = tile
        picture[top : top + height * zoom, left : left + width * zoom, 3] = 255
    return picture


def contact_sheet(
    pictures: np.ndarray, columns: int, frames: Sequence[tuple[int, int, int] | None]
) -> np.ndarray:
    """Small pictures in rows at their own size, as wide as all columns also where the pictures are few.

    Args:
        pictures: (count, height, width) uint8, grey.
        columns: pictures in a row.
        frames: for each picture the colour of the frame around it, or None.

    Returns:
        (rows · (height + 6), columns · (width + 6), 4) uint8, RGBA; between the pictures it is transparent.
    """
    count, height, width = pictures.shape
    tiles = np.full((math.ceil(count / columns) * columns, height + 6, width + 6, 4), _GAP, np.uint8)
    for tile, color in zip(tiles, frames, strict=False):
        if color:
            tile[1:-1, 1:-1] = (*color, 255)
    tiles[:count, 3:-3, 3:-3] = pictures[..., None]
    tiles[:count, 3:-3, 3:-3, 3] = 255
    rows = tiles.reshape(-1, columns, height + 6, width + 6, 4).swapaxes(1, 2)
    return rows.reshape(-1, columns * (width + 6), 4)


def kernel_mosaic(kernels: np.ndarray, columns: int = 8, tile_pixels: int = 40) -> np.ndarray:
    """The kernels of a first convolution, one scale for all.

    Args:
        kernels: (height, width, input channels, filters) float; of three they are in color, of any other
            number the mean over them is shown.

    Returns:
        (height, width, 4) uint8.
    """
    if kernels.shape[2] == 3:
        return mosaic(kernel_colors(kernels), columns, tile_pixels)
    tiles = kernels.mean(axis=2).transpose(2, 0, 1)
    return mosaic(diverging(tiles), columns, tile_pixels)


def kernel_words(kernels: np.ndarray) -> str:
    """What the colors of `kernel_mosaic` mean; one sentence."""
    if kernels.shape[2] == 3:
        return "Gray is zero; more of a color is positive, less negative."
    return "Blue is negative, white zero, red positive."


def map_mosaic(maps: np.ndarray, columns: int = 8, tile_pixels: int = 40) -> np.ndarray:
    """Feature maps (height, width, channels) float, each on its own grey scale → (height, width, 4) uint8."""
    tiles = np.stack([grey(channel) for channel in maps.transpose(2, 0, 1)])
    return mosaic(tiles, columns, tile_pixels)


def data_url(picture: np.ndarray) -> str:
    """A picture, (height, width, 3 or 4) uint8, as the address of an image."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
