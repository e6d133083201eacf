"""What is inside a network → pictures: kernels, feature maps, weights, one value worked out.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lenet.figures.mosaics import diverging, grey, kernel_colors, mosaic
from lenet.inspection.results import LayerView

MOST_TILES = 4_096  # of one sheet
_GAP = 3  # pixels between tiles
_LEAST = 40  # pixels of a kernel or a map that a finger finds
_MOST_OF_THAT = 32  # filters of several channels that get so many: of more a page would never end


@dataclass(frozen=True)
class Sheet:
    """Small pictures in rows, to become one image.

    Attributes:
        tiles: (count, height, width, 3) uint8, one pixel a value.
        values: (count, height, width) float32: what the colors stand for; None where nobody needs to know.
        labels: what each tile is.
        columns: tiles in a row.
        zoom: pixels of a value's side.
        gap: pixels between tiles.
    """

    tiles: np.ndarray
    values: np.ndarray | None
    labels: tuple[str, ...]
    columns: int
    zoom: int
    gap: int = _GAP

    def picture(self) -> np.ndarray:
        """(height, width, 4) uint8, RGBA; transparent between the tiles."""
        return mosaic(self.tiles, self.columns, self.zoom * self.tiles.shape[2], self.gap)


@dataclass(frozen=True)
class KernelSheet:
    """Kernels of some filters, and which: `filters` of them from `first` on.

    A row of the sheet is an input channel, a column a filter; or, of one input channel, filters in rows.
    """

    sheet: Sheet
    first: int
    filters: int
    channels: int

    def filter_at(self, tile: int) -> int:
        """The filter that a tile belongs to."""
        return self.first + (tile if self.channels == 1 else tile % self.filters)

    def tiles_of(self, filter_index: int) -> list[int]:
        """The tiles of one filter; none where it is on another sheet."""
        column = filter_index - self.first
        if not 0 <= column < self.filters:
            return []
        return (
            [column] if self.channels == 1 else [row * self.filters + column for row in range(self.channels)]
        )


def columns_for(count: int) -> int:
    """Tiles in a row, so that some are large and many are few rows."""
    return count if count <= 8 else 8 if count <= 16 else 10 if count <= 20 else 16


def _columns(count: int, side: int, width: int) -> int:
    """`columns_for`; fewer where each would have less than `_LEAST` pixels, enlarged by whole numbers."""
    return max(1, min(columns_for(count), width // (side * -(-_LEAST // side) + _GAP)))


def map_sheet(
    maps: np.ndarray,
    width: int,
    shared: bool = False,
    label: str = "Map",
    most: int = 10**9,
) -> Sheet:
    """Feature maps; grey where all are at least 0, else blue, white (zero) and red.

    Args:
        maps: (height, width, channels) float32.
        width: pixels that the sheet may be wide.
        shared: one scale for all of them; else each has its own.
        most: pixels that a map may be wide.
    """
    values = np.ascontiguousarray(maps.transpose(2, 0, 1)).astype(np.float32)
    side = values.shape[2]
    columns = _columns(len(values), side, width) if values[0].size > 1 else min(len(values), 40, width // 16)
    labels = tuple(f"{label} {index}" for index in range(len(values)))
    zoom = _zoom(min(width // columns - _GAP, most), side)
    return Sheet(colored(values, shared), values, labels, columns, zoom)


def kernels_above_maps(
    kernel: np.ndarray, maps: np.ndarray, width: int, shared: bool, name: str, height: int = 340
) -> list[tuple[Sheet, Sheet]]:
    """For each row of filters the kernels, and right below each of them the map that it makes.

    Args:
        kernel: (height, width, 1, filters) float; or (height, width, 3, filters), shown in color.
        maps: (height, width, filters) float32.
        width, height: pixels that all rows together may take.
        name: of the layer.
    """
    filters, side = kernel.shape[3], maps.shape[1]
    columns = _columns(filters, side, width)
    rows = -(-filters // columns)
    pitch = min(width // columns, height // (2 * rows))
    if kernel.shape[2] == 3:
        kernels = color_kernel_sheet(kernel, width, shared)
    else:
        kernels = kernel_sheets(kernel, width, shared)[0].sheet
    below = map_sheet(maps, width, shared, f"{name} map")
    pairs = []
    for first in range(0, filters, columns):
        part = slice(first, first + columns)
        zooms = _zoom(pitch - _GAP, kernel.shape[1]), _zoom(pitch - _GAP, side)
        pairs.append(tuple(
            Sheet(each.tiles[part], None if each.values is None else each.values[part], each.labels[part],
                  columns, zoom, max(_GAP, pitch - zoom * each.tiles.shape[2]))
            for each, zoom in zip((kernels, below), zooms, strict=True)
        ))  # fmt: skip
    return pairs


def strip_sheet(units: np.ndarray, width: int, labels: Sequence[str] = (), columns: int = 50) -> Sheet:
    """The units of a dense layer, (units,) float32, as squares in rows."""
    values = units.astype(np.float32).reshape(-1, 1, 1)
    columns = min(len(units), columns, width // 16)
    named = tuple(labels) or tuple(f"Unit {index}" for index in range(len(units)))
    return Sheet(colored(values, shared=True), values, named, columns, min(width // columns - _GAP, 44))


def color_kernel_sheet(kernel: np.ndarray, width: int, shared: bool = True, most: int = 200) -> Sheet:
    """Kernels over red, green and blue as pictures in color, for the arguments see `kernel_sheets`."""
    side, filters = kernel.shape[1], kernel.shape[3]
    columns = _columns(filters, side, width)
    limit = _limit(kernel) if shared else np.array([_limit(each) for each in np.moveaxis(kernel, 3, 0)])
    labels = tuple(f"Filter {each}" for each in range(filters))
    zoom = _zoom(min(width // columns - _GAP, most), side)
    return Sheet(kernel_colors(kernel, limit), None, labels, columns, zoom)


def kernel_sheets(
    kernel: np.ndarray, width: int, shared: bool = True, most: int = 200, channel_names: Sequence[str] = ()
) -> list[KernelSheet]:
    """Every kernel of a convolution: all filters, all input channels, centered on zero.

    Of several input channels each sheet is a matrix: a row for each input channel, a column for each filter;
    as many sheets as the width asks for.

    Args:
        kernel: (height, width, input channels, filters) float.
        width: pixels that a sheet may be wide.
        shared: one scale for all; else each filter has its own.
        most: pixels that a kernel may be wide.
        channel_names: of the input channels; "input channel 3" where there are none.
    """
    side, channels, filters = kernel.shape[1], kernel.shape[2], kernel.shape[3]
    if channels == 1:
        return [_kernel_sheet(kernel, 0, filters, _columns(filters, side, width), width, shared, most)]
    names = channel_names or [f"input channel {channel}" for channel in range(channels)]
    room = max(1, width // (2 * side + _GAP), width // 30)  # filters beside each other
    if filters <= _MOST_OF_THAT:
        room = max(1, width // (_LEAST + _GAP))
    rows = -(-filters // room)
    block = -(-filters // rows)
    limit = _limit(kernel) if shared else None
    return [
        _kernel_sheet(kernel, first, min(block, filters - first), block, width, shared, most, limit, names)
        for first in range(0, filters, block)
    ]


def _kernel_sheet(
    kernel: np.ndarray,
    first: int,
    filters: int,
    columns: int,
    width: int,
    shared: bool,
    most: int,
    limit: float | None = None,
    channel_names: Sequence[str] = ("",),
) -> KernelSheet:
    part = kernel[..., first : first + filters].astype(np.float32)
    height, side, channels = part.shape[:3]
    values = np.ascontiguousarray(part.transpose(2, 3, 0, 1))  # (channels, filters, height, width)
    if shared:
        tiles = diverging(values, limit or _limit(part))
    else:
        tiles = np.stack([diverging(values[:, each]) for each in range(filters)], axis=1)
    names = range(first, first + filters)
    labels = tuple(
        f"Filter {each}" if channels == 1 else f"Filter {each}, {channel}"
        for channel in channel_names
        for each in names
    )
    shape = (channels * filters, height, side)
    zoom = _zoom(min(width // columns - _GAP, most), side)
    in_a_row = columns if channels == 1 else filters
    sheet = Sheet(tiles.reshape(*shape, 3), values.reshape(shape), labels, in_a_row, zoom)
    return KernelSheet(sheet, first, filters, channels)


def image_sheet(images: np.ndarray, labels: Sequence[str], columns: int, pixels: int, gap: int = 5) -> Sheet:
    """Images, (N, H, W, C) uint8, `pixels` wide or a little less."""
    tiles = images if images.shape[3] == 3 else images[..., :1].repeat(3, axis=3)
    return Sheet(tiles, None, tuple(labels), columns, _zoom(pixels, tiles.shape[2]), gap)


def colored(values: np.ndarray, shared: bool) -> np.ndarray:
    """(count, height, width) float → with 3 colors each, uint8: grey, or diverging where one is negative."""
    has_negative = bool((np.nan_to_num(values) < 0).any())
    if shared:
        return diverging(values) if has_negative else grey_from_zero(values)
    return np.stack([diverging(each) if has_negative else grey(each) for each in values])


def grey_from_zero(values: np.ndarray) -> np.ndarray:
    """0 black, the largest white; any shape, float at least 0 → with a last axis of 3, uint8."""
    values = np.nan_to_num(values, posinf=0)
    level = values / (float(values.max(initial=0)) or 1.0) * 255
    return np.repeat(level.astype(np.uint8)[..., None], 3, axis=-1)


def scale_in_words(values: np.ndarray, shared: bool, what: str = "map") -> str:
    """What the colors of maps, (height, width, channels) float, mean; one sentence."""
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=0)), float(finite.max(initial=0))
    if low < 0:
        full = f"full color at ±{max(-low, high):.3g}" if shared else f"each {what} on its own scale"
        return f"Blue is negative, white zero, red positive; {full}."
    full = f"white is {high:.3g}" if shared else f"white is the largest value of each {what}"
    return f"Black is the lowest value; {full}." if not shared else f"Black is 0; {full}."


def colors_in_words(kernel: np.ndarray, shared: bool) -> str:
    """What the colors of `color_kernel_sheet` mean; one sentence."""
    full = f"full at ±{_limit(kernel):.3g}" if shared else "each filter on its own scale"
    return (
        "Gray is zero; a kernel is brighter in a color where its weight is positive, and darker where it is "
        f"negative; {full}."
    )


def as_kernel(layer: LayerView, shape: tuple[int, ...]) -> np.ndarray | None:
    """The weights of a dense layer that is given maps, as kernels as large as those maps.

    Args:
        shape: of what the layer is given.

    Returns:
        (height, width, channels, units) float32; None where it is given a row of units, or has no weights.
    """
    if layer.kernel is None or layer.kind != "dense" or len(shape) != 3:
        return layer.kernel if layer.kernel is not None and layer.kernel.ndim == 4 else None
    return layer.kernel.reshape(*shape, -1)


def weight_matrix(kernel: np.ndarray, width: int) -> Sheet:
    """The weights between two rows of units, (inputs, units) float: a picture, a row for each input."""
    zoom = max(1, min(width // kernel.shape[1], 8))
    values = kernel.astype(np.float32)[None]
    return Sheet(diverging(values), values, ("Weight of input (row) to unit (column)",), 1, zoom)


def _limit(kernel: np.ndarray) -> float:
    return float(np.abs(kernel[np.isfinite(kernel)]).max(initial=0)) or 1.0


def _zoom(pixels: int, side: int) -> int:
    return max(1, pixels // side)


# Weights


def histogram_spec(title: str) -> dict:
    """A Vega-Lite chart of `histogram`: the same at every epoch, so that only its bars move."""
    tooltip = [
        {"field": "from", "type": "quantitative", "format": ".4f"},
        {"field": "to", "type": "quantitative", "format": ".4f"},
        {"field": "count", "type": "quantitative"},
    ]
    return {
        "mark": {"type": "bar", "binSpacing": 1},
        "encoding": {
            "x": {"field": "from", "type": "quantitative", "title": title, "bin": {"binned": True},
                  "axis": {"format": ".2~g", "tickCount": 7}},
            "x2": {"field": "to"},
            "y": {"field": "count", "type": "quantitative", "title": "How many"},
            "tooltip": tooltip,
        },
        "height": 210,
    }  # fmt: skip


def drops_spec() -> dict:
    """A Vega-Lite chart of what each filter is worth: columns name, layer, drop and accuracy in %."""
    tooltip = [
        {"field": "name", "title": "without"},
        {"field": "accuracy", "type": "quantitative", "format": ".2f", "title": "accuracy, %"},
        {"field": "drop", "type": "quantitative", "format": ".2f", "title": "falls by, points"},
    ]
    return {
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "name", "type": "nominal", "title": None,
                  "sort": {"field": "drop", "order": "descending"},
                  "axis": {"labelAngle": -90, "labelOverlap": True}},
            "y": {"field": "drop", "type": "quantitative", "title": "Accuracy falls by (points)"},
            "color": {"field": "layer", "type": "nominal", "title": None, "legend": {"orient": "top"}},
            "tooltip": tooltip,
        },
    }  # fmt: skip
