"""Values that anybody may have made: what pydantic looks at is bounded before it does.

Must not import numpy, Streamlit, TensorFlow or Keras.
"""

from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

MOST_KEYS = 200  # of a value


class Frozen(BaseModel):
    """A value: unknown keys are refused, so that a typing error is never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _has_few_keys(cls, value: Any) -> Any:
        """Before each of them that is wrong makes an error of its own: a hundred thousand take a minute."""
        if isinstance(value, dict) and len(value) > MOST_KEYS:
            raise ValueError(
                f"Settings: received {len(value):,} of them, expected at most {MOST_KEYS}. "
                "Remove those that are none."
            )
        return value


def at_most(length: int) -> BeforeValidator:
    """Of a list: refuses a longer one before its items are looked at, for the same reason."""

    def check(value: Any) -> Any:
        if isinstance(value, list | tuple) and len(value) > length:
            raise PydanticCustomError("too_long", "too long", {"max_length": length})
        return value

    return BeforeValidator(check)
