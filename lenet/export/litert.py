"""A network as LiteRT (formerly TensorFlow Lite): float32, and int8 throughout; one image at a time.

Pixels are made the network's input by its first weights, so that no operation is left of it, and an int8
input is the pixel itself less 128. Imports TensorFlow in functions. Must not import Streamlit.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np

from lenet.errors import ModelError
from lenet.export.folding import folded
from lenet.export.format import Data, ExportFormat, Files
from lenet.export.network import Step, TrainedNetwork
from lenet.formatting import percent
from lenet.layers import operation as operations
from lenet.sentences import reason

_CALIBRATION = 500  # training images that the ranges of int8 are taken from
STEPS = 256  # of an int8 probability
CLOSE = 0.2  # "not sure" below this difference of the two best
CLOSE_STEPS = math.ceil(CLOSE * STEPS)


class LiteRt(ExportFormat):
    """With float32 throughout."""

    name, words = "litert", "LiteRT, float32"
    about = "A .tflite file for phones and small computers. It takes pixels 0 to 255, one image at a time."
    packages = ("ai_edge_litert",)

    def export(self, network: TrainedNetwork, data: Data) -> Files:
        return {f"{network.file_name}.tflite": bytes(_converter(network).convert())}

    def runtime(self) -> str:
        return f"LiteRT {version('ai-edge-litert')}"

    def answers(self, network: TrainedNetwork, files: Files, images: np.ndarray) -> np.ndarray:
        from ai_edge_litert.interpreter import Interpreter

        ((_, content),) = files.items()
        try:
            interpreter = Interpreter(model_content=content)
            interpreter.allocate_tensors()
            return np.concatenate([_asked(interpreter, image[None]) for image in images])
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"LiteRT cannot open the file: {reason(error)}.") from error

    def notes(self, network: TrainedNetwork) -> list[str]:
        return [
            f"Input: float32, 1 × {network.image_size}, pixels 0 to 255. "
            "Output: float32, probabilities of the classes."
        ]


class LiteRtInt8(LiteRt):
    """With int8 throughout, calibrated on training images."""

    name, words = "litert-int8", "LiteRT, int8"
    about = (
        "A .tflite file of int8 alone, for microcontrollers. It takes pixels less 128, one image at a time."
    )
    is_exact, num_images = False, 1_000_000  # the whole test set

    def export(self, network: TrainedNetwork, data: Data) -> Files:
        import tensorflow as tf

        images = data.training(_CALIBRATION)
        converter = _converter(network)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: _one_by_one(images)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
        return {f"{network.file_name}-int8.tflite": bytes(converter.convert())}

    def notes(self, network: TrainedNetwork) -> list[str]:
        return [
            f"Input: int8, 1 × {network.image_size}, each the pixel less 128. "
            f"Output: int8, steps of 1/{STEPS}, −128 is 0."
        ]

    def further(self, expected: np.ndarray, found: np.ndarray) -> list[str]:
        before = np.sort(expected, axis=1)
        after = np.sort(np.rint(found * STEPS), axis=1)
        close = float((before[:, -1] - before[:, -2] < CLOSE).mean())
        close_steps = float((after[:, -1] - after[:, -2] < CLOSE_STEPS).mean())
        return [
            f"Call it not sure where the two largest outputs are less than {CLOSE_STEPS} steps apart: so are "
            f"{percent(close_steps)} of these; here, with float and {CLOSE}, {percent(close)}."
        ]


def _converter(network: TrainedNetwork) -> Any:
    """TensorFlow's, of the network as one function of pixels."""
    from lenet import lean_import

    lean_import.load_tensorflow()
    import tensorflow as tf

    pixels = tf.TensorSpec((1, *network.image_shape), tf.float32, name="pixels")
    module = tf.Module()
    answer = tf.function(lambda pixels: _answer(network, pixels), autograph=False)
    return tf.lite.TFLiteConverter.from_concrete_functions([answer.get_concrete_function(pixels)], module)


