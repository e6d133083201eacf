"""Out-of-distribution detection: whether a drawing is something else than one digit.

A small network of its own tells eleven classes apart: the ten digits, and what is none. Its weights are in
`lenet/models/no-digit.npz`; `make models MODELS=no-digit` trains it again (`scripts/no_digit.py`).

Numpy only; must not import Streamlit, TensorFlow or Keras.
"""

from functools import cache
from pathlib import Path

import numpy as np

from lenet.npz import SECOND_LOOK, load_arrays, save_arrays
from lenet.runs.layers import Conv, Dense, Dropout, Layer, MaxPool, keras_names

FILE = Path(__file__).parent.parent / "models" / "no-digit.npz"
LAYERS: tuple[Layer, ...] = (
    Conv(filters=16, kernel_size=5, activation="relu"),
    MaxPool(),
    Conv(filters=32, kernel_size=5, activation="relu"),
    MaxPool(),
    Dropout(rate=0.3),
    Dense(units=64, activation="relu"),
    Dense(units=11, activation="softmax"),
)
IMAGE_SHAPE = (28, 28, 1)
CLASS_NAMES = (*"0123456789", "no digit")
NO_DIGIT = 10
_BATCH = 100  # images: 23 MB


def probabilities(images: np.ndarray) -> np.ndarray:
    """(N, 28, 28) uint8 → (N, 11) float32: how probable each digit is, and that it is none."""
    found = np.empty((len(images), len(CLASS_NAMES)), np.float32)
    for start in range(0, len(images), _BATCH):
        batch = images[start : start + _BATCH, ..., None]
        found[start : start + _BATCH] = _probabilities(np.float32(batch) / 255)
    return found


def store(arrays: dict[str, np.ndarray], path: Path = FILE) -> None:
    """Write weights, by the names of `weights`. Raises `OSError`."""
    save_arrays(path, {name: np.float16(array) for name, array in arrays.items()})


@cache
def weights() -> dict[str, np.ndarray]:
    """Keras' path (`1_conv/kernel`) → value, float32."""
    return {name: np.float32(array) for name, array in load_arrays(FILE, SECOND_LOOK).items()}


def _probabilities(values: np.ndarray) -> np.ndarray:
    """(N, 28, 28, 1) float32, 0–1 → (N, 11)."""
    for name, layer in zip(keras_names(LAYERS), LAYERS, strict=True):
        match layer:
            case MaxPool():
                values = _halved(values)
            case Conv():
                values = np.maximum(_multiplied(_windows(values, layer.kernel_size), name), 0)
            case Dense():
                values = _multiplied(values.reshape(len(values), -1), name)
                values = values if layer is LAYERS[-1] else np.maximum(values, 0)
    shares = np.exp(values - values.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def _multiplied(rows: np.ndarray, name: str) -> np.ndarray:
    """(…, K) → (…, units), by the weights of that layer."""
    kernel = weights()[f"{name}/kernel"]
    return rows @ kernel.reshape(-1, kernel.shape[-1]) + weights()[f"{name}/bias"]


def _windows(maps: np.ndarray, side: int) -> np.ndarray:
    """(N, H, W, C) → (N, h, w, side * side * C): what lies under a kernel at each place."""
    windows = np.lib.stride_tricks.sliding_window_view(
        maps, (side, side), axis=(1, 2)
    )  # (N, h, w, C, side, side)
    return windows.transpose(0, 1, 2, 4, 5, 3).reshape(*windows.shape[:3], -1)


def _halved(maps: np.ndarray) -> np.ndarray:
    """(N, H, W, C) → (N, H / 2, W / 2, C): maxima of 2×2."""
    count, height, width, channels = maps.shape
    return maps.reshape(count, height // 2, 2, width // 2, 2, channels).max(axis=(2, 4))
