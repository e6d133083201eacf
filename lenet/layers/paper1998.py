"""The layers of the paper of 1998: subsampling, a convolution that sees some maps only, distances to codes.

Source: LeCun, Bottou, Bengio, Haffner, “Gradient-Based Learning Applied to Document Recognition”, 1998,
section II. Must not import Streamlit, TensorFlow or Keras.
"""

from math import prod
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import FailFast, Field, field_validator

from lenet.layers import arithmetic
from lenet.layers.arithmetic import Distance, Subsampled, WeightedSum
from lenet.layers.kind import ActivationName, LayerKind, Shape, Side, format_shape
from lenet.layers.operation import Convolution, Distances, Operation, Pooling, ScaleAndShift
from lenet.layers.paper1998_tables import C3_TABLE, CODE_WIDTH, CODES
from lenet.layers.pooling import Pool
from lenet.layers.view import LayerView
from lenet.sentences import shortened
from lenet.values import at_most


class Subsampling(Pool):
    """The sum of each `size`×`size` window, times one coefficient and plus one bias a map, both trainable."""

    kind: Literal["subsampling"] = "subsampling"
    activation: ActivationName = "scaled_tanh"

    words: ClassVar[str] = "Subsampling"
    terms: ClassVar[tuple[str, ...]] = ("subsampling",)
    keras_name: ClassVar[str] = "Subsampling"
    variables: ClassVar[tuple[str, ...]] = ("coefficient", "bias")

    def parameters(self, shape: Shape) -> int:
        """A coefficient and a bias a map."""
        return 2 * shape[2]

    def connections(self, shape: Shape) -> int:
        """The window and the bias."""
        return (self.size**2 + 1) * prod(self.output_shape(shape))

    def multiply_adds(self, shape: Shape) -> int:
        """The coefficient."""
        return prod(self.output_shape(shape))

    def operations(self, shape: Shape, weights: dict[str, np.ndarray]) -> tuple[Operation, ...]:
        """The mean of the window, and a scale that makes a sum of it."""
        scale = weights["coefficient"] * np.float32(self.size**2)
        return Pooling("average", self.size), ScaleAndShift(self.activation, scale, weights["bias"])

    @classmethod
    def work_out(
        cls, layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int
    ) -> Subsampled:
        """The sum of the window of one channel, its coefficient and its bias."""
        found = arithmetic.values_under_window(layer, inputs, channel, row, column)
        numbers = float(layer.scale[channel]), float(layer.shift[channel])
        return Subsampled(float(found.sum()), *numbers, layer.activation, found)


Sources = Annotated[
    tuple[Annotated[int, Field(lt=1024)], ...], Field(min_length=1), FailFast(), at_most(1024)
]


