"""What is cached in memory: asked for once, never another one's, and never more than it may take."""

import gc

import numpy as np

from lenet.cache import Cache


class Asked:
    """Makes arrays of so many bytes, and counts how often."""

    def __init__(self, num_bytes: int) -> None:
        self.num_bytes, self.times = num_bytes, 0

    def __call__(self) -> tuple[np.ndarray, ...]:
        self.times += 1
        return np.full(self.num_bytes // 2, self.times, np.uint8), np.zeros(self.num_bytes // 2, np.uint8)


def test_it_is_made_once_for_each_owner_and_key():
    cache, make, owner, other = Cache(1_000), Asked(100), object(), object()
    first = cache.get(owner, "a", make)
    assert cache.get(owner, "a", make) is first and make.times == 1
    assert cache.get(other, "a", make) is not first and cache.get(owner, "b", make) is not first
    assert make.times == 3 and cache.num_bytes == 300


def test_what_nobody_asked_for_longest_goes_first():
    cache, make, owner = Cache(250), Asked(100), object()
    first, _ = cache.get(owner, "a", make), cache.get(owner, "b", make)
    cache.get(owner, "a", make)
    cache.get(owner, "c", make)
    assert cache.num_bytes == 200 and cache.get(owner, "a", make) is first and make.times == 3
    cache.get(owner, "b", make)
    assert make.times == 4


def test_what_is_larger_than_all_is_given_but_not_cached():
    cache, make, owner = Cache(99), Asked(100), object()
    assert cache.get(owner, "a", make)[0][0] == 1 and cache.num_bytes == 0
    assert cache.get(owner, "a", make)[0][0] == 2


def test_an_owner_that_is_gone_is_not_taken_for_another_one():
    """Python gives a new object the address of one that is gone."""
    cache, make = Cache(100_000), Asked(100)
    for number in range(1, 200):
        assert cache.get(np.zeros(1), "a", make)[0][0] == number
        gc.collect(0)


def test_small_results_hold_no_more_owners_than_they_may():
    cache, make, owners = Cache(1_000, most=2), Asked(10), [object() for _ in range(3)]
    for owner in owners:
        cache.get(owner, "a", make)
    assert cache.num_bytes == 20 and make.times == 3
    cache.get(owners[2], "a", make), cache.get(owners[1], "a", make)
    assert make.times == 3
    cache.get(owners[0], "a", make)
    assert make.times == 4
