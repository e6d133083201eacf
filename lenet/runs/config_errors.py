"""What is wrong with a config, in sentences: received, expected, what to do.

Must not import Streamlit, TensorFlow or Keras.
"""

import difflib
from itertools import islice
from typing import Any

from pydantic import ValidationError

from lenet.runs.config import FORMER_NAMES, MOST_SENTENCES, RunConfig
from lenet.runs.layers import LAYER_KINDS
from lenet.sentences import shown

# What a person may do about a value that was refused.
_ADVICE = {
    "learning_rate": "At 0 nothing would be learned; 0.001 suits Adam, 0.01 to 0.1 suits SGD.",
    "momentum": "0.9 is usual; 0 is none.",
    "weight_decay": "0.004 is usual; 0 is none.",
    "damping": "0.02 is the paper's.",
    "early_damping": "Leave it out to have one damping from the first epoch on.",
    "rejection_penalty": "1 is usual; far larger, and it has no effect.",
    "label_smoothing": "0.1 is usual; 0 is none.",
    "l2": "0.001 is usual; 0 is none.",
    "epochs": "One epoch is one pass over the training images.",
    "batch_size": "64 is usual.",
    "seed": "Any such number will do: the same one gives the same weights.",
    "std": "The data are divided by it.",
    "pad_to": "32 is what LeNet-5 takes.",
    "rotation": "0 is none.",
    "shift": "0 is none.",
    "zoom": "0 is none.",
    "shear": "0 is none.",
    "aspect": "0 is none.",
    "flip": "0 is none, 0.5 is every second image.",
    "elastic": "0 is none, 0.04 is visible.",
    "cutout": "0 is none.",
    "step_epochs": "Every so many epochs the learning rate is multiplied by the step factor.",
    "step_factor": "0.5 halves the learning rate each time.",
    "warmup": "0.3 is usual.",
    "validation_fraction": "0.1 keeps a tenth of the training images for validation.",
    "early_stopping": "Leave it out to train every epoch.",
    "name": "Type a short one, or leave it empty.",
    "layers": "Start from an architecture of the catalogue.",
    "trials": "20 is a beginning: more can be added later.",
    "minutes": "Leave it out for no bound.",
    "points": "5 is usual.",
}


# What was expected, by the beginning of pydantic's type of error; the first that fits.
_EXPECTED = {
    "greater_than_equal": "at least {ge}",
    "greater_than": "a number greater than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "a number less than {lt}",
    "literal_error": "{expected}",
    "string_too_long": "at most {max_length} characters",
    "too_long": "at most {max_length}",
    "too_short": "at least {min_length}",
    "finite_number": "a finite number",
    "float": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "string": "text",
    "tuple": "a list",
    "union_tag": f"one of {', '.join(LAYER_KINDS)}",
    "model": "named values",
    "missing": "a value",
}


def describe_errors(error: ValidationError) -> list[str]:
    """A sentence for each thing that is wrong, MOST_SENTENCES of them at most: what was received, what is
    expected, what to do.
    """
    problems = (problem for problem in error.errors() if not _is_consequence(problem))
    return [_sentence(problem) for problem in islice(problems, MOST_SENTENCES)]


def _is_consequence(problem: Any) -> bool:
    """Whether this only repeats another one: pydantic counts the layers that are valid."""
    return problem["type"] == "too_short" and bool(problem["input"])


def _sentence(problem: Any) -> str:
    kind, location = problem["type"], problem["loc"]
    if kind == "value_error":  # a sentence of ours
        return str(problem["ctx"]["error"])
    if kind == "extra_forbidden":
        return _no_such_setting(location)
    words = f"{_place(location)}: received {_received(problem)}, expected {_expected(problem)}."
    return f"{words} {_advice(location)}".rstrip()


def _advice(location: tuple[int | str, ...]) -> str:
    if _is_inside_a_layer(location):
        return "Change that layer, or remove it."
    name = str(location[-1]) if location else ""
    return _ADVICE.get(FORMER_NAMES.get(name, name), "")


def _is_inside_a_layer(location: tuple[int | str, ...]) -> bool:
    return len(location) > 1 and location[0] == "layers"


def _place(location: tuple[int | str, ...]) -> str:
    """Where it is, as a person says it: `Learning rate`, `Layer 1 (conv): filters`."""
    if _is_inside_a_layer(location):
        _, index, *kind_and_setting = location
        layer, *setting = [f"Layer {index + 1}", *map(str, kind_and_setting)]
        words = f"{layer} ({setting[0]})" if setting else layer
        return ": ".join([words, *(part.replace("_", " ") for part in setting[1:])])
    words = " ".join(map(str, location)).replace("_", " ") or "settings"
    return f"{words[0].upper()}{words[1:]}"


def _no_such_setting(location: tuple[int | str, ...]) -> str:
    """Names the settings that are spelled like it, else all that there are."""
    *place, name = location
    model = LAYER_KINDS[str(location[2])] if _is_inside_a_layer(location) else RunConfig
    known = [field for field in model.model_fields if field != "kind"]
    close = difflib.get_close_matches(str(name)[:100], known)
    what = f"{_place(tuple(place))}: there is no setting {shown(name)}."
    if close:
        return f"{what} Did you mean {' or '.join(close)}?"
    return f"{what} Known: {', '.join(known) or 'none'}."


def _expected(problem: Any) -> str:
    template = next((words for start, words in _EXPECTED.items() if problem["type"].startswith(start)), None)
    bounds = {key: _number(value) for key, value in problem.get("ctx", {}).items()}
    return template.format_map(bounds) if template else problem["msg"]


def _number(bound: Any) -> str:
    return f"{bound:,}".removesuffix(".0") if isinstance(bound, (int, float)) else str(bound)


def _received(problem: Any) -> str:
    kind, value = problem["type"], problem["input"]
    if kind.startswith("union_tag"):
        tag = value.get("kind") if isinstance(value, dict) else None
        return "no kind" if tag is None else f"kind {shown(tag)}"
    if kind == "string_too_long":
        return f"{len(value):,} characters"
    return "nothing" if kind == "missing" else shown(value)
