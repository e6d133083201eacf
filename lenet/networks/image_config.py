"""The config of a stranger's network, rewritten so that it takes images: (height, width, channels) float32.

Its own weights fit as before. 784 numbers or (28, 28) are made of the image by a layer in front; channels
first become channels last; float16 becomes float32. Plain data in, plain data out; must not import Streamlit,
TensorFlow or Keras.
"""

import math
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from lenet.errors import ModelError
from lenet.layers.kind import Shape
from lenet.networks.keras2_config import Config, input_layer

_FREE_SIDE = 28  # of images where the file leaves their size open
_COLORS = (1, 3)
_IMAGES, _TURNED = "lenet_images", "lenet_channels_first"  # names of layers that are put in
_FIRST, _LAST = "channels_first", "channels_last"
# Axis of (N, channels, height, width) → of (N, height, width, channels); the channels are the last one.
_TURNED_AXES = {2: 1, -2: 1, 3: 2, -1: 2}
# Layers that mean the same once channels are last, their own setting or axis apart.
_MOVES_NO_AXIS = {
    "Activation", "Add", "AveragePooling2D", "BatchNormalization", "Conv2D", "Dense", "DepthwiseConv2D",
    "Dropout", "ELU", "Flatten", "GaussianNoise", "GlobalAveragePooling2D", "GlobalMaxPooling2D",
    "InputLayer", "LeakyReLU", "MaxPooling2D", "ReLU", "Rescaling", "SeparableConv2D", "Softmax",
    "SpatialDropout2D", "ZeroPadding2D",
}  # fmt: skip


def taking_images(path: Path, config: Config) -> tuple[Config, tuple[int | None, ...]]:
    """The network in front of which a layer makes of images what it takes; and the shape that it takes.

    `config`: as Keras 3 writes it. Raises `ModelError`: it takes no image, a sentence says what.
    """
    changed = deepcopy(config)
    _in_float32(changed)
    layers = changed["config"]["layers"]
    inputs = [each for each in layers if each["class_name"] == "InputLayer"]
    if not inputs and changed["class_name"] == "Sequential":
        inputs = [input_layer(_shape_when_built(path, config))]
        layers.insert(0, inputs[0])
    if len(inputs) != 1:
        raise ModelError(not_a_classifier(path, f"one of {len(inputs)} inputs"))
    settings = inputs[0]["config"]
    taken = tuple(settings["batch_shape"][1:])
    if _is_channels_first(layers):
        _to_channels_last(path, changed, taken)
        taken_now = (*taken[1:], taken[0])
    else:
        taken_now = taken
    shape = image_shape_of(path, taken_now)
    settings |= {"batch_shape": [None, *shape], "dtype": "float32"}
    if shape != _closed(taken_now):
        _put_in_front(changed, inputs[0], _layer_to(_closed(taken_now)))
    return changed, taken


