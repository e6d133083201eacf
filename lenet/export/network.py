"""A trained network for elsewhere: what is done to its images, its operations, its classes.

Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from lenet.data.dataset import DatasetInfo
from lenet.data.preprocessing import scale_and_offset
from lenet.errors import DatasetError, ModelError
from lenet.layers.operation import Margins, Operation, Product, Shape, WithActivation, has_any
from lenet.networks.model_facts import facts
from lenet.networks.model_reference import Model
from lenet.networks.stored_weights import Untrained, find, stored_weights, summary_of
from lenet.runs.config import RunConfig
from lenet.runs.layers import keras_names


@dataclass(frozen=True, eq=False)
class Step:
    """One operation of a network.

    Attributes:
        layer: the name of the layer that it is of, `1_conv`.
        input_shape, output_shape: of one image's values.
    """

    layer: str
    operation: Operation
    input_shape: Shape
    output_shape: Shape

    @property
    def activation(self) -> str:
        """The function of each value that it ends in; `linear`: none."""
        return getattr(self.operation, "activation", "linear")

    @property
    def flattens(self) -> bool:
        """Whether it makes a row of maps before anything else."""
        return isinstance(self.operation, Product) and len(self.input_shape) > 1


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network as every format is written from it: pixels 0 to 255 in, probabilities of the classes out.

    Attributes:
        name: as `model_reference.parse` takes it.
        facts: what there is to say of it, a name and a value each.
        config: what it was trained with.
        input_shape: (height, width, channels) of an image once it is padded.
        scale, offset: the network is given pixel × scale + offset.
        data: what it was trained on, as far as is known without its images.
        weights: Keras' path → value, float32.
    """

    name: str
    title: str
    facts: tuple[tuple[str, str], ...]
    config: RunConfig
    input_shape: Shape
    scale: float
    offset: float
    data: DatasetInfo
    weights: dict[str, np.ndarray]

    @property
    def classes(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.data.class_names)

    @property
    def image_shape(self) -> Shape:
        """(height, width, channels) of an image as stored."""
        return tuple(self.data.image_shape)

    @property
    def image_size(self) -> str:
        """The same in words: `28 × 28 × 1`."""
        return " × ".join(map(str, self.image_shape))

    @cached_property
    def layer_inputs(self) -> tuple[Shape, ...]:
        """The shape of what each layer is given, of one image."""
        shapes = [self.input_shape]
        for layer in self.config.layers:
            shapes.append(layer.output_shape(shapes[-1]))
        return tuple(shapes[:-1])

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Its operations up to the logits; softmax of these are the probabilities."""
        steps, shape = [], self.input_shape
        for name, layer in zip(keras_names(self.config.layers), self.config.layers, strict=True):
            own = {each: self.weights[f"{name}/{each}"] for each in layer.variables}
            for operation in layer.operations(shape, own):
                if isinstance(operation, WithActivation):
                    operation = operation.without_softmax
                steps.append(Step(name, operation, shape, operation.output_shape(shape)))
                shape = steps[-1].output_shape
        return tuple(steps)

    @property
    def margins(self) -> Margins:
        """Rows and columns of pixel 0 that an image is given; where odd, more at the bottom and right."""
        lost = (padded - side for padded, side in zip(self.input_shape[:2], self.image_shape, strict=False))
        rows, columns = ((each // 2, each - each // 2) for each in lost)
        return rows, columns

    @property
    def is_padded(self) -> bool:
        """Whether there are any of these."""
        return has_any(self.margins)

    @property
    def num_weights(self) -> int:
        """Numbers in its files, what batch normalization has seen included."""
        return sum(each.size for each in self.weights.values())

    def check(self) -> None:
        """Raises `ModelError` where a weight is no number."""
        if not all(np.isfinite(each).all() for each in self.weights.values()):
            raise ModelError(
                f"{self.name} has weights that are no numbers: it diverged. Choose another epoch."
            )

    @property
    def file_name(self) -> str:
        """Its name as part of a file's."""
        return "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in self.name)


def trained_network(
    name: str, runs_folder: Path | None = None, untrained: Untrained | None = None
) -> TrainedNetwork:
    """The model of that name; of a run that has no final model yet, with its newest weights.

    Raises:
        ModelError: there is no such model, it is damaged, or a file from elsewhere.
    """
    model = find(name, runs_folder)
    if model.config is None:
        raise ModelError(
            f"{name} is a file from elsewhere, which may hold layers that only Keras knows. "
            "Expected a run or a pretrained model: choose one of these."
        )
    summary = summary_of(model)
    scale, offset = scale_and_offset(model.config)
    network = TrainedNetwork(
        name, model.title, tuple(facts(model)), model.config, summary.input_shape, scale, offset,
        _data(model), stored_weights(model, summary, untrained),
    )  # fmt: skip
    network.check()
    return network


def _data(model: Model) -> DatasetInfo:
    try:
        return model.training_data()
    except DatasetError as error:
        raise ModelError(str(error)) from error
