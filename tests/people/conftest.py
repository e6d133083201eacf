"""Who acts in a test of people."""

from collections.abc import Callable, Iterator

import pytest

from lenet.people.person import Person, set_acting


@pytest.fixture
def act_as() -> Iterator[Callable[[Person | None], None]]:
    """A function: from then on that person acts; None: the machine itself."""
    yield lambda person: set_acting(lambda: person)
    set_acting(None)