def image_shape_of(path: Path, taken: tuple[int | None, ...]) -> Shape:
    """(height, width, channels) of the images that a network of that input is about. Raises `ModelError`."""
    closed = _closed(taken)
    if len(closed) == 3:
        channels_first = closed[0] in _COLORS and closed[2] not in _COLORS
        return (*closed[1:], closed[0]) if channels_first else closed
    if len(closed) == 2 and 1 not in closed:
        return (*closed, 1)
    for channels in _COLORS:
        side = math.isqrt(math.prod(closed) // channels) if len(closed) in (1, 2) else 0
        if side > 1 and side * side * channels == math.prod(closed):
            return side, side, channels
    raise ModelError(not_a_classifier(path, f"one that takes {taken}"))


def not_a_classifier(path: Path, received: str) -> str:
    """That a network does not sort images into classes."""
    return (
        f"{path} does not sort images into classes: received a network, {received}; expected one image as "
        "input, (height, width, channels), (height, width) or a row of numbers, and one number a class as "
        "output. Save the part of it that does."
    )


def _closed(taken: tuple[int | None, ...]) -> tuple[int, ...]:
    """With a size where the file leaves it open."""
    return tuple(_FREE_SIDE if side is None else side for side in taken)


def _shape_when_built(path: Path, config: Config) -> list[int | None]:
    found = config["config"].get("build_input_shape") or (config.get("build_config") or {}).get("input_shape")
    if not isinstance(found, list):
        raise ModelError(
            f"{path} does not say what its network takes, for it has never seen an image. Call it on one, or "
            "begin it with keras.Input((28, 28, 1)), and save it again."
        )
    return [None, *found[1:]]


def _in_float32(config: Any) -> None:
    """Numbers of 16 bits are computed in 32, which gives the same but for rounding; int8 stays as it is."""
    for each in _dictionaries(config):
        each.pop("build_config", None)  # of other sizes, perhaps
        policy = each.get("dtype")
        if isinstance(policy, str) or (
            isinstance(policy, dict) and policy.get("class_name") == "DTypePolicy"
        ):
            each["dtype"] = "float32"


def _dictionaries(config: Any) -> Iterator[Config]:
    if isinstance(config, dict):
        yield config
        for each in list(config.values()):
            yield from _dictionaries(each)
    elif isinstance(config, list):
        for each in config:
            yield from _dictionaries(each)


# In front of the network


def _layer_to(taken: tuple[int, ...]) -> Callable[[str], Config]:
    """Name → the layer that makes of an image what the network takes."""
    if len(taken) == 3:
        return lambda name: layer_config("Permute", name, dims=[3, 1, 2])
    return lambda name: layer_config("Reshape", name, target_shape=list(taken))


def layer_config(class_name: str, name: str, **settings: Any) -> Config:
    """A layer as a config has it, which nobody trains."""
    about = {"name": name, "trainable": False, "dtype": "float32", **settings}
    return {"class_name": class_name, "module": "keras.layers", "registered_name": None, "config": about}


def _put_in_front(config: Config, images: Config, made: Callable[[str], Config]) -> None:
    """A layer behind that of the images; in a graph it takes its name, by which the others know it."""
    layers = config["config"]["layers"]
    if config["class_name"] == "Sequential":
        layers.insert(layers.index(images) + 1, made(_IMAGES))
        return
    name = images["config"]["name"]
    images["config"]["name"] = images["name"] = _IMAGES
    config["config"]["input_layers"] = _renamed(config["config"]["input_layers"], name, _IMAGES)
    added = made(name) | {"name": name, "inbound_nodes": [_after(_IMAGES)]}
    layers.insert(layers.index(images) + 1, added)


def _after(name: str) -> list[Any]:
    """What a graph says of a layer that takes the output of another."""
    return [[name, 0, 0, {}]]


def _renamed(places: Any, name: str, to: str) -> Any:
    if isinstance(places, list):
        return [_renamed(each, name, to) for each in places]
    return to if places == name else places


# Channels


def _is_channels_first(layers: list[Config]) -> bool:
    windows = [each for each in layers if each["class_name"].endswith(("Conv2D", "Pooling2D"))]
    return any(each["config"].get("data_format") == _FIRST for each in windows)


def _to_channels_last(path: Path, config: Config, taken: tuple[int | None, ...]) -> None:
    layers = config["config"]["layers"]
    others = [each["class_name"] for each in layers if each["class_name"] not in _MOVES_NO_AXIS]
    if others or len(taken) != 3:
        raise ModelError(
            f"{path} has its channels first, and {', '.join(others) or 'an input of another shape'}, whose "
            "axes are not turned here. Make the network with data_format='channels_last', give it the "
            "weights (new.set_weights(old.get_weights())), and save it."
        )
    are_maps = True
    for layer in list(layers):
        settings = layer["config"]
        are_maps = are_maps and layer["class_name"] != "Flatten" and "Global" not in layer["class_name"]
        if layer["class_name"] == "Flatten" and settings.get("data_format") != _FIRST:
            _turn_before(config, layer)
        if "data_format" in settings:
            settings["data_format"] = _LAST
        if layer["class_name"] == "BatchNormalization" and are_maps:
            settings["axis"] = _TURNED_AXES.get(_axis(settings), -1)


def _axis(settings: Config) -> Any:
    """Of a batch normalization: a number, or a list of one in files of Keras 2."""
    axis = settings.get("axis", -1)
    return axis[0] if isinstance(axis, list) and len(axis) == 1 else axis


def _turn_before(config: Config, flatten: Config) -> None:
    """A row of numbers has the order that the weights behind it know."""
    layers = config["config"]["layers"]
    turn = layer_config("Permute", _TURNED, dims=[3, 1, 2])
    if config["class_name"] != "Sequential":
        turn |= {"name": _TURNED, "inbound_nodes": flatten["inbound_nodes"]}
        flatten["inbound_nodes"] = [_after(_TURNED)]
    layers.insert(layers.index(flatten), turn)
