"""Which settings a sweep may vary, and a first range of each around what is set up.

Must not import Optuna, Streamlit, TensorFlow or Keras.
"""

from typing import Annotated, Any, Literal, get_args, get_origin

from lenet.networks.architectures import ARCHITECTURES
from lenet.runs.config import RunConfig
from lenet.sweep.space import NEVER_VARIED, value_of, value_text
from lenet.training.recipes import RECIPES

# Tried by decades, from a tenth to ten times what is set up; at 0, around these.
_BY_DECADES = {"learning_rate": 1e-3, "weight_decay": 4e-3, "l2": 1e-4, "damping": 0.02}
_FIRST = {"batch_size": "32,64,128", "seed": "0,1,2", "rotation": "0..20", "shift": "0..0.15",
          "zoom": "0..0.2",
          "shear": "0..20", "aspect": "0..0.2", "elastic": "0..0.06", "cutout": "0..0.4", "flip": "0,0.5",
          "momentum": "0..0.95", "label_smoothing": "0..0.2", "early_stopping": "none,3,5",
          "pad_to": "none,32"}  # fmt: skip
_MOST_NAMES = 3


def settings(base: RunConfig) -> list[str]:
    """All that may be varied of it: recipe and architecture, the config's settings, those of layers."""
    own = [
        name for name in RunConfig.model_fields if name not in (*NEVER_VARIED, "layers", "initial_weights")
    ]
    layers = [
        f"layers.{number}.{name}"
        for number, layer in enumerate(base.layers, start=1)
        for name, field in type(layer).model_fields.items()
        if name != "kind" and _is_simple(field.annotation)
    ]
    return [*own, *layers]


def _is_simple(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        return _is_simple(get_args(annotation)[0])
    return annotation in (int, float, bool) or get_origin(annotation) is Literal


def first_text(base: RunConfig, setting: str) -> str:
    """What a person may begin with, as `space.parse` reads it behind the `=`."""
    if setting == "recipe":
        same = [name for name, each in RECIPES.items() if each.config.dataset == base.dataset]
        return ",".join(
            list(dict.fromkeys([*([base.recipe] if base.recipe else []), *same, *RECIPES]))[:_MOST_NAMES]
        )
    if setting == "architecture":
        named = [base.architecture] if base.architecture else []
        return ",".join(list(dict.fromkeys([*named, *ARCHITECTURES]))[:_MOST_NAMES])
    value = value_of(base, setting)
    if setting in _BY_DECADES:
        center = value or _BY_DECADES[setting]
        return f"{center / 10:g}..{center * 10:g}:log"
    return _FIRST.get(setting) or _around(base, setting, value)


def _around(base: RunConfig, setting: str, value: Any) -> str:
    """All values of a choice, else from half to twice as much."""
    if isinstance(value, bool):
        return "true,false"
    if isinstance(value, int):
        return f"{max(1, value // 2)}..{max(2, 2 * value)}"
    if isinstance(value, float):
        high = 2 * value if value >= 0.9 else min(0.9, 2 * value)
        return f"{value / 2:g}..{high:g}" if value else "0..0.5"
    options = _options(base, setting)
    return ",".join(map(value_text, options)) if options else ""


def _options(base: RunConfig, setting: str) -> tuple[Any, ...]:
    *place, name = setting.split(".")
    model = type(base.layers[int(place[1]) - 1]) if place else RunConfig
    annotation = model.model_fields[name].annotation
    return get_args(annotation) if get_origin(annotation) is Literal else ()
