"""Model files as strangers make them, of two pretrained networks whose weights are moved by hand.

Every one gives what `cnn-16-32` or `dense-2` gives for the same digit, whatever it wants its pixels to be.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

from lenet.networks import pretrained

L = keras.layers
Prepared = Callable[[np.ndarray], np.ndarray]  # (N, 28, 28, 1) uint8 → what the file's maker gave to Keras

MEAN, STD = 0.1307, 0.3081  # of MNIST, of 0 to 1


def base_weights(name: str) -> list[np.ndarray]:
    """Of a pretrained network, in order."""
    return keras.saving.load_model(pretrained.path(name)).get_weights()


def convolutions(**last: Any) -> list[keras.layers.Layer]:
    """The layers of `cnn-16-32`."""
    last = {"activation": "softmax"} | last
    return [
        L.Conv2D(16, 3, activation="relu"), L.MaxPooling2D(),
        L.Conv2D(32, 3, activation="relu"), L.MaxPooling2D(),
        L.Flatten(), L.Dense(128, activation="relu"), L.Dense(10, **last),
    ]  # fmt: skip


def dense(**last: Any) -> list[keras.layers.Layer]:
    """The layers of `dense-2`."""
    return [L.Dense(128, activation="relu"), L.Dense(10, **({"activation": "softmax"} | last))]


def for_inputs(weights: list[np.ndarray], scale: float, offset: float) -> list[np.ndarray]:
    """The weights of `cnn-16-32` for inputs that are pixels of 0 to 1, × scale + offset."""
    kernel, bias, *others = weights
    return [kernel / scale, bias - (kernel / scale).sum(axis=(0, 1, 2)) * offset, *others]


def with_weights(model: keras.Model, *weights: np.ndarray) -> keras.Model:
    """The model, its last weights set: those of layers in front stay."""
    model.set_weights([*model.get_weights()[: len(model.get_weights()) - len(weights)], *weights])
    return model


def sequential(shape: tuple[int | None, ...], *layers: keras.layers.Layer) -> keras.Sequential:
    return keras.Sequential([keras.Input(shape), *layers])


# Keras 2


def _keras2(layer: dict[str, Any]) -> dict[str, Any]:
    """What Keras 2 says of a layer, of what Keras 3 says."""
    settings = dict(layer["config"])
    if "batch_shape" in settings:
        settings["batch_input_shape"] = settings.pop("batch_shape")
    settings.pop("optional", None)
    settings["dtype"] = "float32"
    for key, value in settings.items():
        if isinstance(value, dict) and "class_name" in value:
            inner = {name: each for name, each in value["config"].items() if not name.endswith("_axes")}
            settings[key] = {"class_name": value["class_name"], "config": inner}
    if layer["class_name"] == "BatchNormalization":
        settings["axis"] = [settings["axis"] % 4]
    return {"class_name": layer["class_name"], "config": settings}


def keras2_config(model: keras.Sequential, how: str = "2.9") -> dict[str, Any]:
    """As Keras 2.9 wrote it, with a layer for the images; as 2.3, without; or as 2.1, a list."""
    layers = [_keras2(each) for each in json.loads(model.to_json())["config"]["layers"]]
    if how != "2.9":
        shape = layers.pop(0)["config"]["batch_input_shape"]
        layers[0]["config"]["batch_input_shape"] = shape
    about = layers if how == "2.1" else {"name": "sequential", "layers": layers}
    return {"class_name": "Sequential", "config": about}


def save_keras2(model: keras.Model, path: Path, config: dict[str, Any]) -> Path:
    """HDF5 as Keras 2 wrote it: the config as an attribute, weights by layer under `name/name/kernel:0`."""
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = "2.9.0", "tensorflow"
        file.attrs["model_config"] = json.dumps(config)
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            weights = layer.trainable_weights + layer.non_trainable_weights
            names = [f"{layer.name}/{each.name}:0" for each in weights]
            own = group.create_group(layer.name)
            own.attrs["weight_names"] = [name.encode() for name in names]
            for name, each in zip(names, weights, strict=True):
                own[name] = np.asarray(each)
    return path
