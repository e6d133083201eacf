"""What a run is called before a person names it: by what differs from its recipe.

Must not import numpy, Streamlit, TensorFlow or Keras.
"""

from collections.abc import Iterator
from typing import Any

from lenet.formatting import counted
from lenet.runs.config import RunConfig
from lenet.runs.layers import Layer
from lenet.sentences import shortened

LONGEST = 80  # characters, as of a name that a person gives
_MOST_LAYERS = 2  # told one by one
_SHORT = {
    "learning_rate": "lr",
    "batch_size": "batch",
    "dataset": "data",
    "pad_to": "padding to",
    "l2": "L2",
    "initial_weights": "from",
}
_NAMES = {"dataset", "initial_weights"}  # whose value is shown letter by letter
_ABOUT_LAYERS = {"architecture", "layers"}
_NO_SETTING = {"recipe", "name", *_ABOUT_LAYERS}


def default_name(config: RunConfig, recipe: RunConfig, title: str) -> str:
    """As in `lr 0.01, batch 32`; the recipe's title where nothing differs.

    Args:
        config: what is trained.
        recipe: the settings that it started from.
        title: what these are called.
    """
    changes = [*_changed_layers(config, recipe), *_changed_settings(config, recipe)]
    for count in range(len(changes), 0, -1):
        more = len(changes) - count
        name = ", ".join(changes[:count]) + (f" and {more} more" if more else "")
        if len(name) <= LONGEST:
            return name
    return shortened(", ".join(changes) or title, LONGEST)


def _changed_settings(config: RunConfig, recipe: RunConfig) -> Iterator[str]:
    for name in RunConfig.model_fields:
        value = getattr(config, name)
        if name not in _NO_SETTING and value != getattr(recipe, name):
            yield _setting(name, value)


def _setting(name: str, value: Any) -> str:
    words = _SHORT.get(name, name.replace("_", " "))
    if name == "epochs":
        return counted(value, "epoch")
    if name == "initial_weights" and value is None:
        return "random weights"
    if value is None or isinstance(value, bool):
        return words if value else f"no {words.removesuffix(' to')}"
    if isinstance(value, str) and name not in _NAMES:
        value = value.replace("_", " ")
    return f"{words} {value:.4g}" if isinstance(value, float) else f"{words} {value}"


def _changed_layers(config: RunConfig, recipe: RunConfig) -> Iterator[str]:
    if config.layers == recipe.layers:
        return
    if config.architecture:
        yield f"architecture {config.architecture}"
        return
    pairs = list(enumerate(zip(config.layers, recipe.layers, strict=False), 1))
    changed = [(place, layer, former) for place, (layer, former) in pairs if layer != former]
    if len(config.layers) != len(recipe.layers) or len(changed) > _MOST_LAYERS:
        yield f"{len(config.layers)} edited layers"
        return
    for place, layer, former in changed:
        yield f"layer {place} {_changed_layer(layer, former)}"


def _changed_layer(layer: Layer, former: Layer) -> str:
    """Its settings that are others; what it is where it is of another kind."""
    if layer.kind != former.kind:
        return layer.title()
    names = [name for name in type(layer).model_fields if getattr(layer, name) != getattr(former, name)]
    return " and ".join(_layer_setting(name, getattr(layer, name)) for name in names)


def _layer_setting(name: str, value: Any) -> str:
    words = name.replace("_", " ")
    return words if isinstance(value, tuple) else f"{words} {value}"
