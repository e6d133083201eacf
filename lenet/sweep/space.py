"""What a sweep varies: settings of a run's config, each with some values or a range, and as a line of text.

    learning_rate=1e-4..1e-1:log     batch_size=32,64,128     layers.1.filters=4..32     rotation=0..20:3

Must not import Optuna, Streamlit, TensorFlow or Keras.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, ValidationError

from lenet.errors import SweepError
from lenet.networks.architectures import ARCHITECTURES
from lenet.runs.config import FORMER_NAMES, RunConfig
from lenet.runs.config_errors import describe_errors
from lenet.sentences import listed, shortened, shown
from lenet.training.recipes import RECIPES
from lenet.values import Frozen, at_most

Value = bool | int | float | str | None
MOST_VALUES = 100
# Figures of different data, or of different validation images, do not compare.
NEVER_VARIED = ("name", "dataset", "validation", "validation_fraction")
_EXAMPLE = "learning_rate=1e-4..1e-1:log or batch_size=32,64,128"
LAYER = re.compile(r"layers\.(\d{1,3})\.(\w{1,60})", re.ASCII)  # number and setting


class Vary(Frozen):
    """A setting with the values that it may have, or from `low` to `high`; on a grid at so many points."""

    setting: Annotated[str, Field(max_length=100)]
    values: Annotated[tuple[Value, ...], at_most(MOST_VALUES)] = ()
    low: int | float | None = None
    high: int | float | None = None
    log: bool = False
    points: Annotated[int, Field(ge=2, le=MOST_VALUES)] = 5

    @property
    def is_range(self) -> bool:
        """Whether it has two ends, and not a list of values."""
        return self.low is not None

    @property
    def tried(self) -> tuple[Value, ...]:
        """What a config must be able to have: the values, or the two ends."""
        return (self.low, self.high) if self.is_range else self.values

    def text(self) -> str:
        """As a person writes it; `parse` reads it."""
        if not self.is_range:
            return f"{self.setting}={','.join(map(value_text, self.values))}"
        points = f":{self.points}" if self.points != type(self).model_fields["points"].default else ""
        return f"{self.setting}={self.low:g}..{self.high:g}{':log' if self.log else ''}{points}"


def value_text(value: Value) -> str:
    """A value as a person writes it."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def parse(line: str) -> Vary:
    """What a line of text varies. Raises `SweepError`: received, expected, what to do."""
    setting, equals, text = line.strip().partition("=")
    if not equals or not setting.strip():
        raise SweepError(f"Vary: received {shown(line)}, expected SETTING=VALUES, as in {_EXAMPLE}.")
    setting, text = shortened(setting.strip(), 100), text.strip()
    setting = FORMER_NAMES.get(setting, setting)
    if ".." in text:
        return _range(setting, text)
    values = tuple(_value(each.strip()) for each in text.split(",") if each.strip())
    if len(set(map(repr, values))) < 2:
        raise SweepError(
            f"{setting}: received {shown(text) if text else 'nothing'}, expected two values or more, or a "
            f"range, as in {_EXAMPLE}. A setting that stays the same is set, and not varied."
        )
    return _made(setting, values=tuple(dict.fromkeys(values)))


def _range(setting: str, text: str) -> Vary:
    ends, *options = text.split(":")
    low, high = (_number(setting, each, text) for each in ends.split("..", 1))
    log, points = "log" in options, [each for each in options if each != "log"]
    if low >= high:
        raise SweepError(
            f"{setting}: received the range {shown(ends)}, expected the lower end first and another one "
            f"behind it, as in {_EXAMPLE}. Nothing lies in that one."
        )
    if log and low <= 0:
        raise SweepError(
            f"{setting}: received {shown(text)}, expected a lower end above 0 on a logarithmic scale. "
            "Raise it, or leave :log out."
        )
    if len(points) > 1 or not all(each.isascii() and each.isdigit() and len(each) < 5 for each in points):
        raise SweepError(
            f"{setting}: received {shown(text)}, expected nothing, :log or a number of points behind the "
            "range, as in 1e-4..1e-1:log:4."
        )
    return _made(setting, low=low, high=high, log=log, **({"points": int(points[0])} if points else {}))


def _made(setting: str, **values: Any) -> Vary:
    try:
        return Vary(setting=setting, **values)
    except ValidationError as error:
        raise SweepError(f"{setting}: {describe_errors(error)[0]}") from error


def _number(setting: str, text: str, line: str) -> int | float:
    value = _value(text.strip())
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise SweepError(
            f"{setting}: received {shown(line)}, expected a number at each end, as in 1e-4..1e-1. Values "
            "that are no numbers are separated by commas."
        )
    return value


