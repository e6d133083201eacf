"""A network as one C header: weights, and a forward pass without allocation, for a microcontroller.

Must not import Streamlit, TensorFlow or Keras.
"""

import re
import subprocess
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lenet.errors import ModelError
from lenet.export import c_functions
from lenet.export.folding import folded
from lenet.export.format import Data, ExportFormat, Files
from lenet.export.network import Step, TrainedNetwork
from lenet.layers import operation as operations
from lenet.sentences import reason

_MOST_WEIGHTS = 4_000_000  # 16 MB of float: more than microcontrollers have
_SECONDS = 300  # for the compiler, or for the images
_MAIN = """\
#include <stdio.h>
#include "network.h"
int main(void) {
  static uint8_t pixels[PREFIX_PIXELS];
  float probabilities[PREFIX_CLASSES];
  while (fread(pixels, 1, sizeof pixels, stdin) == sizeof pixels) {
    PREFIX_predict(pixels, probabilities);
    fwrite(probabilities, sizeof(float), PREFIX_CLASSES, stdout);
  }
  return 0;
}
"""


class CHeader(ExportFormat):
    """With weights as they are, float."""

    name, words = "c", "C header"
    about = "Weights and a forward pass in C99, without allocation, for a microcontroller."
    programs = ("cc", "gcc", "clang")
    most_weights = _MOST_WEIGHTS
    is_int8 = False

    def export(self, network: TrainedNetwork, data: Data) -> Files:
        return {f"{network.file_name}.h": _Header(network, self.is_int8).text().encode()}

    def runtime(self) -> str:
        version = subprocess.run([self.program(), "--version"], capture_output=True, text=True, check=False)
        return f"a program compiled by {reason(version.stdout)}"

    def answers(self, network: TrainedNetwork, files: Files, images: np.ndarray) -> np.ndarray:
        ((_, content),) = files.items()
        prefix = re.search(r"static void (\w+)_predict", content.decode())[1]
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder, "network.exe")
            Path(folder, "network.h").write_bytes(content)
            Path(folder, "main.c").write_text(_MAIN.replace("PREFIX", prefix))
            _run([self.program(), *_FLAGS, "main.c", "-o", str(program), "-lm"], folder)
            said = _run([str(program)], folder, np.ascontiguousarray(images).tobytes())
        return np.frombuffer(said, np.float32).reshape(len(images), -1)

    def notes(self, network: TrainedNetwork) -> list[str]:
        header = _Header(network, self.is_int8)
        return [
            f"It takes {header.flash:,} bytes of flash for weights and {header.ram:,} bytes of RAM.",
            f"Call {header.prefix}_predict(pixels, probabilities); link with -lm.",
        ]


class CHeaderInt8(CHeader):
    """With weights of one byte and a scale for each map; it computes in float."""

    name, words = "c-int8", "C header, int8 weights"
    about = "The same with weights of one byte each: a quarter of the flash. It computes in float."
    is_exact, num_images = False, 1_000
    is_int8 = True


_FLAGS = ("-std=c99", "-O2", "-Wall", "-Wextra", "-Werror")


