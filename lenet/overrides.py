"""`--set key=value`: what a person changes of a recipe's settings on the command line.

Must not import Streamlit, TensorFlow or Keras.
"""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from lenet.networks.architectures import ARCHITECTURES
from lenet.runs.config import FORMER_NAMES, RunConfig
from lenet.runs.config_errors import describe_errors
from lenet.sentences import shown
from lenet.terminal import pick, refuse


def with_overrides(config: RunConfig, settings: Iterable[str]) -> RunConfig:
    """`config` with each `key=value` of `settings`; what cannot be is refused in words."""
    changes: dict[str, Any] = {}
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals:
            refuse(f"--set: received {shown(setting)}, expected KEY=VALUE, as in --set epochs=2.")
        field = pick(FORMER_NAMES.get(key, key), _SETTINGS, "Setting")
        changes[key] = _value(field, text)
    try:
        return config.replace(**_with_layers(changes))
    except ValidationError as error:
        refuse(*describe_errors(error))


_SETTINGS = {key: field for key, field in RunConfig.model_fields.items() if key != "recipe"}


def _value(field: FieldInfo, text: str) -> Any:
    """JSON where it parses and the setting is no text, else the text itself; `none` is no value."""
    if text.lower() in ("none", "null"):
        return None
    if field.annotation in (str, str | None):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _with_layers(changes: dict[str, Any]) -> dict[str, Any]:
    """An architecture brings its layers; layers of one's own are no architecture of the catalogue."""
    if changes.get("architecture") is not None:
        architecture = pick(changes["architecture"], ARCHITECTURES, "Architecture")
        return {"layers": architecture.layers} | changes
    return changes | ({"architecture": None} if "layers" in changes else {})
