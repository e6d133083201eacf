"""Learning rates against values worked out by hand."""

import math
from itertools import pairwise

import pytest

from lenet.runs.config import RunConfig
from lenet.runs.layers import Dense
from lenet.training.schedules import damping, learning_rate

STEPS = 100  # of an epoch


def config(schedule: str, **changes: object) -> RunConfig:
    settings = {"layers": (Dense(units=10),), "schedule": schedule, "learning_rate": 0.08, "epochs": 10}
    return RunConfig.model_validate(settings | changes)


def rates(settings: RunConfig, *steps: int, cycles: tuple[tuple[int, int], ...] = ()) -> list[float]:
    return [learning_rate(settings, step, STEPS, cycles) for step in steps]


def test_constant() -> None:
    assert rates(config("constant"), 0, 1, 999, 5000) == [0.08] * 4


def test_step() -> None:
    settings = config("step", step_epochs=3, step_factor=0.5)
    assert rates(settings, 0, 299, 300, 599, 600, 999) == [0.08, 0.08, 0.04, 0.04, 0.02, 0.01]


def test_step_goes_on_with_more_epochs() -> None:
    settings = config("step", step_epochs=5, step_factor=0.1)
    assert rates(settings, 1000, cycles=((0, 10), (10, 5))) == pytest.approx([0.0008])


def test_cosine() -> None:
    # Half a cosine over 1,000 steps: at a third of them (1 + cos 60°)/2, in the middle a half.
    at = rates(config("cosine"), 0, 250, 500, 750, 1000)
    assert at == pytest.approx([0.08, 0.04 * (1 + math.sqrt(0.5)), 0.04, 0.04 * (1 - math.sqrt(0.5)), 0.0])


def test_the_last_step_of_cosine_still_learns() -> None:
    assert 0 < learning_rate(config("cosine"), 999, STEPS) < 0.08 * 1e-5


def test_one_cycle() -> None:
    # 300 steps up from 1/25 of the peak, 700 down to 0.
    at = rates(config("one_cycle", warmup=0.3), 0, 150, 300, 650, 1000)
    assert at == pytest.approx([0.08 / 25, 0.08 * (1 + 1 / 25) / 2, 0.08, 0.04, 0.0])


def test_the_paper_s_steps_down() -> None:
    settings = config("paper", learning_rate=5e-4, epochs=20)
    first_of_pass = rates(settings, *range(0, 20 * STEPS, STEPS))
    expected = [5e-4] * 2 + [2e-4] * 3 + [1e-4] * 3 + [5e-5] * 4 + [1e-5] * 8
    assert first_of_pass == pytest.approx(expected)
    assert rates(settings, STEPS - 1, 2 * STEPS - 1, 5 * STEPS - 1) == pytest.approx([5e-4, 5e-4, 2e-4])
    assert rates(settings, 20 * STEPS, 40 * STEPS) == pytest.approx([1e-5] * 2)


def test_a_longer_run_makes_the_paper_s_steps_later() -> None:
    """Of 60 passes: 6 at the first rate, 9 at the second, …"""
    settings = config("paper", learning_rate=5e-4, epochs=60)
    at = rates(settings, *(each * STEPS for each in (0, 5, 6, 14, 15, 35, 36, 59)))
    assert at == pytest.approx([5e-4, 5e-4, 2e-4, 2e-4, 1e-4, 5e-5, 1e-5, 1e-5])


@pytest.mark.parametrize("warmup", [0.0, 0.1, 0.3, 0.95])
def test_one_cycle_rises_to_the_peak_then_falls_without_a_jump(warmup: float) -> None:
    settings = config("one_cycle", warmup=warmup)
    every = rates(settings, *range(1001))
    top = round(1000 * warmup)
    assert every[top] == max(every) == pytest.approx(0.08)
    assert all(before < after for before, after in pairwise(every[: top + 1]))
    assert all(before > after for before, after in pairwise(every[top:]))
    # No slope is steeper than that of half a cosine, π/2 of its height over its length.
    shorter = min(length for length in (top, 1000 - top) if length)
    assert max(abs(after - before) for before, after in pairwise(every)) <= 0.08 * math.pi / 2 / shorter


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
def test_more_epochs_are_a_cycle_of_their_own(schedule: str) -> None:
    settings, cycles = config(schedule), ((0, 10), (10, 5), (15, 20))
    first = rates(settings, 0, 137, 999, cycles=cycles)
    assert first == rates(settings, 0, 137, 999)
    # A fifth, and then the end, of each later cycle.
    assert rates(settings, 1000, 1100, cycles=cycles) == pytest.approx(rates(settings, 0, 200))
    assert rates(settings, 1500, 1900, 3500, cycles=cycles) == pytest.approx(rates(settings, 0, 200, 1000))


def test_more_epochs_after_a_run_was_stopped_early() -> None:
    """Stopped after three of ten epochs, then five more were wanted: a cosine from epoch 3 to epoch 8."""
    at = rates(config("cosine"), 299, 300, 550, 800, cycles=((0, 10), (3, 5)))
    assert at[0] == learning_rate(config("cosine"), 299, STEPS)
    assert at[1:] == pytest.approx([0.08, 0.04, 0.0])


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
def test_beyond_the_last_cycle_nothing_moves(schedule: str) -> None:
    assert rates(config(schedule), 1000, 1001, 5000) == [0.0] * 3


def test_every_rate_is_in_range() -> None:
    for schedule in ("constant", "step", "cosine", "one_cycle"):
        assert all(0 < rate <= 0.08 for rate in rates(config(schedule), *range(0, 1000, 7)))


def test_damping_is_another_one_in_the_first_two_epochs() -> None:
    settings = config("constant", damping=0.2, early_damping=0.7)
    assert [damping(settings, epoch) for epoch in (0, 1, 2, 3, 19)] == [0.7, 0.7, 0.2, 0.2, 0.2]
    assert damping(config("constant", damping=0.2), 0) == 0.2
