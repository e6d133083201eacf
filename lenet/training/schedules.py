"""Learning rate schedules: the rate of every step, and the damping of every epoch.

Plain Python, so that pages can draw them; no numpy, no TensorFlow.
"""

import math

from lenet.runs.config import RunConfig

Cycles = tuple[tuple[int, int], ...]

_EARLY_EPOCHS = 2  # as long as the paper's first rate lasts


def learning_rate(config: RunConfig, step: int, steps_per_epoch: int, cycles: Cycles = ()) -> float:
    """The rate for update `step` (0 is the first).

    cosine and one_cycle run over one cycle. `cycles` holds (first epoch, number of epochs) of each; a
    later request for more epochs is a cycle of its own (as in SGDR, Loshchilov & Hutter 2017), for at the
    end of the first one nothing would be learned. Default: one cycle of `config.epochs`.
    """
    peak = config.learning_rate
    if config.schedule == "constant":
        return peak
    if config.schedule == "step":
        return peak * config.step_factor ** (step // steps_per_epoch // config.step_epochs)
    if config.schedule == "paper":
        return peak * _share_of_first_rate(step / steps_per_epoch / config.epochs)
    position = _position(step / steps_per_epoch, cycles or ((0, config.epochs),))
    if config.schedule == "cosine":
        return peak * _half_cosine(position)
    return peak * _one_cycle(position, config.warmup)


def damping(config: RunConfig, epoch: int) -> float:
    """What Levenberg–Marquardt adds to each curvature in `epoch` (0 is the first).

    While weights are small hardly anything bends, and next to no damping would mean far too large steps.
    """
    if epoch < _EARLY_EPOCHS and config.early_damping is not None:
        return config.early_damping
    return config.damping


def _position(epoch: float, cycles: Cycles) -> float:
    """0 at the start of the cycle that `epoch` falls in, 1 at its end."""
    first, length = [cycle for cycle in cycles if cycle[0] <= epoch][-1]
    return min((epoch - first) / length, 1.0)


def _share_of_first_rate(position: float) -> float:
    """The paper's steps down, whatever the rate begins with: 1, 0.4, 0.2, 0.1, 0.02.

    In the paper they are passes of 20; here shares of the run, 0 at its start and 1 at its end.
    """
    rates = [rate for passes, rate in RATES for _ in range(passes)]
    return rates[min(int(position * len(rates) + 1e-9), len(rates) - 1)] / rates[0]


def _half_cosine(position: float) -> float:
    """1 at 0, falling to 0 at 1."""
    return 0.5 * (1 + math.cos(math.pi * position))


def _one_cycle(position: float, warmup: float) -> float:
    """From 1/25 up to 1 during the warm-up, then down to 0 (Smith & Topin 2018, with cosine slopes)."""
    if position < warmup:
        return 1 / 25 + (1 - 1 / 25) * (1 - _half_cosine(position / warmup))
    return _half_cosine((position - warmup) / (1 - warmup))


# The steps of the learning rate: how many passes at which rate; the last one from then on.
RATES: tuple[tuple[int, float], ...] = ((2, 5e-4), (3, 2e-4), (3, 1e-4), (4, 5e-5), (8, 1e-5))