class PartialConv(LayerKind):
    """2-D convolution whose every map sees some of the input maps only; by default C3 of the paper."""

    kind: Literal["partial_conv"] = "partial_conv"
    kernel_size: Side = Field(5, ge=1, le=64)
    activation: ActivationName = "scaled_tanh"
    # For each map the input maps that it sees, from 0
    table: Annotated[tuple[Sources, ...], Field(min_length=1), FailFast(), at_most(1024)] = C3_TABLE

    words: ClassVar[str] = "Partial convolution"
    letter: ClassVar[str] = "C"
    terms: ClassVar[tuple[str, ...]] = ("partial connections",)
    output_word: ClassVar[str] = "filters"
    look: ClassVar[str] = "convolution"
    needs_maps: ClassVar[bool] = True
    keras_name: ClassVar[str] = "PartialConvolution"
    variables: ClassVar[tuple[str, ...]] = ("kernel", "bias")
    has_kernel: ClassVar[bool] = True

    @field_validator("table")
    @classmethod
    def _each_map_once(cls, table: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
        for number, sources in enumerate(table):
            if len(set(sources)) < len(sources) or min(sources) < 0:
                raise ValueError(
                    f"Table: received {shortened(str(sources))} for map {number}, "
                    "expected different input maps, from 0 on."
                )
        return table

    @classmethod
    def new(cls) -> None:
        """Its table fits behind some layers only."""
        return None

    def title(self) -> str:
        """As in `partial conv 16@5×5`."""
        return f"partial conv {len(self.table)}@{self.kernel_size}×{self.kernel_size}"

    def misfit(self, shape: Shape) -> str | None:
        """The table names a map that is not there, or the kernel is larger than the maps."""
        needed, room, side = 1 + max(map(max, self.table)), min(shape[:2]), self.kernel_size
        if shape[2] < needed:
            return (
                f"received {format_shape(shape)}; its table names input map {needed - 1}, so it needs "
                f"{needed} maps or more. Give the layer before it {needed} maps."
            )
        if side <= room:
            return None
        return (
            f"received {format_shape(shape)}; its {side}×{side} kernel is larger than that. "
            f"Use a kernel of at most {room}."
        )

    def output_shape(self, shape: Shape) -> Shape:
        """A map for each row of the table."""
        return shape[0] - self.kernel_size + 1, shape[1] - self.kernel_size + 1, len(self.table)

    def parameters(self, shape: Shape) -> int:
        """A plane for each pair of maps, a bias for each map."""
        return self.kernel_size**2 * self.num_connected_maps() + len(self.table)

    def connections(self, shape: Shape) -> int:
        """Those of one place, at every place."""
        height, width, _ = self.output_shape(shape)
        return self.parameters(shape) * height * width

    def multiply_adds(self, shape: Shape) -> int:
        """Kernels alone."""
        height, width, _ = self.output_shape(shape)
        return self.kernel_size**2 * self.num_connected_maps() * height * width

    def window(self, shape: Shape | None) -> tuple[int, int]:
        """The kernel."""
        return self.kernel_size, 1

    def num_connected_maps(self) -> int:
        """All pairs of its table."""
        return sum(map(len, self.table))

    def operations(self, shape: Shape, weights: dict[str, np.ndarray]) -> tuple[Convolution]:
        """A convolution whose kernel is 0 where nothing is connected."""
        kernel = np.zeros((self.kernel_size, self.kernel_size, shape[2], len(self.table)), np.float32)
        pairs = [(source, number) for number, sources in enumerate(self.table) for source in sources]
        for plane, (source, number) in enumerate(pairs):
            kernel[:, :, source, number] = weights["kernel"][:, :, plane]
        return (Convolution(self.activation, kernel, weights["bias"]),)

    @classmethod
    def work_out(
        cls, layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int
    ) -> WeightedSum:
        """As of a convolution; where nothing is connected, the kernel is 0."""
        return arithmetic.convolution(layer, inputs, channel, row, column)


class RadialBasis(LayerKind):
    """The output of 1998: for each digit the squared distance to its 7×12 code; the nearest is the answer."""

    kind: Literal["radial_basis"] = "radial_basis"

    words: ClassVar[str] = "Radial basis functions"
    letter: ClassVar[str] = "R"
    terms: ClassVar[tuple[str, ...]] = ("RBF units",)
    output_word: ClassVar[str] = "units"
    look: ClassVar[str] = "dense"
    gives_row: ClassVar[bool] = True
    is_output: ClassVar[bool] = True
    gives_distances: ClassVar[bool] = True
    keras_name: ClassVar[str] = "RadialBasis"

    @classmethod
    def new(cls) -> None:
        """It fits behind 84 units only."""
        return None

    def title(self) -> str:
        """How many codes."""
        return f"radial basis {len(CODES)}"

    def misfit(self, shape: Shape) -> str | None:
        """Its input is no code."""
        if shape == (len(CODES[0]),):
            return None
        return (
            f"received {format_shape(shape)}; its codes have {len(CODES[0])} numbers. "
            f"Put a dense layer of {len(CODES[0])} units before it."
        )

    def constants(self) -> dict[str, np.ndarray]:
        """The codes, (classes, units)."""
        return {"codes": np.array(CODES, np.float32)}

    def output_shape(self, shape: Shape) -> Shape:
        """A distance for each code."""
        return (len(CODES),)

    def connections(self, shape: Shape) -> int:
        """Every number of every code."""
        return len(CODES) * len(CODES[0])

    def multiply_adds(self, shape: Shape) -> int:
        """A square each."""
        return len(CODES) * len(CODES[0])

    def operations(self, shape: Shape, weights: dict[str, np.ndarray]) -> tuple[Distances]:
        """One."""
        return (Distances(self.constants()["codes"]),)

    @classmethod
    def work_out(cls, layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int) -> Distance:
        """Every input, and the code of that class, in rows as the bitmap is drawn."""
        rows = (-1, CODE_WIDTH) if len(inputs) % CODE_WIDTH == 0 else (1, -1)
        values = (inputs, layer.kernel[:, channel])
        return Distance(*(each.astype(np.float64).reshape(rows) for each in values))
