"""The config of a network as Keras 2 wrote it, put into the words of Keras 3. What trains is left out.

Plain data in, plain data out; must not import Streamlit, TensorFlow or Keras.
"""

from typing import Any

Config = dict[str, Any]

_TRAINING = ("_initializer", "_regularizer", "_constraint")  # endings of settings that no prediction needs
_UNKNOWN = ("batch_input_shape", "input_dtype", "ragged", "time_major")  # to Keras 3, of a layer


def modern(config: Config) -> Config:
    """The same network as Keras 3 describes it; what is in its words already stays."""
    about = config.get("config")
    if isinstance(about, list):  # a `Sequential` before Keras 2.2.3
        about = {"name": "sequential", "layers": about}
    layers = [_layer(each) for each in about["layers"]]
    kind = "Sequential" if config["class_name"] == "Sequential" else "Model"
    if kind == "Sequential":
        layers = _with_input(about["layers"], layers)
    public = {"class_name": kind, "module": "keras", "registered_name": None}
    return {**config, **public, "config": {**about, "layers": layers}}


def _layer(layer: Config) -> Config:
    if "layers" in layer["config"] or isinstance(layer["config"], list):
        return {**layer, **modern(layer)}
    settings = {
        key: _plain(value)
        for key, value in layer["config"].items()
        if key not in _UNKNOWN and not key.endswith(_TRAINING)
    }
    if layer["class_name"] == "InputLayer" and "batch_shape" not in settings:
        settings["batch_shape"] = layer["config"]["batch_input_shape"]
    if layer["class_name"] == "BatchNormalization" and isinstance(settings.get("axis"), list):
        settings["axis"] = settings["axis"][0]
    return {**layer, "module": "keras.layers", "registered_name": None, "config": settings}


def _plain(value: Any) -> Any:
    """A policy of numbers by its name."""
    is_policy = isinstance(value, dict) and value.get("class_name") in ("Policy", "PolicyV1")
    return value["config"]["name"] if is_policy else value


def _with_input(former: list[Config], layers: list[Config]) -> list[Config]:
    """Keras 2 names the size of the images in the first layer that takes them."""
    first = former[0]["config"] if former else {}
    if not layers or layers[0]["class_name"] == "InputLayer" or "batch_input_shape" not in first:
        return layers
    return [input_layer(first["batch_input_shape"]), *layers]


def input_layer(batch_shape: list[int | None], name: str = "images") -> Config:
    """What takes the images, as a config has it."""
    settings = {"batch_shape": batch_shape, "dtype": "float32", "name": name}
    return {"class_name": "InputLayer", "module": "keras.layers", "registered_name": None, "config": settings}
