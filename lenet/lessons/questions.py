"""The questions that a lesson can ask: a small vocabulary, checked when the file is read.

Nothing of a question is run: it names what a person's answer is looked up in (`answers.py`). Must not import
Streamlit, TensorFlow or Keras.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, model_validator

from lenet.data.catalogue import SOURCES
from lenet.networks.pretrained import PRETRAINED
from lenet.runs.config import RunConfig
from lenet.sentences import listed, shown
from lenet.values import Frozen, at_most

# Of a run, beside its settings; accuracies in percent
FIGURES = {
    "test_accuracy": "test accuracy",
    "validation_accuracy": "validation accuracy",
    "training_accuracy": "training accuracy",
    "test_errors": "number of test images that it gets wrong",
    "epochs_trained": "number of epochs trained",
    "parameters": "number of parameters",
}
ENDED = "ended"  # how a run ended, one of ENDS
ENDS = ("finished", "stopped", "diverged")
SETTINGS = tuple(name for name in RunConfig.model_fields if name not in ("layers", "name"))
OWN = "own"  # model: a run of the person's

_CONDITION = re.compile(r"(>=|<=|>|<|)\s*(.+?)(\s*%)?")
_OPERATORS = {">=": "at least", "<=": "at most", ">": "above", "<": "below", "": ""}


@dataclass(frozen=True)
class Condition:
    """What a setting or a figure of a run is to be: `operator` one of >=, <=, >, <, or "" for equal."""

    name: str
    operator: str
    value: float | str

    def holds(self, received: Any) -> bool:
        """Whether that value is so; None is not."""
        if received is None:
            return False
        if isinstance(self.value, str):
            return str(received) == self.value
        difference = float(received) - self.value
        return {">=": difference >= 0, "<=": difference <= 0, ">": difference > 0, "<": difference < 0,
                "": difference == 0}[self.operator]  # fmt: skip

    def __str__(self) -> str:
        words = (FIGURES | {ENDED: "end"}).get(self.name, self.name.replace("_", " "))
        value = f"{self.value:g}" if isinstance(self.value, float) else self.value
        unit = " %" if self.name.endswith("accuracy") else ""
        return f"{words} {_OPERATORS[self.operator]} {value}{unit}".replace("  ", " ")


def _condition(name: str, text: Any) -> Condition:
    """Raises `ValueError`: there is no such setting, or no such value of it."""
    if name not in (*SETTINGS, *FIGURES, ENDED):
        known = listed((*FIGURES, ENDED, *SETTINGS), 24)
        raise ValueError(f"where: received {shown(name)}, expected a setting or a figure of a run: {known}.")
    found = _CONDITION.fullmatch(str(text).strip())
    operator, word = (found[1], found[2]) if found else ("", "")
    try:
        value: float | str = float(word)
    except ValueError:
        value = word
    if not word or (operator and isinstance(value, str)) or (name == ENDED and value not in ENDS):
        expected = listed(ENDS) if name == ENDED else "a value, or >=, <=, > or < and a number"
        raise ValueError(f"{name}: received {shown(str(text))}, expected {expected}.")
    return Condition(name, operator, value)


def _conditions(value: Any) -> Any:
    if not isinstance(value, dict) or len(value) > 12:
        raise ValueError("where: expected a line each for at most 12 settings, such as “  epochs: >= 5”.")
    return tuple(_condition(str(name), text) for name, text in value.items())


_Where = Annotated[tuple[Condition, ...], BeforeValidator(_conditions)]
# What a browser would take as another site, whatever Markdown makes of it
_ELSEWHERE = re.compile(r"://|(?<![:\w/])//\w|\bwww\.|mailto:|javascript:|\w@\w+\.\w", re.IGNORECASE)


def leads_elsewhere(text: str) -> bool:
    """Whether there is a link to another site in it."""
    return bool(_ELSEWHERE.search(text))


def _without_links(text: str) -> str:
    if leads_elsewhere(text):
        raise ValueError(f"Received {shown(text)}, expected no link to another site. Take it out.")
    return text


Plain = Annotated[str, AfterValidator(_without_links)]
_Words = Annotated[Plain, Field(min_length=1, max_length=500)]
_Note = Annotated[Plain, Field(max_length=800)]


def _known_model(name: str) -> str:
    known = (OWN, *PRETRAINED)
    if name not in known:
        raise ValueError(f"Model: received {shown(name)}, expected one of {listed(known, 20)}.")
    return name


def _known_data(name: str) -> str:
    if name not in SOURCES:
        raise ValueError(f"Data set: received {shown(name)}, expected one of {listed(SOURCES, 20)}.")
    return name


_Model = Annotated[str, AfterValidator(_known_model)]
_DataSet = Annotated[str, AfterValidator(_known_data)]


class _Asked(Frozen):
    """What all questions have: what is asked, what is said after a wrong try, and after a right one."""

    ask: _Words
    hint: _Note = ""
    because: _Note = ""

    @property
    def key(self) -> str:
        """Of a person's progress: a question that becomes another one is asked anew."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


class NumberQuestion(_Asked):
    """A number, within a tolerance: the one given, or a figure of a run of the person's.

    `where`: which run is meant, the newest that is so.
    """

    kind: Literal["number"]
    answer: float | None = None
    figure: str = ""
    where: _Where = ()
    within: float = Field(0.0, ge=0)

    @model_validator(mode="after")
    def _one_answer(self) -> "NumberQuestion":
        if (self.answer is None) == (not self.figure):
            raise ValueError("number: expected either “answer” or “figure”, and not both.")
        if self.figure and self.figure not in FIGURES:
            raise ValueError(f"figure: received {shown(self.figure)}, expected one of {listed(FIGURES)}.")
        return self


class ChoiceQuestion(_Asked):
    """One of some answers."""

    kind: Literal["choice"]
    options: Annotated[tuple[_Words, ...], Field(min_length=2), at_most(8)]
    answer: str

    @model_validator(mode="after")
    def _has_its_answer(self) -> "ChoiceQuestion":
        if self.answer not in self.options:
            raise ValueError(f"answer: received {shown(self.answer)}, expected one of the options.")
        return self


class RunQuestion(_Asked):
    """A run of the person's that is so."""

    kind: Literal["run"]
    where: _Where


class ImageQuestion(_Asked):
    """The number of a test image that one network gets wrong and, where it is named, another one right."""

    kind: Literal["image"]
    dataset: _DataSet
    wrong: _Model
    right: _Model | None = None
    true_class: int | None = Field(None, ge=0, le=999)


class FilterQuestion(_Asked):
    """The filter without which a network loses most accuracy; `layer`: as Inspect's link has it, "1_conv"."""

    kind: Literal["filter"]
    model: _Model
    layer: Annotated[str, Field(max_length=40)]


class DrawingsQuestion(_Asked):
    """So many drawings in a set of the person's class; `dataset`: "my-digits", or "own" for any set."""

    kind: Literal["drawings"]
    dataset: Literal["my-digits", "own"] = "my-digits"
    at_least: int = Field(10, ge=1, le=10_000)


class EvaluationQuestion(_Asked):
    """A run of the person's that was evaluated on data that it was not trained on."""

    kind: Literal["evaluation"]
    where: _Where = ()


Question = (
    NumberQuestion
    | ChoiceQuestion
    | RunQuestion
    | ImageQuestion
    | FilterQuestion
    | DrawingsQuestion
    | EvaluationQuestion
)
KINDS = ("number", "choice", "run", "image", "filter", "drawings", "evaluation")
question: TypeAdapter[Question] = TypeAdapter(Annotated[Question, Field(discriminator="kind")])
