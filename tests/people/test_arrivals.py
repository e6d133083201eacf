"""Joining from one address: a school does, a flood does not."""

from lenet.people.arrivals import AT_ONCE, SECONDS_EACH, Arrivals


def test_a_school_joins_at_once_and_a_flood_slowly() -> None:
    clock = [100.0]
    arrivals = Arrivals(lambda: clock[0])
    assert [arrivals.wait("school") for _ in range(AT_ONCE)] == [0] * AT_ONCE
    assert [arrivals.wait("school") for _ in range(1_000)] == [SECONDS_EACH] * 1_000, "asking costs no place"
    assert arrivals.wait("elsewhere") == 0
    clock[0] += SECONDS_EACH - 0.5
    assert arrivals.wait("school") == 1
    clock[0] += 0.5
    assert [arrivals.wait("school"), arrivals.wait("school")] == [0, SECONDS_EACH]
    clock[0] += AT_ONCE * SECONDS_EACH
    assert [arrivals.wait("school") for _ in range(AT_ONCE)] == [0] * AT_ONCE


def test_addresses_that_are_long_gone_are_forgotten() -> None:
    clock = [0.0]
    arrivals = Arrivals(lambda: clock[0])
    for number in range(20_001):
        clock[0] += 2 * SECONDS_EACH
        assert arrivals.wait(str(number)) == 0
    assert len(arrivals._full_at) <= 10_000
