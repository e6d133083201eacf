"""The diagram of an architecture: a block for each layer. Must not import Streamlit, TensorFlow or Keras."""

from dataclasses import dataclass
from math import log2, sqrt

import plotly.graph_objects as go

from lenet.figures.theme import BARE
from lenet.layers.kind import Shape, format_shape
from lenet.networks.summary import LayerSummary, Summary
from lenet.runs.layers import rules_of

# The drawing of a network. Mid-contrast colours, legible on paper and on ink; text has the page's own colour.
_GREY = "#84939a"
_WINDOW_COLOR = "#d4487f"
_COLORS = {  # by the look of a kind of layer
    "convolution": "#159e94",
    "pool": "#5b7fd6",
    "dense": "#d9772b",
    "mark": _GREY,
}

# Sizes in units of the drawing, which are pixels where it is as wide as its network asks for
_LARGEST_SIDE = 80  # of the largest feature map
_SHEET_OFFSET = 3.5  # between the sheets of a stack
_BAR_WIDTH = 14  # of a dense layer
_MARK_WIDTH = 5  # of dropout, batch norm and activation
_GAP = 26
_LABEL_WIDTH = 40
_HALF_HEIGHT = 64
_LEAST_WIDTH = 600  # a smaller network keeps its proportions, in the middle
_ROOMY_WIDTH, _CROWDED_WIDTH = 1000, 1600  # beyond these, labels would run into each other

_Points = list[tuple[float | None, float | None]]  # None, None lifts the pen


def network_figure(summary: Summary) -> go.Figure:
    """A drawing of the network from left to right: stacks of feature maps, then bars for dense layers.

    Sides grow with the square root of height and width, the number of sheets and the height of a bar with the
    logarithm of the maps or units. Layers without a shape (from a misfit on) are left out. Hovering over
    a layer gives its shape, parameters and connections.
    """
    blocks = _arrange(summary)
    width = blocks[-1].right + _GAP / 2
    margin = max(_LEAST_WIDTH - width, 0) / 2
    figure = go.Figure([*_solids(blocks), *_links(blocks), _labels(blocks, width), _hover(blocks)])
    figure.update_layout(
        height=220,
        **BARE,
        xaxis={"visible": False, "fixedrange": True, "range": [-margin, width + margin]},
        yaxis={"visible": False, "fixedrange": True, "range": [-_HALF_HEIGHT - 30, _HALF_HEIGHT + 30]},
    )
    return figure


