"""The layers of a network in a link: text that a URL takes as it is, and back.

Each layer is its kind and what differs from a new one of that kind, as in
`conv-filters-16-kernel_size-3~max_pool~dense-units-10`; some 200 characters for LeNet-5. Must not import
Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from lenet.errors import RunError
from lenet.runs.config import RunConfig
from lenet.runs.config_errors import describe_errors
from lenet.runs.layers import Layer, rules_of
from lenet.sentences import shown

LONGEST = 6_000  # characters; servers and browsers take links of some 8,000
_LAYERS, _WORDS, _ROWS, _NUMBERS = "~", "-", "_", "."  # what stands between them


def encode(layers: Sequence[Layer]) -> str:
    """The layers as letters, digits, `-`, `.`, `_` and `~`."""
    return _LAYERS.join(map(_encoded, layers))


def decode(text: str) -> tuple[Layer, ...]:
    """The layers that `encode` was given.

    Raises:
        RunError: the text was cut or changed on its way; the message is for the person.
    """
    if len(text) > LONGEST:
        raise RunError(f"Layers: received {len(text):,} characters, expected at most {LONGEST:,}.")
    try:
        return RunConfig(layers=[_decoded(layer) for layer in text.split(_LAYERS)]).layers
    except ValidationError as error:
        raise RunError(describe_errors(error)[0]) from error


def _encoded(layer: Layer) -> str:
    settings = layer.model_dump(exclude={"kind"}, exclude_defaults=True)
    return _WORDS.join([layer.kind, *(f"{name}{_WORDS}{_text(value)}" for name, value in settings.items())])


def _text(value: Any) -> str:
    if isinstance(value, tuple):  # a table: for each map those that it sees
        return _ROWS.join(_NUMBERS.join(map(str, row)) for row in value)
    return f"{Decimal(repr(value)):f}" if isinstance(value, float) else str(value)  # no exponent, no minus


def _decoded(text: str) -> dict[str, Any]:
    """What a layer is asked to be; whether it can be, `RunConfig` says."""
    kind, *words = text.split(_WORDS)
    if len(words) % 2:
        raise RunError(f"Layers: received {shown(text)}, expected a kind, then names and values in turn.")
    settings = dict(zip(words[::2], words[1::2], strict=True))
    fields = rules_of(kind).model_fields
    tables = {name for name in settings if name in fields and isinstance(fields[name].default, tuple)}
    rows = {name: [row.split(_NUMBERS) for row in settings[name].split(_ROWS)] for name in tables}
    return settings | rows | {"kind": kind}
