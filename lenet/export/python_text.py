"""A run as one readable file of plain Keras: data, preprocessing, network, settings, `fit`.

Must not import Streamlit, TensorFlow or Keras.
"""

import textwrap
from typing import Any

import numpy as np

from lenet.export import python_data, python_training
from lenet.export.alone import asked_alone
from lenet.export.format import Data, ExportFormat, Files
from lenet.export.keras_layers import OURS, KerasLayer, files_beside, keras_layers
from lenet.export.network import TrainedNetwork

_WIDTH = 100  # of a line
_ASK = """\
import importlib.util
spec = importlib.util.spec_from_file_location("exported", {file!r})
exported = importlib.util.module_from_spec(spec)
spec.loader.exec_module(exported)
model = exported.build()
with np.load("weights.npz") as weights:
    model.set_weights([weights[name] for name in weights.files])
logits = model.predict(exported.prepare(images), verbose=0)
scores = np.exp(logits - logits.max(axis=1, keepdims=True))
answers = scores / scores.sum(axis=1, keepdims=True)
"""


class PythonText(ExportFormat):
    """The way to the network, not its weights."""

    name, words = "python", "Python (plain Keras)"
    about = "One readable file that trains the same network without this dashboard."

    def export(self, network: TrainedNetwork, data: Data) -> Files:
        python_training.check(network)
        layers = keras_layers(network)
        text = {f"{network.file_name}.py": _text(network, layers).encode()}
        return text | files_beside(layers) | python_data.files(network, data)

    def runtime(self) -> str:
        import keras

        return f"Keras {keras.__version__}, with the weights of the model"

    def answers(self, network: TrainedNetwork, files: Files, images: np.ndarray) -> np.ndarray:
        program = _ASK.format(file=next(iter(files)))
        return asked_alone(self.words, files, program, images, network.weights)

    def notes(self, network: TrainedNetwork) -> list[str]:
        return [
            "It needs Keras 3 (pip install keras tensorflow), and nothing of this project. The file holds no "
            "weights: it trains them."
        ]


def _text(network: TrainedNetwork, layers: list[KerasLayer]) -> str:
    ours = _ours(layers)
    imported = f"from paper1998_layers import {', '.join(ours)}\n" if ours else ""
    parts = [f"{_heading(network, bool(ours))}\nimport keras\nimport numpy as np\n{imported}"]
    parts += [python_training.constants(network), python_data.function(network)]
    parts += [_prepare(network), python_training.drawn(network), _build(network, layers)]
    parts += python_training.functions(network)
    return "\n\n".join(part.rstrip("\n") + "\n" for part in parts)


def _heading(network: TrainedNetwork, has_ours: bool) -> str:
    facts = [f"    {name}: {value}" for name, value in network.facts]
    beside = " paper1998_layers.py lies beside this file." if has_ours else ""
    needs = f"Needs Keras 3.0 or later with any backend: pip install keras tensorflow.{beside}"
    lines = [f'"""{_plain(network.title)}, in plain Keras.', "", *map(_plain, facts), ""]
    lines += [*textwrap.wrap(needs, _WIDTH), "", f"    python {network.file_name}.py", ""]
    lines += ["Made with LeNet Lab.", '"""']
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """What ends no docstring."""
    return text.replace("\\", "/").replace('"""', "'''")


def _ours(layers: list[KerasLayer]) -> list[str]:
    """What has to be imported for them."""
    names = {layer.class_name for layer in layers if layer.class_name in OURS}
    squashed = [layer for layer in layers if layer.is_squashed]
    names |= {"scaled_tanh"} if squashed else set()
    names |= {"PaperUniform"} if any(layer.has_kernel for layer in squashed) else set()
    return sorted(names)


def _prepare(network: TrainedNetwork) -> str:
    """The function that makes the network's input."""
    lines = []
    if network.is_padded:
        around = ", ".join(map(str, network.margins))
        lines.append(f"    images = np.pad(images, ((0, 0), {around}, (0, 0)))  # background around them")
    lines.append("    return images.astype(np.float32) * np.float32(SCALE) + np.float32(OFFSET)")
    words = "Pixels as stored, (N, height, width, channels) uint8, to what the network gets."
    return "\n".join(["def prepare(images):", f'    """{words}"""', *lines])


def _build(network: TrainedNetwork, layers: list[KerasLayer]) -> str:
    lines = [f"keras.Input({network.input_shape}),"]
    lines += [f"{_call(layer, network)}," for layer in layers]
    body = textwrap.indent("\n".join(lines), " " * 12)
    return (
        "def build():\n"
        '    """The network, up to its logits: softmax of these are probabilities."""\n'
        f"    return keras.Sequential(\n        [\n{body}\n        ]\n    )\n"
    )


def _call(layer: KerasLayer, network: TrainedNetwork) -> str:
    """A layer as it is written."""
    module = "" if layer.class_name in OURS else "keras.layers."
    arguments = layer.arguments | python_training.of_kernel(layer, network)
    words = [f"{name}={_value(name, value)}" for name, value in arguments.items()]
    if words and layer.class_name not in OURS:  # of Keras' layers everybody knows the first
        words[0] = words[0].partition("=")[2]
    line = f"{module}{layer.class_name}({', '.join(words)})"
    if len(line) <= _WIDTH - 12:
        return line
    return f"{module}{layer.class_name}(\n" + "".join(_argument(word) for word in words) + ")"


def _argument(word: str) -> str:
    lines = textwrap.wrap(word, _WIDTH - 16, subsequent_indent=" " * 4)
    return textwrap.indent("\n".join(lines), "    ") + ",\n"


def _value(name: str, value: Any) -> str:
    """A value as Python writes it; what is a function or an object has no quotes."""
    if value == "scaled_tanh" or name in ("kernel_initializer", "kernel_regularizer"):
        return str(value)
    return f'"{value}"' if isinstance(value, str) else repr(value)
