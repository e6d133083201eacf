"""A network as a `.keras` file that every Keras 3 opens: only what Keras 3.0 knew stands in its config.

Written without Keras: a newer one writes settings of its own, which older ones refuse. Its first layers
prepare the image, its last one is softmax. Must not import Streamlit, TensorFlow or Keras.
"""

import io
import json
import zipfile
from collections import Counter
from typing import Any

import numpy as np

from lenet.export.alone import asked_alone
from lenet.export.format import Data, ExportFormat, Files
from lenet.export.keras_layers import OURS, PAPER_LAYERS, KerasLayer, files_beside, keras_layers
from lenet.export.network import TrainedNetwork
from lenet.runs.layers import keras_names

_LINES = "import paper1998_layers\n"
_ASK = """\
import keras
model = keras.models.load_model({file!r})
answers = model.predict(images, verbose=0)
"""
_WRITTEN_BY = "3.0.0"  # the version whose settings it has
_NAMES = {"Conv2D": "conv2d", "MaxPooling2D": "max_pooling2d", "AveragePooling2D": "average_pooling2d",
          "GlobalAveragePooling2D": "global_average_pooling2d", "BatchNormalization": "batch_normalization",
          "PartialConvolution": "partial_convolution", "RadialBasis": "radial_basis"}  # fmt: skip


class KerasFile(ExportFormat):
    """To go on with in Keras, whatever its version."""

    name, words = "keras", "Keras (.keras)"
    about = "Opens in Keras 3.0 or later without this project. It takes pixels 0 to 255."

    def export(self, network: TrainedNetwork, data: Data) -> Files:
        layers = keras_layers(network)
        return {f"{network.file_name}.keras": _zip(network, layers)} | files_beside(layers)

    def runtime(self) -> str:
        import keras

        return f"Keras {keras.__version__} without this project"

    def answers(self, network: TrainedNetwork, files: Files, images: np.ndarray) -> np.ndarray:
        program = _ASK.format(file=next(iter(files)))
        return asked_alone(self.words, files, (_LINES if PAPER_LAYERS in files else "") + program, images)

    def notes(self, network: TrainedNetwork) -> list[str]:
        sentences = [
            f"Input: any number of images × {network.image_size}, pixels 0 to 255. Output: probabilities."
        ]
        if any(each.is_ours for each in keras_layers(network)):
            sentences.append(
                f"Layers of 1998 that Keras does not have are in {PAPER_LAYERS}: import it before."
            )
        return sentences


def _zip(network: TrainedNetwork, layers: list[KerasLayer]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": _WRITTEN_BY, "date_saved": ""}))
        archive.writestr("config.json", json.dumps(_config(network, layers)))
        archive.writestr("model.weights.h5", _weights(network, layers))
    return packed.getvalue()


def _config(network: TrainedNetwork, layers: list[KerasLayer]) -> dict[str, Any]:
    batch = [None, *network.image_shape]
    first = {"batch_shape": batch, "dtype": "float32", "name": "pixels"}
    found = [_serialized("InputLayer", first), *_prepared(network)]
    found += [_layer(layer, name) for layer, name in zip(layers, _names(network, layers), strict=True)]
    found.append(_serialized("Softmax", {"name": "softmax"}))
    config = {"name": "lenet", "trainable": True, "layers": found, "build_input_shape": batch}
    return {"module": "keras", "class_name": "Sequential", "config": config, "registered_name": "Sequential"}


def _prepared(network: TrainedNetwork) -> list[dict[str, Any]]:
    """The layers that make the network's input of pixels."""
    found = []
    if network.is_padded:
        margins = [list(each) for each in network.margins]
        found.append(_serialized("ZeroPadding2D", {"padding": margins, "name": "padding"}))
    scaled = {"scale": network.scale, "offset": network.offset, "name": "scaling"}
    return [*found, _serialized("Rescaling", scaled)]


def _names(network: TrainedNetwork, layers: list[KerasLayer]) -> list[str]:
    """Those of the layers here; Flatten has none of its own, and there may be several."""
    names, count = iter(keras_names(network.config.layers)), Counter()
    found = []
    for layer in layers:
        count[layer.kind] += layer.kind == "flatten"
        found.append(next(names) if layer.kind != "flatten" else f"flatten_{count['flatten']}")
    return found


def _serialized(class_name: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"module": "keras.layers", "class_name": class_name, "config": config, "registered_name": None}


def _layer(layer: KerasLayer, name: str) -> dict[str, Any]:
    config = layer.arguments | {"name": name}
    if layer.is_squashed:
        config["activation"] = {"module": "builtins", "class_name": "function", "config": "lenet>scaled_tanh",
                                "registered_name": "function"}  # fmt: skip
    found = _serialized(layer.class_name, config)
    if layer.class_name in OURS:
        found |= {"module": "lenet", "registered_name": f"lenet>{layer.class_name}"}
    return found


def _weights(network: TrainedNetwork, layers: list[KerasLayer]) -> bytes:
    """HDF5: a group for each layer, named by its class and its number among those of that class."""
    import h5py

    content, count = io.BytesIO(), Counter()
    kinds = dict(zip(keras_names(network.config.layers), network.config.layers, strict=True))
    with h5py.File(content, "w") as file:
        for name in ("vars", "layers/zero_padding2d/vars", "layers/rescaling/vars", "layers/softmax/vars"):
            file.create_group(name)  # of the model itself and of layers without weights: some versions look
        for layer, name in zip(layers, _names(network, layers), strict=True):
            group = _NAMES.get(layer.class_name, layer.class_name.lower())
            number = f"_{count[group]}" if count[group] else ""
            count[group] += 1
            variables = file.create_group(f"layers/{group}{number}/vars")
            variables.attrs["name"] = name
            for index, variable in enumerate(kinds[name].variables if name in kinds else ()):
                variables.create_dataset(str(index), data=network.weights[f"{name}/{variable}"])
    return content.getvalue()
