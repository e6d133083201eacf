"""Images as points in a plane, colored by class: hovering shows the image, a click picks it, or the keyboard.

Must not import TensorFlow or Keras.
"""

import base64
import colorsys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from lenet.data.sprite_sheet import Sprite
from pages.parts.shared.theme import ink

# After Okabe and Ito, and Tableau, at 3:1 on paper and on ink
_COLORS = (
    "#d55e00",
    "#0072b2",
    "#009e73",
    "#cc79a7",
    "#c47f00",
    "#2f93cf",
    "#8c6bd1",
    "#968700",
    "#7f7f7f",
    "#e0485f",
)
_HERE = Path(__file__).parent
_MARGIN = 0.03  # of each side that stays empty

_mount = st.components.v2.component(
    "lenet_point_map",
    html='<div class="map"><div class="legend"></div><canvas role="application" tabindex="0"></canvas>'
    '<div class="card" hidden><div class="digit"></div><span></span></div>'
    '<div class="said" aria-live="polite"></div></div>',
    css=(_HERE / "point_map.css").read_text("utf-8"),
    js=(_HERE / "point_map.js").read_text("utf-8"),
)


def point_map(
    points: np.ndarray,
    labels: np.ndarray,
    predicted: np.ndarray,
    indices: np.ndarray,
    names: Sequence[str],
    predicted_names: Sequence[str],
    sprite: Sprite | None,
    alt: str,
    on_pick: Callable[[int], None],
    key: str,
) -> None:
    """A point for each image; what the network gets wrong has a ring.

    Args:
        points: (N, 2) float.
        labels, predicted: (N,) integers, the true and the predicted class.
        indices: (N,) the images' numbers.
        names, predicted_names: of the classes, and of those that the network predicts.
        sprite: the images, in that order; None: they are still awaited.
        on_pick: called with the place in `indices` that was clicked.
    """

    def picked() -> None:
        place = st.session_state[key].get("picked")
        if isinstance(place, int) and 0 <= place < len(indices):
            on_pick(place)

    data = {
        "points": _base64(scaled(points).astype("<f4").tobytes()),
        "labels": _base64(labels.astype(np.uint8).tobytes()),
        "predicted": _base64(predicted.astype(np.uint8).tobytes()),
        "indices": indices.tolist(), "names": list(names), "predictedNames": list(predicted_names),
        "colors": colors(len(names)), "ink": ink(), "alt": alt, "sprite": sprite and _sprite_data(sprite),
    }  # fmt: skip
    _mount(key=key, data=data, on_picked_change=picked)


def scaled(points: np.ndarray) -> np.ndarray:
    """(N, 2) float, any range → between 0 and 1, up is up; a point alone is in the middle."""
    low, high = points.min(axis=0), points.max(axis=0)
    width = np.where(high > low, high - low, 1)
    inside = _MARGIN + (1 - 2 * _MARGIN) * (points - low) / width
    inside = np.where(high > low, inside, 0.5)
    return np.stack([inside[:, 0], 1 - inside[:, 1]], axis=1)


def colors(count: int) -> list[str]:
    """One for each class, CSS; of many classes hues in a circle."""
    if count <= len(_COLORS):
        return list(_COLORS[:count])
    hues = (colorsys.hls_to_rgb(index / count, 0.5, 0.65) for index in range(count))
    return [f"rgb({red * 255:.0f}, {green * 255:.0f}, {blue * 255:.0f})" for red, green, blue in hues]


def _sprite_data(sprite: Sprite) -> dict[str, str | int]:
    src = f"data:image/png;base64,{_base64(sprite.png)}"
    return {"src": src, "columns": sprite.columns, "height": sprite.height, "width": sprite.width}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
