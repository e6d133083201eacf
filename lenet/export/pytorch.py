"""A network as PyTorch: the text of a module, and its weights in a `.pt` file.

Maps are channels first there, and what a dense layer is given is flattened channel by channel: its weights
are put into that order. Must not import Streamlit, TensorFlow or Keras.
"""

import io
import textwrap
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lenet.export.alone import asked_alone
from lenet.export.format import Data, ExportFormat, Files
from lenet.export.network import Step, TrainedNetwork
from lenet.layers import operation as operations

_ASK = """\
import torch
from network import Network
network = Network()
network.load_state_dict(torch.load("network.pt", weights_only=True))
network.eval()
with torch.no_grad():
    logits = network(torch.from_numpy(images.transpose(0, 3, 1, 2).copy()))
answers = torch.softmax(logits, dim=1).numpy()
"""
_TEXT = '''\
"""{title} in PyTorch.

{facts}

    network = Network()
    network.load_state_dict(torch.load("network.pt", weights_only=True))
    network.eval()
    probabilities = torch.softmax(network(pixels), dim=1)

Made with LeNet Lab.
"""

import torch
import torch.nn.functional as F
from torch import nn

CLASSES = [{classes}]
SCALE, OFFSET = {scale!r}, {offset!r}  # a pixel of 0 to 255 → what the network gets


class Network(nn.Module):
    """(N, {channels}, {height}, {width}) pixels 0 to 255 → (N, {count}) logits."""

    def __init__(self):
        super().__init__()
{layers}

    def forward(self, pixels):
{forward}
        return x
'''
_SCALE_CLASS = '''

class ScaleAndShift(nn.Module):
    """Each channel times a number, plus a number: batch normalization once it is trained, or subsampling."""

    def __init__(self, *shape):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(shape))
        self.shift = nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        return x * self.scale + self.shift
'''
_DISTANCE_CLASS = '''

class Distances(nn.Module):
    """For each class the negated squared distance to its code."""

    def __init__(self, classes, units):
        super().__init__()
        self.register_buffer("codes", torch.zeros(classes, units))

    def forward(self, x):
        return -((x[:, None] - self.codes) ** 2).sum(dim=2)
'''


class PyTorch(ExportFormat):
    """A zip of both."""

    name, words = "pytorch", "PyTorch"
    about = "The same network as a module, with its weights. It takes pixels 0 to 255."
    packages, requirements = ("torch",), "requirements-torch.txt"

    def export(self, network: TrainedNetwork, data: Data) -> Files:
        import torch

        state = {name: torch.from_numpy(np.ascontiguousarray(each)) for name, each in _state(network).items()}
        content = io.BytesIO()
        torch.save(state, content)
        return {"network.py": _text(network).encode(), "network.pt": content.getvalue()}

    def runtime(self) -> str:
        import torch

        return f"PyTorch {torch.__version__}"

    def answers(self, network: TrainedNetwork, files: Files, images: np.ndarray) -> np.ndarray:
        return asked_alone(self.words, files, _ASK, images)

    def notes(self, network: TrainedNetwork) -> list[str]:
        height, width, channels = network.image_shape
        return [
            f"Input: any number of images × {channels} × {height} × {width}, pixels 0 to 255. Output: logits."
        ]


class Written(NamedTuple):
    """One operation in PyTorch.

    Attributes:
        module: what `__init__` makes; empty: nothing.
        call: what becomes of `x`; `{self}` is the module.
        state: its weights, by their names there.
    """

    module: str
    call: str
    state: dict[str, np.ndarray]


def _written(step: Step) -> Written:
    return _OPERATIONS[type(step.operation)](step)


def _attribute(step: Step) -> str:
    """`1_conv` → `conv1`."""
    number, _, kind = step.layer.partition("_")
    return f"{kind}{number}"


def _state(network: TrainedNetwork) -> dict[str, np.ndarray]:
    return {
        f"{_attribute(step)}.{name}": each.astype(np.float32)
        for step in network.steps
        for name, each in _written(step).state.items()
    }


