"""Augmentation: random distortions of training images, inside the graph.

Imports TensorFlow; must not import Streamlit.
"""

import math

import numpy as np
import tensorflow as tf

from lenet.data.preprocessing import prepare, scale_and_offset
from lenet.runs.config import RunConfig

# The settings that together are one projective transform.
_PROJECTIVE = ("flip", "rotation", "shift", "zoom", "shear", "aspect")
# Seed of the run and number of the update, int32 scalars: a run's seed is no part of what is compiled.
Draws = tuple[tf.Tensor | int, tf.Tensor | int]
_KNOTS = 7  # of the elastic distortion's grid, to a side: every four pixels of 28


def augment(images: tf.Tensor, config: RunConfig, draws: Draws, background: float) -> tf.Tensor:
    """Each image flipped, rotated, sheared, stretched, zoomed, shifted, bent and cut out, at random.

    Args:
        images: (N, H, W, C) float32.
        config: the largest distortions; with all at 0 the images come back untouched.
        draws: seed and number of the update: the same two draw the same distortions.
        background: the value of pixels that come in from outside the image.
    """
    if any(getattr(config, name) for name in _PROJECTIVE):
        images = _transformed(images, config, draws, background)
    if config.elastic:
        images = _elastic(images, config, draws, background)
    return _cut_out(images, config, draws, background) if config.cutout else images


def _transformed(images: tf.Tensor, config: RunConfig, draws: Draws, background: float) -> tf.Tensor:
    count, height, width = tf.shape(images)[0], images.shape[1], images.shape[2]
    transforms = random_transforms(config, count, height, width, draws)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=tf.constant([height, width]),
        fill_value=tf.constant(background, tf.float32),
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )


def random_transforms(
    config: RunConfig, count: tf.Tensor | int, height: int, width: int, draws: Draws
) -> tf.Tensor:
    """(count, 8) float32: for each image the projective transform from output pixels to input pixels."""
    amounts = tf.random.stateless_uniform((5, count), draws, -1.0, 1.0)
    angle = amounts[0] * math.radians(config.rotation)
    shear = tf.tan(amounts[1] * math.radians(config.shear))
    zoom = 1 / (1 + amounts[2] * config.zoom)
    wider, side = _wider(config, count, draws), _side(config, count, draws)
    # [a0 a1; b0 b1] = mirror · rotation · shear · aspect · 1/zoom, about the centre of the image
    a0, a1 = tf.cos(angle) * zoom / wider, (tf.cos(angle) * shear - tf.sin(angle)) * zoom * wider
    b0, b1 = tf.sin(angle) * zoom / wider, (tf.sin(angle) * shear + tf.cos(angle)) * zoom * wider
    a0, a1 = side * a0, side * a1
    x, y = (width - 1) / 2, (height - 1) / 2
    a2 = x - a0 * x - a1 * y + amounts[3] * config.shift * width
    b2 = y - b0 * x - b1 * y + amounts[4] * config.shift * height
    zero = tf.zeros_like(a0)
    return tf.stack([a0, a1, a2, b0, b1, b2, zero, zero], axis=1)


def _elastic(images: tf.Tensor, config: RunConfig, draws: Draws, background: float) -> tf.Tensor:
    """Every pixel taken from a place near by, neighbours from neighbours (elastic: Simard et al. 2003).

    The displacements are drawn at the knots of a coarse grid, with `elastic` of the width as their standard
    deviation, and smooth in between.
    """
    count, height, width = tf.shape(images)[0], images.shape[1], images.shape[2]
    knots = tf.random.stateless_normal((count, _KNOTS, _KNOTS, 2), _others(draws, 4))
    moves = tf.image.resize(knots * (config.elastic * width), (height, width), "bicubic")
    rows = tf.range(height, dtype=tf.float32)[:, None] + moves[..., 0]  # (count, height, width)
    columns = tf.range(width, dtype=tf.float32) + moves[..., 1]
    return _sampled(images, rows, columns, background)


def _sampled(images: tf.Tensor, rows: tf.Tensor, columns: tf.Tensor, background: float) -> tf.Tensor:
    """(N, H, W, C) at places between the pixels, (N, H', W') each, interpolated; background around them."""
    framed = tf.pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]], constant_values=background)
    count, height, width = tf.shape(framed)[0], framed.shape[1], framed.shape[2]
    pixels = tf.reshape(framed, (-1, images.shape[3]))
    y, x = tf.clip_by_value(rows + 1, 0, height - 1.001), tf.clip_by_value(columns + 1, 0, width - 1.001)
    top, left = tf.floor(y), tf.floor(x)
    first = tf.range(count)[:, None, None] * (height * width)
    corner = first + tf.cast(top, tf.int32) * width + tf.cast(left, tf.int32)
    down, right = (y - top)[..., None], (x - left)[..., None]
    above = (1 - right) * tf.gather(pixels, corner) + right * tf.gather(pixels, corner + 1)
    below = (1 - right) * tf.gather(pixels, corner + width) + right * tf.gather(pixels, corner + width + 1)
    return (1 - down) * above + down * below


def _cut_out(images: tf.Tensor, config: RunConfig, draws: Draws, background: float) -> tf.Tensor:
    """Each image with background in a square whose centre is anywhere (cutout, DeVries & Taylor 2017)."""
    count, height, width = tf.shape(images)[0], images.shape[1], images.shape[2]
    places = tf.random.stateless_uniform((2, count, 1), _others(draws, 3))
    half = config.cutout * width / 2
    # (count, height) and (count, width): whether that row, that column crosses the square
    rows = tf.abs(tf.range(height, dtype=tf.float32) + 0.5 - places[0] * height) < half
    columns = tf.abs(tf.range(width, dtype=tf.float32) + 0.5 - places[1] * width) < half
    inside = rows[:, :, None, None] & columns[:, None, :, None]
    return tf.where(inside, background, images)


def preview(image: np.ndarray, config: RunConfig, count: int, step: int) -> np.ndarray:
    """What training makes of one image: padded and scaled, then `augment`; scaled back, to be looked at.

    Args:
        image: (H, W, C) uint8.
        config: preprocessing, the largest distortions, the seed.
        count: how many versions.
        step: number of the update that draws them.

    Returns:
        (count, H', W', C) uint8.

    Raises:
        ValueError: the image is larger than what it should be padded to.
    """
    scale, offset = scale_and_offset(config)
    inputs = tf.constant(prepare(image[None].repeat(count, axis=0), config))
    distorted = augment(inputs, config, (config.seed, step), background=offset).numpy()
    return np.rint((distorted - offset) / scale).clip(0, 255).astype(np.uint8)


def _wider(config: RunConfig, count: tf.Tensor | int, draws: Draws) -> tf.Tensor:
    """(count,) or () float32: how much wider each image becomes; it becomes lower by as much.

    Its draws are its own, so that a run without it is what it was before there was any.
    """
    if not config.aspect:
        return tf.constant(1.0)
    amounts = tf.random.stateless_uniform((count,), _others(draws, 1), -1.0, 1.0)
    return tf.exp(amounts * math.log1p(config.aspect))


def _side(config: RunConfig, count: tf.Tensor | int, draws: Draws) -> tf.Tensor:
    """(count,) or () float32: −1 for an image that is mirrored, left for right, else 1; draws of its own."""
    if not config.flip:
        return tf.constant(1.0)
    chances = tf.random.stateless_uniform((count,), _others(draws, 2))
    return tf.where(chances < config.flip, -1.0, 1.0)


def _others(draws: Draws, distance: int) -> Draws:
    """Of the same update, but independent ones."""
    seed, step = draws
    return seed + distance, step
