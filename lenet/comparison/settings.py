"""Which settings differ between runs, and which runs differ in nothing but the seed.

Must not import numpy, Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from typing import Any

from lenet.comparison.compared_run import ComparedRun
from lenet.runs import url_encoding
from lenet.runs.config import RunConfig
from lenet.runs.layers import Layer

NETWORK = "network"  # architecture and layers together
Setting = float | str | None
_NO_SETTING = ("name", "recipe", "architecture", "layers")
_SETTINGS = [name for name in RunConfig.model_fields if name not in _NO_SETTING]


def differing(runs: Sequence[ComparedRun]) -> dict[str, list[Setting]]:
    """Field of a config → its value in each run, of those fields in which two of the runs differ.

    Numbers are numbers, all else is text; None is a setting that is left out. `NETWORK` is the name of the
    architecture, or the layers where they are a person's own.
    """
    configs = [each.config for each in runs]
    columns: dict[str, list[Setting]] = {"recipe": [each.recipe for each in configs]}
    columns |= {NETWORK: _networks(configs)}
    columns |= {name: [_value(each, name) for each in configs] for name in _SETTINGS}
    return {name: values for name, values in columns.items() if len(set(values)) > 1}


def title(name: str) -> str:
    """What a setting is called: `learning_rate` → Learning rate."""
    return {"l2": "L2", "dataset": "Data set"}.get(name, name.replace("_", " ").capitalize())


def _value(config: RunConfig, name: str) -> Setting:
    value: Any = getattr(config, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.replace("_", " ") if isinstance(value, str) and name != "initial_weights" else value


def _networks(configs: Sequence[RunConfig]) -> list[str]:
    """In as few words as tell them apart."""
    count = len({each.architecture or each.layers for each in configs})
    ways = (_titles, _titles_and_activations, url_encoding.encode)
    found = ([each.architecture or way(each.layers) for each in configs] for way in ways)
    return next((names for names in found if len(set(names)) == count), [""] * len(configs))


def _titles(layers: Sequence[Layer]) -> str:
    return ", ".join(layer.title() for layer in layers)


def _titles_and_activations(layers: Sequence[Layer]) -> str:
    return ", ".join(f"{each.title()} {getattr(each, 'activation', '')}".strip() for each in layers)


def by_seed(runs: Sequence[ComparedRun]) -> list[list[int]]:
    """The places of runs that differ in nothing but the seed, in groups, in the order of their first ones."""
    groups: dict[str, list[int]] = {}
    for place, each in enumerate(runs):
        groups.setdefault(_all_but_the_seed(each.config), []).append(place)
    return list(groups.values())


def _all_but_the_seed(config: RunConfig) -> str:
    return config.model_dump_json(exclude={"seed", "name"})