def _answer(network: TrainedNetwork, pixels: Any) -> Any:
    """Pixels (1, H, W, C) float32 → probabilities (1, classes), in TensorFlow's operations."""
    import tensorflow as tf

    values, steps = pixels, folded(network.steps)
    if network.is_padded:
        values = tf.pad(values, [[0, 0], *network.margins, [0, 0]])
    first = _of_pixels(steps[0].operation, network)
    if first is None:
        values = values * tf.constant(network.scale, tf.float32) + tf.constant(network.offset, tf.float32)
    else:
        steps = (replace(steps[0], operation=first), *steps[1:])
    for step in steps:
        values = _OPERATIONS[type(step.operation)](step, values)
        values = _activated(step.activation, values)
    return tf.nn.softmax(values, name="probabilities")


def _of_pixels(operation: operations.Operation, network: TrainedNetwork) -> operations.Operation | None:
    """The first operation, of pixels as they are; None where it cannot be: zeros around it are no pixels."""
    if not isinstance(operation, operations.Convolution | operations.Product):
        return None
    if network.offset and isinstance(operation, operations.Convolution) and operation.is_padded:
        return None
    sums = operation.kernel.reshape(-1, operation.kernel.shape[-1]).sum(axis=0)
    bias = operation.bias + np.float32(network.offset) * sums
    return replace(operation, kernel=operation.kernel * np.float32(network.scale), bias=bias)


def _convolution(step: Step, values: Any) -> Any:
    import tensorflow as tf

    operation = step.operation
    padding = "SAME" if operation.is_padded else "VALID"
    return tf.nn.conv2d(values, operation.kernel, operation.strides, padding) + operation.bias


def _pooling(step: Step, values: Any) -> Any:
    import tensorflow as tf

    pool = tf.nn.max_pool2d if step.operation.what == "max" else tf.nn.avg_pool2d
    return pool(values, step.operation.size, step.operation.size, "VALID")


def _mean(step: Step, values: Any) -> Any:
    import tensorflow as tf

    return tf.reduce_mean(values, axis=[1, 2])


def _scale(step: Step, values: Any) -> Any:
    return values * step.operation.scale + step.operation.shift


def _product(step: Step, values: Any) -> Any:
    import tensorflow as tf

    row = tf.reshape(values, (1, -1)) if step.flattens else values
    return tf.matmul(row, step.operation.kernel) + step.operation.bias


def _distances(step: Step, values: Any) -> Any:
    """Less what all classes have in common, Σx²: softmax does not see it, and int8 has no room for it."""
    import tensorflow as tf

    codes = step.operation.codes
    return tf.matmul(values, 2 * codes.T) - (codes**2).sum(axis=1)


def _function(step: Step, values: Any) -> Any:
    return values


def _activated(name: str, values: Any) -> Any:
    import tensorflow as tf

    if name == "scaled_tanh":
        return 1.7159 * tf.tanh(2 / 3 * values)
    if name == "gelu":
        return tf.nn.gelu(values, approximate=False)
    functions = {"relu": tf.nn.relu, "tanh": tf.tanh, "sigmoid": tf.sigmoid, "elu": tf.nn.elu}
    return values if name == "linear" else functions[name](values)


_OPERATIONS: dict[type[operations.Operation], Callable[[Step, Any], Any]] = {
    operations.Convolution: _convolution,
    operations.Pooling: _pooling,
    operations.MeanOfMaps: _mean,
    operations.ScaleAndShift: _scale,
    operations.Product: _product,
    operations.Distances: _distances,
    operations.Function: _function,
}


def _one_by_one(images: np.ndarray) -> Iterator[list[np.ndarray]]:
    """As the converter wants them: pixels 0 to 255, which are what its network gets."""
    for image in images:
        yield [image[None].astype(np.float32)]


def _asked(interpreter: Any, image: np.ndarray) -> np.ndarray:
    """(1, H, W, C) uint8 → (1, classes) float32, whatever numbers the file has."""
    (given,), (answered,) = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.set_tensor(given["index"], _stored(image, given))
    interpreter.invoke()
    found = interpreter.get_tensor(answered["index"])
    if answered["dtype"] != np.int8:
        return found
    scale, zero = answered["quantization"]
    return ((found.astype(np.float32) - zero) * scale).astype(np.float32)


def _stored(image: np.ndarray, about: dict[str, Any]) -> np.ndarray:
    if about["dtype"] != np.int8:
        return image.astype(np.float32)
    scale, zero = about["quantization"]
    return np.clip(np.rint(image / scale) + zero, -128, 127).astype(np.int8)
