"""Operations that are one once a network no longer learns: a scale, a shift, a function join what is before.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import replace

from lenet.export.network import Step
from lenet.layers.operation import Convolution, Function, Product, ScaleAndShift

_SUMS = Convolution | Product


def folded(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The same network in fewer steps, equal but for rounding."""
    found: list[Step] = []
    for step in steps:
        joined = _joined(found[-1].operation, step.operation) if found else None
        if joined is None:
            found.append(step)
        else:
            found[-1] = replace(found[-1], operation=joined, output_shape=step.output_shape)
    return tuple(found)


def _joined(first: object, second: object) -> object | None:
    """One operation in the place of two; None: there is none."""
    if getattr(first, "activation", None) != "linear":
        return None
    if isinstance(second, Function):
        return replace(first, activation=second.activation)
    if not isinstance(second, ScaleAndShift) or not isinstance(first, _SUMS):
        return None
    return replace(
        first,
        kernel=first.kernel * second.scale,
        bias=first.bias * second.scale + second.shift,
        activation=second.activation,
    )
