"""Numbers as a person reads them."""

import numpy as np
import pytest

from lenet.formatting import probability
from tests.shares_in_words import SHARE_WORDS


@pytest.mark.parametrize(("share", "words"), SHARE_WORDS)
def test_probabilities_in_words(share: float, words: str) -> None:
    assert probability(np.float32(share)) == words