def _run(command: list[str], folder: str, given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(
            command, cwd=folder, input=given, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"The C header was given up: it took more than {_SECONDS} s to try it.") from error
    if done.returncode:
        raise ModelError(
            f"The C header could not be tried: {reason(done.stderr.decode(errors='replace'))}. Expected a C "
            "compiler that knows C99. Try another one."
        )
    return done.stdout


class _Header:
    """The parts of one header."""

    def __init__(self, network: TrainedNetwork, is_int8: bool) -> None:
        self.network, self.is_int8 = network, is_int8
        self.steps = folded(network.steps)
        self.prefix = _identifier(network.name)
        self.flash, self.ram = self._flash(), 4 * sum(self._rooms())

    def text(self) -> str:
        """All of it."""
        guard = f"{self.prefix.upper()}_H"
        parts = [
            self._comment(),
            f"#ifndef {guard}\n#define {guard}\n",
            "#include <math.h>\n#include <stdint.h>\n",
        ]
        parts += [
            self._constants(),
            *self._arrays(),
            *self._functions(),
            self._predict(),
            f"#endif /* {guard} */\n",
        ]
        return "\n".join(parts).replace("PREFIX", self.prefix)

    def _comment(self) -> str:
        height, width, channels = self.network.image_shape
        lines = [f"{name}: {value}" for name, value in self.network.facts]
        lines += [
            "",
            f"{self.prefix}_predict takes {height} x {width} x {channels} pixels, 0 to 255, row by row,",
            "as in the data that it was trained on, and gives the probability of each class.",
            f"Flash for weights: {self.flash:,} bytes. RAM: {self.ram:,} bytes. Not for two threads at once.",
            "Made with LeNet Lab. C99; link with -lm.",
        ]
        return "/* " + "\n   ".join(line.replace("*/", "* /") for line in lines) + " */\n"

    def _constants(self) -> str:
        names = ", ".join(f'"{_escaped(each)}"' for each in self.network.classes)
        return (
            f"#define PREFIX_PIXELS {prod(self.network.image_shape)}\n"
            f"#define PREFIX_CLASSES {len(self.network.classes)}\n\n"
            "/* Names of the classes, in the order of the probabilities. */\n"
            f"#define PREFIX_CLASS_NAMES {{{names}}}\n"
        )

    # Weights

    def _arrays(self) -> Iterator[str]:
        for number, step in enumerate(self.steps, start=1):
            for name, array in _weights(step.operation).items():
                if name == "kernel" and self.is_int8:
                    values, scales = quantized(array)
                    yield _array(f"PREFIX_{number}_kernel", values, "int8_t")
                    yield _array(f"PREFIX_{number}_scales", scales, "float")
                else:
                    kind = "int8_t" if name == "codes" else "float"
                    yield _array(f"PREFIX_{number}_{name}", array, kind)

    def _flash(self) -> int:
        found = [(name, each) for step in self.steps for name, each in _weights(step.operation).items()]
        small = {"codes", "kernel"} if self.is_int8 else {"codes"}
        scales = sum(len(each) for name, each in found if name == "kernel") if self.is_int8 else 0
        return sum(each.size * (1 if name in small else 4) for name, each in found) + 4 * scales

    # The forward pass

    def _functions(self) -> Iterator[str]:
        wanted = {text for step in self.steps for text in _OPERATIONS[type(step.operation)].functions(step)}
        names = {step.activation for step in self.steps} - {"linear"}
        scales, times = ("const float *scales, ", " * scales[map]") if self.is_int8 else ("", "")
        for text in [*sorted(wanted), *map(c_functions.activation, sorted(names)), c_functions.SOFTMAX]:
            text = text.replace("SCALES_ARGUMENT", scales).replace("TIMES_SCALE", times)
            yield text.replace("WEIGHT", "int8_t" if self.is_int8 else "float")

    def _rooms(self) -> tuple[int, int]:
        """Numbers that the two buffers hold, in turn."""
        sizes = [prod(self.network.input_shape), *(prod(step.output_shape) for step in self.steps)]
        return max(sizes[::2]), max(sizes[1::2])

    def _predict(self) -> str:
        first, second = self._rooms()
        lines = [f"static float a[{first}], b[{second}];", *self._scaled()]
        for number, step in enumerate(self.steps, start=1):
            source, target = ("a", "b") if number % 2 else ("b", "a")
            lines.append(_OPERATIONS[type(step.operation)].call(step, number, source, target, self.is_int8))
            if step.activation != "linear":
                lines.append(f"PREFIX_{step.activation}({target}, {prod(step.output_shape)});")
        lines.append(f"PREFIX_softmax({'ab'[len(self.steps) % 2]}, PREFIX_CLASSES, probabilities);")
        body = textwrap.indent("\n".join(lines), "  ")
        return f"static void PREFIX_predict(const uint8_t *pixels, float *probabilities) {{\n{body}\n}}\n"

    def _scaled(self) -> list[str]:
        """The pixels as the network gets them, background around them."""
        (top, _), (left, _) = self.network.margins
        height, width, channels = self.network.image_shape
        scale, offset = _number(self.network.scale), _number(self.network.offset)
        if not self.network.is_padded:
            return [f"for (int i = 0; i < PREFIX_PIXELS; ++i) a[i] = (float)pixels[i] * {scale} + {offset};"]
        padded = self.network.input_shape
        return [
            f"for (int i = 0; i < {prod(padded)}; ++i) a[i] = {offset};",
            f"for (int y = 0; y < {height}; ++y)",
            f"  for (int x = 0; x < {width * channels}; ++x)",
            f"    a[(y + {top}) * {padded[1] * channels} + {left * channels} + x] =",
            f"        (float)pixels[y * {width * channels} + x] * {scale} + {offset};",
        ]


# Operations: which C function each calls, and how


class _Call(NamedTuple):
    """How one operation is called."""

    functions: Callable[[Step], tuple[str, ...]]
    call: Callable[..., str]


def _of_convolution(step: Step, number: int, source: str, target: str, is_int8: bool) -> str:
    (top, _), (left, _) = step.operation.margins
    rows, columns = step.operation.kernel.shape[:2]
    first = f"{source}, {_listed(step.input_shape)}, {_named(number, is_int8)}"
    window = f"{rows}, {columns}, {step.operation.strides}, {top}, {left}"
    return f"PREFIX_convolution({first},\n    {window}, {target}, {_listed(step.output_shape)});"


def _of_pool(step: Step, number: int, source: str, target: str, is_int8: bool) -> str:
    _, width, channels = step.input_shape
    size, (height_out, width_out, _) = step.operation.size, step.output_shape
    name, sizes = ("max", size) if step.operation.what == "max" else ("average", f"{size}, {size}")
    ends = f"{target}, {height_out}, {width_out});"
    return f"PREFIX_{name}_pool({source}, {width}, {channels}, {sizes}, {ends}"


def _of_mean(step: Step, number: int, source: str, target: str, is_int8: bool) -> str:
    height, width, channels = step.input_shape
    return f"PREFIX_average_pool({source}, {width}, {channels}, {height}, {width}, {target}, 1, 1);"


def _of_scale(step: Step, number: int, source: str, target: str, is_int8: bool) -> str:
    *places, channels = step.input_shape
    names = f"PREFIX_{number}_scale, PREFIX_{number}_shift"
    return f"PREFIX_scale_and_shift({source}, {prod(places)}, {channels}, {names}, {target});"


def _of_product(step: Step, number: int, source: str, target: str, is_int8: bool) -> str:
    inputs, units = prod(step.input_shape), step.output_shape[0]
    return f"PREFIX_dense({source}, {inputs}, {_named(number, is_int8)}, {target}, {units});"


def _of_distances(step: Step, number: int, source: str, target: str, is_int8: bool) -> str:
    classes, inputs = step.operation.codes.shape
    return f"PREFIX_distances({source}, {inputs}, PREFIX_{number}_codes, {target}, {classes});"


def _of_function(step: Step, number: int, source: str, target: str, is_int8: bool) -> str:
    return f"PREFIX_copy({source}, {prod(step.input_shape)}, {target});"


def _pool_functions(step: Step) -> tuple[str, ...]:
    return (c_functions.MAX if step.operation.what == "max" else c_functions.AVERAGE,)


_OPERATIONS: dict[type[operations.Operation], _Call] = {
    operations.Convolution: _Call(lambda _: (c_functions.CONVOLUTION,), _of_convolution),
    operations.Pooling: _Call(_pool_functions, _of_pool),
    operations.MeanOfMaps: _Call(lambda _: (c_functions.AVERAGE,), _of_mean),
    operations.ScaleAndShift: _Call(lambda _: (c_functions.SCALE_AND_SHIFT,), _of_scale),
    operations.Product: _Call(lambda _: (c_functions.DENSE,), _of_product),
    operations.Distances: _Call(lambda _: (c_functions.DISTANCES,), _of_distances),
    operations.Function: _Call(lambda _: (c_functions.COPY,), _of_function),
}


def _weights(operation: operations.Operation) -> dict[str, np.ndarray]:
    """The arrays of an operation in the order in which C reads them; a kernel map by map."""
    found = {name: each for name, each in vars(operation).items() if isinstance(each, np.ndarray)}
    if "kernel" in found:
        found["kernel"] = np.moveaxis(found["kernel"], -1, 0)
    return found


def quantized(kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(maps, …) float32 → the same int8, −127 to 127, and a scale for each map, (maps,) float32."""
    largest = np.abs(kernel).reshape(len(kernel), -1).max(axis=1)
    scales = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    return np.rint(kernel / scales.reshape(-1, *[1] * (kernel.ndim - 1))).astype(np.int8), scales


# Words of C


def _named(number: int, is_int8: bool) -> str:
    names = ("kernel", "scales", "bias") if is_int8 else ("kernel", "bias")
    return ", ".join(f"PREFIX_{number}_{name}" for name in names)


def _listed(shape: tuple[int, ...]) -> str:
    return ", ".join(map(str, shape))


def _array(name: str, values: np.ndarray, kind: str) -> str:
    words = values.ravel().astype(np.float32 if kind == "float" else np.int8).astype(str).tolist()
    words = [f"{each}f" for each in words] if kind == "float" else words
    body = textwrap.fill(", ".join(words), 100, initial_indent="  ", subsequent_indent="  ")
    return f"static const {kind} {name}[{values.size}] = {{\n{body}\n}};\n"


def _number(value: float) -> str:
    return f"{np.float32(value)!s}f"


def _identifier(name: str) -> str:
    """A name that C takes, small letters."""
    found = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return found if found[:1].isalpha() else f"lenet_{found}"


def _escaped(name: str) -> str:
    """The inside of a C string: UTF-8, of which what is no letter, digit or space is written in octal."""
    return "".join(
        chr(byte) if byte < 128 and chr(byte).isalnum() or byte == 32 else f"\\{byte:03o}"
        for byte in name.encode()
    )