def _text(network: TrainedNetwork) -> str:
    height, width, channels = network.image_shape
    layers = [
        f"self.{_attribute(step)} = {module}" for step in network.steps if (module := _written(step).module)
    ]
    facts = "\n".join(f"    {name}: {value}" for name, value in network.facts)
    kinds = {type(step.operation) for step in network.steps}
    classes = _SCALE_CLASS if operations.ScaleAndShift in kinds else ""
    classes += _DISTANCE_CLASS if operations.Distances in kinds else ""
    text = _TEXT.format(
        title=_plain(network.title), facts=_plain(facts), scale=network.scale, offset=network.offset,
        classes=", ".join(f'"{_plain(each)}"' for each in network.classes), count=len(network.classes),
        channels=channels, height=height, width=width,
        layers=textwrap.indent("\n".join(layers), " " * 8),
        forward=textwrap.indent(_forward(network), " " * 8),
    )  # fmt: skip
    return text + classes


def _plain(text: str) -> str:
    """What ends no string."""
    return text.replace("\\", "/").replace('"', "'")


def _forward(network: TrainedNetwork) -> str:
    (top, bottom), (left, right) = network.margins
    lines = ["x = pixels.float()"]
    if network.is_padded:
        lines.append(f"x = F.pad(x, ({left}, {right}, {top}, {bottom}))  # background around it")
    lines.append("x = x * SCALE + OFFSET")
    for step in network.steps:
        if step.flattens:
            lines.append("x = torch.flatten(x, 1)")
        call = _written(step).call.replace("{self}", f"self.{_attribute(step)}")
        lines.append(f"x = {_ACTIVATIONS[step.activation].format(call)}")
    return "\n".join(line for line in lines if line != "x = x")


_ACTIVATIONS = {
    "linear": "{}",
    "relu": "F.relu({})",
    "tanh": "torch.tanh({})",
    "scaled_tanh": "1.7159 * torch.tanh(2 / 3 * {})",
    "sigmoid": "torch.sigmoid({})",
    "elu": "F.elu({})",
    "gelu": "F.gelu({})",
}


def _convolution(step: Step) -> Written:
    operation = step.operation
    (top, bottom), (left, right) = operation.margins
    rows, _, channels, maps = operation.kernel.shape
    stride = f", stride={operation.strides}" if operation.strides != 1 else ""
    is_even = (top, left) == (bottom, right) and top == left
    padding = f", padding={top}" if is_even and top else ""
    given = "x" if is_even else f"F.pad(x, ({left}, {right}, {top}, {bottom}))"
    module = f"nn.Conv2d({channels}, {maps}, kernel_size={rows}{stride}{padding})"
    state = {"weight": operation.kernel.transpose(3, 2, 0, 1), "bias": operation.bias}
    return Written(module, f"{{self}}({given})", state)


def _pooling(step: Step) -> Written:
    kind = {"max": "max_pool2d", "average": "avg_pool2d"}[step.operation.what]
    return Written("", f"F.{kind}(x, {step.operation.size})", {})


def _mean(step: Step) -> Written:
    return Written("", "x.mean(dim=(2, 3))", {})


def _scale(step: Step) -> Written:
    channels = step.input_shape[-1]
    shape = (channels, 1, 1) if len(step.input_shape) == 3 else (channels,)
    state = {name: getattr(step.operation, name).reshape(shape) for name in ("scale", "shift")}
    return Written(f"ScaleAndShift({', '.join(map(str, shape))})", "{self}(x)", state)


def _product(step: Step) -> Written:
    kernel = step.operation.kernel_channels_first(step.input_shape)
    module = f"nn.Linear({kernel.shape[0]}, {kernel.shape[1]})"
    return Written(module, "{self}(x)", {"weight": kernel.T, "bias": step.operation.bias})


def _distances(step: Step) -> Written:
    classes, units = step.operation.codes.shape
    return Written(f"Distances({classes}, {units})", "{self}(x)", {"codes": step.operation.codes})


def _function(step: Step) -> Written:
    return Written("", "x", {})


_OPERATIONS: dict[type[operations.Operation], Callable[[Step], Written]] = {
    operations.Convolution: _convolution,
    operations.Pooling: _pooling,
    operations.MeanOfMaps: _mean,
    operations.ScaleAndShift: _scale,
    operations.Product: _product,
    operations.Distances: _distances,
    operations.Function: _function,
}
