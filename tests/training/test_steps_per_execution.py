"""How many updates a call of the train step makes."""

from lenet.training.steps_per_execution import StepsPerExecutionTuner


def calls(tuner: StepsPerExecutionTuner, first: int, *seconds_an_update: float) -> list[int]:
    """The updates of each call, where they take so long."""
    counts = []
    for seconds in seconds_an_update:
        counts.append(tuner.steps_per_execution(first))
        tuner.observe(range(first, first + counts[-1]), seconds * counts[-1])
        first += counts[-1]
    return counts


def test_a_new_run_shows_its_first_update_at_once_and_knows_its_speed_after_it_compiled() -> None:
    tuner = StepsPerExecutionTuner()
    assert calls(tuner, 0, 0.5, 0.5, 0.01, 0.01) == [1, 8, 8, 25]
    assert tuner.steps_per_second == 100


def test_a_run_that_goes_on_compiles_in_its_first_call() -> None:
    tuner = StepsPerExecutionTuner()
    assert calls(tuner, 500, 0.5, 0.01, 0.01) == [8, 8, 25]


def test_a_slow_network_makes_one_update_a_call() -> None:
    assert calls(StepsPerExecutionTuner(), 0, 9, 9, 9, 9)[-1] == 1


def test_the_speed_follows_the_machine() -> None:
    assert calls(StepsPerExecutionTuner(), 0, 0.5, 0.5, 0.01, 0.05, 0.01)[-2:] == [25, 5]
