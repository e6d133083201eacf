"""The errors whose message is a sentence for the person: what was received, what was expected, what to do.

    Exception
    ├── ValueError
    │   └── SentenceError        plain text, never long
    │       ├── DatasetError     a data set that cannot be had or used
    │       ├── DrawingError     a drawing, a file of strokes or a picture that cannot be used
    │       ├── ModelError       a model that is not there or cannot be read
    │       ├── WeightsError     weights or other arrays that are missing, damaged or another's
    │       ├── RunError         a run that cannot be read, made or changed
    │       ├── SweepError       a sweep that cannot be read, made, changed or gone on with
    │       │   └── NotAllowed   what is another person's, or the teacher's to do; a RunError,
    │       │                    DatasetError and ModelError as well
    │       ├── ActivityError    what a class does together, and cannot be done so or now
    │       ├── JoinError        somebody who cannot come into a class, or is in it no more
    │       ├── LessonError      a lesson that cannot be read, kept or answered now
    │       ├── EvaluationError  labels and probabilities that do not belong together
    │       ├── ComparisonError  two evaluations without images in common
    │       └── PlaceError       a place or a layer that nothing can be worked out for
    ├── RuntimeError
    │   └── EngineError          the engine cannot be reached or started
    ├── ArithmeticError
    │   └── Diverged             the loss is no longer a finite number
    └── LeaseLost                somebody else goes on with the run

Standard library only.
"""

from lenet.sentences import LONGEST, plain, shortened


class SentenceError(ValueError):
    """An error whose message is for the person: plain text, and never longer than `LONGEST`."""

    def __init__(self, sentence: object = "") -> None:
        super().__init__(shortened(plain(str(sentence)), LONGEST))


class WeightsError(SentenceError):
    """Weights, or other arrays of a run, that are missing, damaged or of another network."""


class ModelError(SentenceError):
    """A model that is not there or cannot be read; the message is for the person."""


class RunError(SentenceError):
    """A run that cannot be read, made or changed; the message is for the person."""


class SweepError(SentenceError):
    """A sweep that cannot be read, made, changed or gone on with; the message is for the person."""


class DatasetError(SentenceError):
    """A data set that cannot be had or used; its message is a sentence for the person at the screen."""


class NotAllowed(RunError, SweepError, DatasetError, ModelError):
    """Something of another person, or a deed that is the teacher's; the message is for the person."""


class ActivityError(SentenceError):
    """Something that a class cannot do together so, or not now; the message is for the person."""


class JoinError(SentenceError):
    """Somebody who cannot come into a class, or is in it no more; the message is for the person."""


class LessonError(SentenceError):
    """A lesson that cannot be read or kept, or an answer that nobody can check yet; for the person."""


class DrawingError(SentenceError):
    """A drawing, a file of strokes or a picture that cannot be used; the message is for the person."""


class EvaluationError(SentenceError):
    """Labels and probabilities that do not belong together; the message says what was expected."""


class EngineError(RuntimeError):
    """The engine cannot be reached or started; the message says why and what to do."""


class ComparisonError(SentenceError):
    """Two evaluations without images in common; the message is for the person."""


class PlaceError(SentenceError):
    """A place or a layer that nothing can be worked out for; the message is for the person."""


class LeaseLost(Exception):
    """Somebody else goes on with the run; the message is for the person."""


class Diverged(ArithmeticError):
    """The loss is no longer a finite number; the message is for the person."""
