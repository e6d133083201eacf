"""Figure 9 of the paper of 1998: its classifiers, their test errors there, and what was measured here.

The measurements are `paper_chart.json`, beside this file; `python benchmarks/paper_chart.py` makes them.
Must not import Streamlit, TensorFlow or Keras.
"""

import re
import statistics
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator

from lenet.errors import EvaluationError
from lenet.evaluation.paper_chart_notes import NOTES
from lenet.files import read_json, write_json
from lenet.sentences import reason
from lenet.values import Frozen, at_most

FILE = Path(__file__).parent / "paper_chart.json"
SOURCE = "LeCun, Bottou, Bengio, Haffner, “Gradient-Based Learning Applied to Document Recognition”, figure 9"
TRAINING, TESTED = 60_000, 10_000  # MNIST's images
ERROR_RATE = 0.005  # of what is accepted, for the share that is rejected
_ERRORS = re.compile(r"(\d{1,4}=\d( \d{1,4}=\d)*)?")


@dataclass(frozen=True)
class Classifier:
    """One bar of the figure.

    Attributes:
        name: as files and the command line have it.
        title: for a person.
        preprocessing: of the digits, in the paper's words.
        paper_error: per cent of the 10,000 test images.
        seeds: how many are measured; 1 where nothing is drawn at random.
        notes: what the paper leaves open and what is done here, sentences.
    """

    name: str
    title: str
    preprocessing: str
    paper_error: float
    seeds: int = 3

    @property
    def notes(self) -> str:
        """What the paper leaves open, and what is done here."""
        return NOTES[self.name]

    @property
    def paper_figure(self) -> str:
        """As the paper prints it, with one digit after the point or two."""
        return f"{self.paper_error:.2f}".removesuffix("0") + " %"

    @property
    def full_title(self) -> str:
        """With its preprocessing, which tells it from another one."""
        return self.title if self.preprocessing == "none" else f"{self.title}, {self.preprocessing}"


CLASSIFIERS: dict[str, Classifier] = {
    each.name: each
    for each in (
        Classifier("linear", "Linear", "none", 12.0, 1),
        Classifier("linear-deslanted", "Linear", "deslanted", 8.4, 1),
        Classifier("pairwise-linear", "Pairwise linear", "deslanted", 7.6, 1),
        Classifier("nearest-neighbours", "K nearest neighbours", "none", 5.0, 1),
        Classifier("nearest-neighbours-deslanted", "K nearest neighbours", "deslanted", 2.4, 1),
        Classifier("principal-components", "40 principal components and quadratic", "none", 3.3, 1),
        Classifier("radial-basis", "1,000 radial basis functions", "none", 3.6),
        Classifier("tangent-distance", "Tangent distance", "16×16", 1.1, 1),
        Classifier("support-vectors", "Support vectors, degree 4", "deslanted", 1.1, 1),
        Classifier("reduced-set", "Reduced set of support vectors, degree 5", "deslanted", 1.0, 0),
        Classifier("virtual-support-vectors", "Virtual support vectors, degree 9", "distorted", 0.8, 1),
        Classifier("784-300-10", "784-300-10", "none", 4.7),
        Classifier("784-300-10-distorted", "784-300-10", "distorted", 3.6),
        Classifier("400-300-10", "400-300-10", "20×20, deslanted", 1.6),
        Classifier("784-1000-10", "784-1000-10", "none", 4.5),
        Classifier("784-1000-10-distorted", "784-1000-10", "distorted", 3.8),
        Classifier("784-300-100-10", "784-300-100-10", "none", 3.05),
        Classifier("784-300-100-10-distorted", "784-300-100-10", "distorted", 2.5),
        Classifier("784-500-150-10", "784-500-150-10", "none", 2.95),
        Classifier("784-500-150-10-distorted", "784-500-150-10", "distorted", 2.45),
        Classifier("lenet-1", "LeNet-1", "16×16", 1.7),
        Classifier("lenet-4", "LeNet-4", "none", 1.1),
        Classifier("lenet-4-neighbours", "LeNet-4 with K nearest neighbours", "none", 1.1),
        Classifier("lenet-4-local", "LeNet-4 with local learning", "none", 1.1),
        Classifier("boosted-lenet-4", "Boosted LeNet-4", "distorted", 0.7),
        Classifier("lenet-5", "LeNet-5", "none", 0.95, 1),
        Classifier("lenet-5-distorted", "LeNet-5", "distorted", 0.8, 1),
    )
}


class Measurement(Frozen):
    """One classifier, trained with one seed on all training images and asked about all test images.

    Attributes:
        rejected: the share (0–1) that must be rejected to err on 0.5 % of the rest; None: no share is enough.
        multiply_adds: for one image, without its preprocessing.
        memory: numbers that the classifier keeps.
        seconds: of one processor, to train; None where it was trained elsewhere.
        wrong: the test images that it gets wrong, as in `115=9 151=8`: which image, what it said.
    """

    classifier: str
    seed: int = Field(ge=0)
    rejected: float | None = Field(ge=0, le=1)
    multiply_adds: int = Field(ge=0)
    memory: int = Field(ge=0)
    seconds: float | None = Field(ge=0)
    wrong: Annotated[str, Field(max_length=100_000)]

    @field_validator("wrong")
    @classmethod
    def _are_errors(cls, words: str) -> str:
        if not _ERRORS.fullmatch(words):
            raise ValueError("Errors: expected images and classes, as in “115=9 151=8”.")
        return words

    @cached_property
    def errors(self) -> dict[int, int]:
        """Number of the test image → the digit that it was taken for."""
        pairs = (each.split("=") for each in self.wrong.split())
        return {int(image): int(said) for image, said in pairs}

    @property
    def error(self) -> float:
        """Per cent of the test images."""
        return 100 * len(self.errors) / TESTED


class _Results(Frozen):
    measurements: Annotated[tuple[Measurement, ...], at_most(200)]


def measurements(file: Path | None = None) -> dict[str, tuple[Measurement, ...]]:
    """Name of each classifier that was measured → its measurements, by seed; in the chart's order.

    file: another one than that which ships. Raises `EvaluationError` where it is missing or damaged.
    """
    file = file or FILE
    try:
        found = _Results.model_validate(read_json(file)).measurements
    except (OSError, ValueError, ValidationError) as error:
        raise EvaluationError(
            f"The measurements of the paper's chart: {file.name} cannot be read ({reason(error)}). Install "
            "LeNet Lab again, or measure: python benchmarks/paper_chart.py."
        ) from error
    by_name = {
        name: tuple(sorted((each for each in found if each.classifier == name), key=lambda each: each.seed))
        for name in CLASSIFIERS
    }
    return {name: those for name, those in by_name.items() if those}


def store(measured: dict[str, tuple[Measurement, ...]], file: Path = FILE) -> None:
    """Write them all, in the chart's order. Raises `OSError`."""
    ordered = [each.model_dump() for name in CLASSIFIERS for each in measured.get(name, ())]
    write_json(file, {"measurements": ordered})


def mean_of(those: tuple[Measurement, ...], name: str) -> float | None:
    """Of an attribute, over the seeds; None where one of them has none, or nothing was measured."""
    values = [getattr(each, name) for each in those]
    return statistics.mean(values) if values and None not in values else None