def _value(text: str) -> Value:
    """A number, true, false or none where it is one, else the text itself."""
    if text.lower() in ("none", "null"):
        return None
    try:
        value = json.loads(text.lower() if text.lower() in ("true", "false") else text)
    except ValueError:
        return text
    return value if isinstance(value, bool | int | float | str) else text


# A config with other settings


def varied(base: RunConfig, changes: Mapping[str, Value]) -> RunConfig:
    """`base` with each changed setting. A recipe brings its settings, but what `base` changed of its own
    stays.

    Raises:
        SweepError: what no config can have.
    """
    changes, config = dict(changes), base
    if (recipe := changes.pop("recipe", None)) is not None:
        config = _on_recipe(base, _picked(recipe, RECIPES, "Recipe"))
    if (architecture := changes.pop("architecture", None)) is not None:
        layers = _picked(architecture, ARCHITECTURES, "Architecture").layers
        config = config.model_copy(update={"architecture": architecture, "layers": layers})
    of_layers = {name: value for name, value in changes.items() if name.startswith("layers.")}
    others = {name: value for name, value in changes.items() if name not in of_layers}
    try:
        return config.replace(**_layers(config, of_layers), **others)
    except ValidationError as error:
        raise SweepError(describe_errors(error)[0]) from error


def _on_recipe(base: RunConfig, recipe: Any) -> RunConfig:
    former = RECIPES.get(base.recipe or "")
    settings = former.config.model_dump() if former else {}
    own = {name: value for name, value in base.model_dump().items() if settings.get(name, value) != value}
    for name in ("layers", "architecture"):
        own.pop(name, None)
    return recipe.config.model_copy(update=own | {"dataset": base.dataset, "name": ""})


def _picked(name: Value, registry: Mapping[str, Any], what: str) -> Any:
    if name not in registry:
        raise SweepError(f"{what}: received {shown(name)}, expected one of {listed(registry, 20)}.")
    return registry[name]


def _layers(config: RunConfig, changes: Mapping[str, Value]) -> dict[str, Any]:
    """The layers with other settings: they are no architecture of the catalogue then."""
    if not changes:
        return {}
    layers = [layer.model_dump() for layer in config.layers]
    for path, value in changes.items():
        found = LAYER.fullmatch(path)
        if not found or not 1 <= int(found[1]) <= len(layers):
            raise SweepError(
                f"Layers: received {shown(path)}, expected layers.NUMBER.SETTING with a number from 1 to "
                f"{len(layers)}, as in layers.1.filters."
            )
        layers[int(found[1]) - 1][found[2]] = value
    return {"layers": layers, "architecture": None}


def value_of(config: RunConfig, setting: str) -> Any:
    """What a config has of a setting, or of a setting of a layer."""
    if found := LAYER.fullmatch(setting):
        return getattr(config.layers[int(found[1]) - 1], found[2])
    return getattr(config, setting)


def is_whole(base: RunConfig, vary: Vary) -> bool:
    """Whether a range is of whole numbers. Raises `SweepError`."""
    return isinstance(value_of(varied(base, {vary.setting: vary.low}), vary.setting), int)


# What may be varied


def space_problems(base: RunConfig, space: Sequence[Vary]) -> list[str]:
    """What is wrong with each of them, in sentences of the config's own."""
    names = [each.setting for each in space]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems = [f"{name}: received it twice, expected once. Put its values together." for name in twice]
    for vary in space:
        problems += _problems(base, vary)
    return list(dict.fromkeys(problems))


def _problems(base: RunConfig, vary: Vary) -> list[str]:
    if vary.setting in NEVER_VARIED or vary.setting == "layers":
        other = "a layer's setting, as layers.1.filters" if vary.setting == "layers" else "another setting"
        why = "" if vary.setting == "layers" else " Figures of different images do not compare."
        return [f"{vary.setting}: it cannot be varied, expected {other}.{why}"]
    problems = []
    for value in vary.tried:
        try:
            made = value_of(varied(base, {vary.setting: value}), vary.setting)
        except SweepError as error:
            problems.append(str(error))
            continue
        if vary.is_range and (isinstance(made, bool) or not isinstance(made, int | float)):
            problems.append(
                f"{vary.setting}: received a range, expected values, as true,false. It is no number."
            )
    return problems


def grid_values(vary: Vary, whole: bool) -> tuple[Value, ...]:
    """The values that a grid has of it: all, or `points` of a range, evenly."""
    if not vary.is_range:
        return vary.values
    if whole and vary.high - vary.low < vary.points:
        return tuple(range(vary.low, vary.high + 1))
    steps = [step / (vary.points - 1) for step in range(vary.points)]
    if vary.log:
        found = [vary.low * (vary.high / vary.low) ** step for step in steps]
    else:
        found = [vary.low + (vary.high - vary.low) * step for step in steps]
    return tuple(dict.fromkeys(round(each) if whole else float(f"{each:.6g}") for each in found))
