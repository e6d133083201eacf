"""Random distortions of training images, inside the graph. Imports TensorFlow; must not import Streamlit."""

import math

import numpy as np
import tensorflow as tf

from lenet.config import RunConfig
from lenet.preprocessing import prepare, scale_and_offset


def augment(images: tf.Tensor, config: RunConfig, step: tf.Tensor, background: float) -> tf.Tensor:
    """Each image rotated, sheared, squeezed, zoomed and shifted about its centre, by random amounts.

    Args:
        images: (N, H, W, C) float32.
        config: the largest distortions; with all at 0 the images come back untouched.
        step: number of the update, scalar int32: the same seed and step draw the same distortions.
        background: the value of pixels that come in from outside the image.
    """
    if not (config.rotation or config.shift or config.zoom or config.shear or config.squeeze):
        return images
    count, height, width = tf.shape(images)[0], images.shape[1], images.shape[2]
    transforms = random_transforms(config, count, height, width, step)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=tf.constant([height, width]),
        fill_value=tf.constant(background, tf.float32),
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )


def random_transforms(
    config: RunConfig, count: tf.Tensor | int, height: int, width: int, step: tf.Tensor | int
) -> tf.Tensor:
    """(count, 8) float32: for each image the projective transform from output pixels to input pixels."""
    amounts = tf.random.stateless_uniform((5, count), (config.seed, step), -1.0, 1.0)
    angle = amounts[0] * math.radians(config.rotation)
    shear = tf.tan(amounts[1] * math.radians(config.shear))
    zoom = 1 / (1 + amounts[2] * config.zoom)
    wider = _wider(config, count, step)
    # [a0 a1; b0 b1] = rotation · shear · squeeze · 1/zoom, about the centre of the image
    a0, a1 = tf.cos(angle) * zoom / wider, (tf.cos(angle) * shear - tf.sin(angle)) * zoom * wider
    b0, b1 = tf.sin(angle) * zoom / wider, (tf.sin(angle) * shear + tf.cos(angle)) * zoom * wider
    x, y = (width - 1) / 2, (height - 1) / 2
    a2 = x - a0 * x - a1 * y + amounts[3] * config.shift * width
    b2 = y - b0 * x - b1 * y + amounts[4] * config.shift * height
    zero = tf.zeros_like(a0)
    return tf.stack([a0, a1, a2, b0, b1, b2, zero, zero], axis=1)


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
    distorted = augment(inputs, config, tf.constant(step), background=offset).numpy()
    return np.rint((distorted - offset) / scale).clip(0, 255).astype(np.uint8)


def _wider(config: RunConfig, count: tf.Tensor | int, step: tf.Tensor | int) -> tf.Tensor:
    """(count,) or () float32: how much wider each image becomes; it becomes lower by as much.

    Its draws are its own, so that a run without it is what it was before there was any.
    """
    if not config.squeeze:
        return tf.constant(1.0)
    amounts = tf.random.stateless_uniform((count,), (config.seed + 1, step), -1.0, 1.0)
    return tf.exp(amounts * math.log1p(config.squeeze))
