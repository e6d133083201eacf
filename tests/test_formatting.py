"""Numbers as a person reads them."""

import numpy as np
import pytest

from lenet.formatting import ordinal, probability
from tests.shares_in_words import SHARE_WORDS


@pytest.mark.parametrize(("share", "words"), SHARE_WORDS)
def test_probabilities_in_words(share: float, words: str) -> None:
    assert probability(np.float32(share)) == words


def test_ordinals() -> None:
    numbers = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 13: "13th", 21: "21st", 112: "112th"}
    assert {number: ordinal(number) for number in numbers} == numbers
