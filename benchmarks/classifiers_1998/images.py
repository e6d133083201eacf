"""Preparing the digits: without their slant, cut to their 20×20 box, shrunk to 16×16. Numpy alone."""

import numpy as np

BOX = 20  # MNIST's digits were scaled to fit it


def deslanted(images: np.ndarray) -> np.ndarray:
    """Every digit sheared along its rows until its second moments say that it stands upright.

    The slant is the covariance of column and row of the ink, over the variance of the row; each row moves by
    that times its distance from the centre of mass, which stays where it is. (N, H, W) uint8 → same.
    """
    blocks = [_deslanted(images[start : start + 5_000]) for start in range(0, len(images), 5_000)]
    return np.concatenate(blocks) if blocks else images.copy()


def _deslanted(images: np.ndarray) -> np.ndarray:
    count, height, width = images.shape
    ink = images.astype(np.float32)
    rows, columns = np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32)
    moves = slants(images)[:, None] * (rows - _centre_row(ink)[:, None])  # (N, H)
    sources = columns + moves[..., None]  # (N, H, W): the column that each pixel comes from
    left = np.floor(sources)
    share = sources - left
    framed = np.pad(ink, ((0, 0), (0, 0), (1, 1)))  # what is beyond the edges is background
    first = np.clip(left + 1, 0, width + 1).astype(np.intp)
    second = np.clip(left + 2, 0, width + 1).astype(np.intp)
    values = (1 - share) * np.take_along_axis(framed, first, 2)
    values += share * np.take_along_axis(framed, second, 2)
    return np.rint(values).astype(np.uint8)


def slants(images: np.ndarray) -> np.ndarray:
    """By how many columns a digit moves to the right from row to row downwards, (N, H, W) → (N,) float32."""
    ink = images.astype(np.float32)
    _, height, width = ink.shape
    mass = np.maximum(ink.sum(axis=(1, 2)), 1)
    down = np.arange(height, dtype=np.float32) - _centre_row(ink)[:, None]  # (N, H)
    across = np.arange(width, dtype=np.float32) - (ink.sum(axis=1) @ np.arange(width) / mass)[:, None]
    covariance = np.einsum("nhw,nh,nw->n", ink, down, across, optimize=True)
    variance = np.einsum("nhw,nh->n", ink, down**2)
    return np.divide(covariance, variance, out=np.zeros(len(ink)), where=variance > 0).astype(np.float32)


def _centre_row(ink: np.ndarray) -> np.ndarray:
    sums = ink.sum(axis=2)
    return sums @ np.arange(ink.shape[1], dtype=np.float32) / np.maximum(sums.sum(axis=1), 1)


def cut(images: np.ndarray, side: int = BOX) -> np.ndarray:
    """The square around the middle of the ink's own box, (N, H, W) uint8 → (N, side, side) uint8."""
    framed = np.pad(images, ((0, 0), (side, side), (side, side)))
    result = np.empty((len(images), side, side), images.dtype)
    for number, image in enumerate(framed):
        top, left = (_first_of(image.any(axis=axis), side) for axis in (1, 0))
        result[number] = image[top : top + side, left : left + side]
    return result


def _first_of(is_inked: np.ndarray, side: int) -> int:
    """Where `side` places around the middle of the ink begin; those of the image's middle without any."""
    places = np.flatnonzero(is_inked)
    low, high = (places[0], places[-1] + 1) if len(places) else (0, len(is_inked))
    return int(low + high - side) // 2


def shrunk(images: np.ndarray, side: int = 16) -> np.ndarray:
    """Each new pixel the mean of the area that it covers, (N, S, S) uint8 → (N, side, side) uint8."""
    large = images.shape[1]
    edges = np.linspace(0, large, side + 1)
    low, high = edges[:-1, None], edges[1:, None]
    covered = np.clip(np.minimum(high, np.arange(large) + 1) - np.maximum(low, np.arange(large)), 0, None)
    shares = (covered * side / large).astype(np.float32)  # (side, S), rows of sum 1
    return np.rint(shares @ images.astype(np.float32) @ shares.T).astype(np.uint8)


def small(images: np.ndarray) -> np.ndarray:
    """The digit's 20×20 box shrunk to 16×16, (N, 28, 28) uint8 → (N, 16, 16) uint8."""
    return shrunk(cut(images))


def in_field(images: np.ndarray, side: int = 28) -> np.ndarray:
    """With background around them, (N, S, S) uint8 → (N, side, side) uint8."""
    margin = side - images.shape[1]
    before = margin // 2, margin - margin // 2
    return np.pad(images, ((0, 0), before, before))