@dataclass(frozen=True)
class _Block:
    """One drawn layer (the input where `layer` is None): a front sheet, more behind it to its upper left."""

    layer: LayerSummary | None
    shape: Shape
    left: float
    width: float  # of one sheet
    height: float
    sheets: int = 1

    @property
    def is_mark(self) -> bool:
        return self.layer is not None and _is_mark(self.layer)

    @property
    def name(self) -> str:
        return self.layer.name if self.layer else "Input"

    @property
    def window(self) -> int:
        return self.layer.window if self.layer else 1

    @property
    def color(self) -> str:
        return _COLORS[rules_of(self.layer.kind).look] if self.layer else _GREY

    @property
    def depth(self) -> float:
        return (self.sheets - 1) * _SHEET_OFFSET

    @property
    def right(self) -> float:
        """Right end of its column, which has room for its label."""
        needed = self.width + self.depth
        return self.left + (needed if self.is_mark else max(needed, _LABEL_WIDTH))

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def front(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the front sheet."""
        left = self.middle + (self.depth - self.width) / 2
        bottom = -(self.depth + self.height) / 2
        return left, bottom, left + self.width, bottom + self.height


def _is_mark(layer: LayerSummary) -> bool:
    """Whether it is drawn as a line between the maps: it changes values where they stand."""
    return rules_of(layer.kind).look == "mark"


def _arrange(summary: Summary) -> list[_Block]:
    largest = max(summary.input_shape[:2])
    blocks = [_block(None, summary.input_shape, _GAP / 2, largest)]
    for layer in summary.layers:
        if layer.output_shape:
            gap = _GAP / 3 if _is_mark(layer) else _GAP
            blocks.append(_block(layer, layer.output_shape, blocks[-1].right + gap, largest))
    return blocks


def _block(layer: LayerSummary | None, shape: Shape, left: float, largest: int) -> _Block:
    if layer and _is_mark(layer):
        return _Block(layer, shape, left, _MARK_WIDTH, 40)
    if len(shape) == 1:
        return _Block(layer, shape, left, _BAR_WIDTH, min(14 * log2(shape[0] + 1), 2 * _HALF_HEIGHT))
    height, width = (max(_LARGEST_SIDE * sqrt(side / largest), 10) for side in shape[:2])
    return _Block(layer, shape, left, width, height, sheets=min(1 + round(1.5 * log2(shape[2])), 12))


def _outline(block: _Block) -> _Points:
    left, bottom, right, top = block.front
    points: _Points = [
        (left, bottom),
        (left, top),
        (right, top),
        (right, bottom),
        (left, bottom),
        (None, None),
    ]
    step = _SHEET_OFFSET
    for _ in range(block.sheets - 1):
        left, bottom, right, top = left - step, bottom + step, right - step, top + step
        # Only the left and the upper edge show of a sheet behind another.
        points += [(left, bottom), (left, top), (right, top), (right, top - step), (left + step, top - step)]
        points += [(left + step, bottom), (left, bottom), (None, None)]
    return points


def _solids(blocks: list[_Block]) -> list[go.Scatter]:
    """One filled trace for each colour."""
    outlines: dict[str, _Points] = {}
    for block in blocks:
        outlines.setdefault(block.color, []).extend(_outline(block))
    return [
        _trace(
            points, mode="lines", fill="toself", fillcolor=f"{color}99", line={"color": color, "width": 1.3}
        )
        for color, points in outlines.items()
    ]


def _links(blocks: list[_Block]) -> list[go.Scatter]:
    """What one output of each layer sees: a window on the maps before it, or everything for a dense layer."""
    solid = [block for block in blocks if not block.is_mark]
    fans: _Points = []
    windows: _Points = []
    for before, block in zip(solid, solid[1:], strict=False):
        if len(block.shape) == 1:
            fans += _fan(before, block)
        else:
            windows += _window(before, block)
    return [
        _trace(fans, mode="lines", line={"color": _GREY, "width": 1}),
        _trace(windows, mode="lines", line={"color": _WINDOW_COLOR, "width": 1.2}),
    ]


def _fan(before: _Block, block: _Block) -> _Points:
    _, low, right, high = before.front
    left, bottom, _, top = block.front
    return [(right, high), (left, top), (None, None), (right, low), (left, bottom), (None, None)]


def _window(before: _Block, block: _Block) -> _Points:
    left, bottom, right, top = before.front
    fraction = min(block.window / min(before.shape[:2]), 1)
    width, height = fraction * before.width, fraction * before.height
    left, bottom = left + 0.75 * (before.width - width), bottom + 0.6 * (before.height - height)
    right, top = left + width, bottom + height
    square = [(left, bottom), (left, top), (right, top), (right, bottom), (left, bottom), (None, None)]
    target = block.front[0] + 0.3 * block.width, block.front[1] + 0.6 * block.height
    return [*square, (right, top), target, (right, bottom), (None, None)]


def _labels(blocks: list[_Block], width: float) -> go.Scatter:
    """Names above, shapes below, kernel sizes between, as far as there is room."""
    solid = [block for block in blocks if not block.is_mark]
    texts: list[tuple[float, float, str]] = []
    if width < _CROWDED_WIDTH:
        texts += [(block.middle, _HALF_HEIGHT + 16, f"<b>{block.name}</b>") for block in solid]
    if width < _ROOMY_WIDTH:
        texts += [(block.middle, -_HALF_HEIGHT - 16, format_shape(block.shape)) for block in solid]
        texts += [
            (block.left - _GAP / 2, -44, f"{block.window}×{block.window}")
            for block in solid
            if block.window > 1
        ]
    font = {"size": 13 if width < _ROOMY_WIDTH else 10}
    points = [(x, y) for x, y, _ in texts]
    return _trace(points, mode="text", text=[text for *_, text in texts], textfont=font)


def _hover(blocks: list[_Block]) -> go.Scatter:
    """Invisible markers that say more about the layer under the pointer."""
    return go.Scatter(
        x=[block.middle for block in blocks],
        y=[0] * len(blocks),
        mode="markers",
        marker={"size": 60, "opacity": 0, "color": [block.color for block in blocks]},
        hovertext=[_details(block) for block in blocks],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _details(block: _Block) -> str:
    if block.layer is None:
        return f"<b>Input</b><br>{format_shape(block.shape)}"
    layer = block.layer
    return (
        f"<b>{layer.name}</b> {layer.title}<br>{format_shape(layer.output_shape)}<br>"
        f"{layer.parameters:,} parameters<br>{layer.connections:,} connections"
    )


def _trace(points: _Points, **style: object) -> go.Scatter:
    return go.Scatter(x=[x for x, _ in points], y=[y for _, y in points], hoverinfo="skip", **style)
