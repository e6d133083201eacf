"""The digits that each person of a class has drawn: `my-digits` of their own, a folder a person.

    my-digits-0123456789abcdef/…    as `my-digits`, with owner.json

The name is that of the data set as well, so that links, runs and workers mean the same. Must not import
Streamlit, TensorFlow or Keras.
"""

import os
import re

from lenet.data.drawing_collection import NAME, Collection
from lenet.data.published_files import storage_folder
from lenet.people import owner
from lenet.people.person import NOBODY, Person, acting

_NAME = re.compile(rf"{NAME}-([0-9a-z]{{1,24}})")


class PersonsDigits(Collection):
    """Those of the person of that id; there once the first one is drawn."""

    def __init__(self, person_id: str) -> None:
        super().__init__(storage_folder() / f"{NAME}-{person_id}")
        self.name, self._person_id = self.folder.name, person_id

    @property
    def title(self) -> str:
        """My digits, to whoever drew them."""
        who = acting()
        return "My digits" if who and who.id == self._person_id else f"Digits: {owner.whose(self.folder)}"

    def _is_new_and_ones_own(self) -> bool:
        who = acting()
        return who is not None and who.id == self._person_id and not self.folder.exists()

    def _check_may_add(self) -> None:
        if not self._is_new_and_ones_own():
            super()._check_may_add()

    def _make_folder(self) -> None:
        if self._is_new_and_ones_own():
            self.folder.mkdir(parents=True)
            owner.sign(self.folder)


def own_digits(person: Person | None = None) -> Collection:
    """Where digits of that person are collected, else of whoever acts; alone, `my-digits`."""
    who = person or acting()
    return Collection() if who is None or who == NOBODY else PersonsDigits(who.id)


def every_persons_digits() -> list[PersonsDigits]:
    """Those on this machine, and those that whoever acts is still to draw."""
    try:
        with os.scandir(storage_folder()) as found:
            names = {each.name for each in found if each.name.startswith(NAME) and each.is_dir()}
    except OSError:
        names = set()
    names.add(own_digits().name)
    return [PersonsDigits(match[1]) for name in sorted(names) if (match := _NAME.fullmatch(name))]
