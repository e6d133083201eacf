"""The kinds of fields that a page's link has: how each reads its text, and says what is wrong with one.

`link_fields.py` lists the fields. Must not import Streamlit, TensorFlow or Keras.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, get_args

import numpy as np
from annotated_types import Ge, Gt, Le, Lt, MaxLen
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from lenet.drawing import url_encoding
from lenet.errors import DrawingError, RunError
from lenet.runs import url_encoding as layers_encoding
from lenet.runs.config import RunConfig
from lenet.runs.layers import Layer
from lenet.sentences import listed, shown

_MOST_LISTED = 12  # options that a sentence names
_LONGEST_NUMBER = 9  # digits


@dataclass(frozen=True)
class Field:
    """A text of a link; the page knows which ones it can show.

    Attributes:
        name: in the link.
        title: what sentences call it.
        default: what is meant where the link has none, and what is left out of it; None: the page decides.
        former: as former versions wrote it → as it is written now.
        former_names: what it was called before.
        lasts: whether it is there again when a person comes back to the page in the same session.
        page: whose link, its path.
    """

    name: str
    title: str
    default: Any = None
    former: Mapping[str, str] = field(default_factory=dict)
    former_names: tuple[str, ...] = ()
    lasts: bool = False
    page: str = ""

    @property
    def key(self) -> str:
        """Of its widget, and so of the session."""
        return f"{self.page}-{self.name}"

    @property
    def expected(self) -> str:
        """What it can be, in words."""
        return "a name"

    def parsed(self, text: str) -> Any:
        """Its value; None where the text is none."""
        return text or None

    def text(self, value: Any) -> str:
        """A value as a link has it."""
        return "" if value is None else str(value)

    def in_link(self, value: Any) -> str | None:
        """The text in the link; None where it is left out."""
        text = self.text(value)
        return None if text in ("", self.text(self.default)) else text

    def problem(self, received: str, expected: str = "", instead: str = "") -> str:
        """What is wrong with a text, and what is shown instead; a page may know more of both."""
        expected, instead = expected or self.expected, instead or self._instead()
        return f"{self.title}: received {shown(received)} in the link, expected {expected}. {instead}".strip()

    def problem_of_names(self, texts: Mapping[str, str]) -> str:
        """What is wrong where a link says one thing under its name, and another under a former one."""
        (now, first), *others = texts.items()
        former, other = next(((name, text) for name, text in others if text != first), ("", ""))
        if not former:
            return ""
        received = f"received {now} {shown(first)} and {former} {shown(other)} in the link"
        reason = f"expected one of them: {former} is the former name of {now}"
        return f"{self.title}: {received}, {reason}. {shown(first)} is shown."

    def _instead(self) -> str:
        return "" if self.default is None else f"{self._default_in_words()} is shown."

    def _default_in_words(self) -> str:
        return f"“{self.default}”"


@dataclass(frozen=True)
class Names(Field):
    """Several texts, each under the same name; the page knows which ones it can show."""

    def text(self, value: Sequence[str] | str | None) -> list[str] | str:
        return value if isinstance(value, str) else list(value or ())

    def in_link(self, value: Sequence[str] | None) -> list[str] | None:
        return list(value) if value else None


@dataclass(frozen=True)
class Choice(Field):
    """One of some texts; where there are none in this list, the page has them."""

    options: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        return f"one of {listed(self.options, _MOST_LISTED)}"

    def parsed(self, text: str) -> str | None:
        text = self.former.get(text, text)
        return text if text in self.options else None


@dataclass(frozen=True)
class Several(Choice):
    """Some of some texts, with commas between them."""

    @property
    def expected(self) -> str:
        return f"some of {listed(self.options, _MOST_LISTED)}, with commas between"

    def parsed(self, text: str) -> tuple[str, ...] | None:
        names = tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
        return names if names and set(names) <= set(self.options) else None

    def text(self, value: Sequence[str] | None) -> str:
        return ",".join(value or ())


@dataclass(frozen=True)
class Switch(Field):
    """On or off; `on` is what the link says of the former."""

    default: bool = False
    on: str = "yes"

    @property
    def expected(self) -> str:
        return "one of no, yes"

    def parsed(self, text: str) -> bool | None:
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.lower())

    def text(self, value: bool | None) -> str:
        return self.on if value else "no"

    def _default_in_words(self) -> str:
        return "“no”"


@dataclass(frozen=True)
class Number(Field):
    """A whole number from 0 to `highest`, or from 0 on; `of_what`: why to that one."""

    highest: int | None = None
    of_what: str = ""

    @property
    def expected(self) -> str:
        if self.highest is None:
            return "a number from 0 on"
        return f"0 to {self.highest:,}" + (f": {self.of_what}" if self.of_what else "")

    def parsed(self, text: str) -> int | None:
        is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
        return int(text) if is_number and (self.highest is None or int(text) <= self.highest) else None

    def _default_in_words(self) -> str:
        return f"{self.default:,}"


@dataclass(frozen=True)
class Decimal(Field):
    """A number from `lowest` to `highest`."""

    lowest: float = 0.0
    highest: float = 1.0

    @property
    def expected(self) -> str:
        return f"{self.lowest:g} to {self.highest:g}"

    def parsed(self, text: str) -> float | None:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        return value if self.lowest <= value <= self.highest else None

    def text(self, value: float | None) -> str:
        return "" if value is None else f"{value:g}"

    def _default_in_words(self) -> str:
        return f"{self.default:g}"


@dataclass(frozen=True)
class Cell(Field):
    """A row and a column of a square of `size`, as "4-9"."""

    size: int = 0

    @property
    def expected(self) -> str:
        return f"true and predicted class as two numbers from 0 to {self.size - 1}, such as 4-9"

    def _instead(self) -> str:
        return "The most frequent error is shown."

    def parsed(self, text: str) -> tuple[int, int] | None:
        found = re.fullmatch(r"(\d{1,4})-(\d{1,4})", text, re.ASCII)
        cell = (int(found[1]), int(found[2])) if found else (self.size, 0)
        return cell if max(cell) < self.size else None

    def text(self, value: tuple[int, int] | None) -> str:
        return f"{value[0]}-{value[1]}" if value else ""


@dataclass(frozen=True)
class Image(Field):
    """A drawing, (28, 28) uint8, in some 300 characters."""

    @property
    def expected(self) -> str:
        return "a drawing as the Draw page puts it there"

    def parsed(self, text: str) -> np.ndarray | None:
        try:
            return url_encoding.decode(text)
        except DrawingError:
            return None

    def text(self, value: np.ndarray | None) -> str:
        return "" if value is None else url_encoding.encode(value)

    def problem(self, received: str, expected: str = "", instead: str = "") -> str:
        try:
            url_encoding.decode(received)
        except DrawingError as error:
            return str(error)
        return ""


@dataclass(frozen=True)
class Setting(Field):
    """A number or a text of a `RunConfig`, within the bounds that it has there; 0 is none where it may be."""

    @property
    def _info(self) -> FieldInfo:
        return RunConfig.model_fields[self.name]

    @property
    def can_be_none(self) -> bool:
        """Whether it may be left out of a run."""
        return type(None) in get_args(self._info.annotation)

    @property
    def expected(self) -> str:
        kinds = {int: "a whole number", float: "a number", str: "text"}
        kind = next(words for each, words in kinds.items() if each in self._kinds)
        bounds = [_BOUNDS[type(rule)](rule) for rule in self._info.metadata if type(rule) in _BOUNDS]
        return ", ".join([kind, *bounds]) + (", or 0 for none" if self.can_be_none else "")

    @property
    def _kinds(self) -> tuple[type, ...]:
        return get_args(self._info.annotation) or (self._info.annotation,)

    def parsed(self, text: str) -> Any:
        if self.can_be_none and text == "0":
            return 0
        try:
            return _validator(self.name).validate_python(text)
        except ValidationError:
            return None

    def text(self, value: Any) -> str:
        return "0" if value is None and self.can_be_none else super().text(value)

    def _instead(self) -> str:
        return "None is shown." if self.default is None and self.can_be_none else super()._instead()

    def _default_in_words(self) -> str:
        return f"{self.default:,}" if isinstance(self.default, int) else f"{self.default}"


_BOUNDS = {
    Ge: lambda rule: f"at least {rule.ge:,}",
    Gt: lambda rule: f"above {rule.gt:,}",
    Le: lambda rule: f"at most {rule.le:,}",
    Lt: lambda rule: f"below {rule.lt:,}",
    MaxLen: lambda rule: f"at most {rule.max_length:,} characters",
}


@cache
def _validator(name: str) -> TypeAdapter:
    """What a `RunConfig` asks of that field."""
    info = RunConfig.model_fields[name]
    rules = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    return TypeAdapter(rules, config=ConfigDict(allow_inf_nan=False))


@dataclass(frozen=True)
class Layers(Field):
    """The layers of a network, in some 200 characters; left out where their tables make them too many."""

    @property
    def expected(self) -> str:
        return "layers as the Train page puts them there"

    def parsed(self, text: str) -> tuple[Layer, ...] | None:
        try:
            return layers_encoding.decode(text)
        except RunError:
            return None

    def text(self, value: tuple[Layer, ...] | None) -> str:
        text = layers_encoding.encode(value or ())
        return text if len(text) <= layers_encoding.LONGEST else ""

    def problem(self, received: str, expected: str = "", instead: str = "") -> str:
        try:
            layers_encoding.decode(received)
        except RunError as error:
            return super().problem(received, expected, f"{error} {instead or self._instead()}")
        return ""

    def _instead(self) -> str:
        return "Those of the recipe are shown."
