"""What the teacher has on everybody's screen, and which page each person is on.

The sentence, and whether all follow, are in `.class/orders.json`: a server that is killed goes on
with them. Where somebody is, is in memory alone, never on the disk.

Must not import Streamlit, TensorFlow or Keras.
"""

import re
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lenet.errors import JoinError
from lenet.files import read_json, write_json
from lenet.people.deeds import FOLDER
from lenet.people.person import Person, check_is_teacher
from lenet.sentences import is_plain

_FILE = "orders.json"
LONGEST = 200  # characters of a sentence that the last row reads
_LONGEST_LINK = 8_000
_HERE = 10.0  # seconds since a tab of somebody asked, which looks every second or two
_PLACE = re.compile(r"([a-z]{1,20})(\?[!-~]*)?")  # a page, and its link as a browser writes it
BOARD, _TEACHERS_PAGE, _DOOR = "board", "class", "join"


@dataclass
class Orders:
    """Of one class.

    Attributes:
        path: of its file.
        sentence: on every screen; empty: none is.
        is_followed: whether everybody's page is the teacher's.
        shown: the person whose screen is on the board; None: nobody's.
    """

    path: Path
    sentence: str = ""
    is_followed: bool = False
    shown: Person | None = None
    _places: dict[str, str] = field(default_factory=dict)  # by a person's id: page and link
    _asked: dict[str, float] = field(default_factory=dict)  # by a person's id: when, s
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def opened(cls, runs: Path) -> "Orders":
        """Those of the class of that folder of runs; none where the file is damaged."""
        path = runs / FOLDER / _FILE
        try:
            found = read_json(path, 10_000)
            said = str(found["sentence"])
            return cls(path, _sentence(said) if said else "", found["followed"] is True)
        except (OSError, ValueError, KeyError, TypeError):
            return cls(path)

    # What the teacher does; each raises `NotAllowed`, and `OSError` where it cannot be written

    def say(self, sentence: str) -> None:
        """On every screen, until it is lifted. Raises `JoinError`: it is none, or too long."""
        check_is_teacher()
        self._change(_sentence(sentence), self.is_followed)

    def lift(self) -> None:
        """Everybody goes on with what they did."""
        check_is_teacher()
        self._change("", self.is_followed)

    def lead(self, is_followed: bool) -> None:
        """Everybody's page is the teacher's, or their own again."""
        check_is_teacher()
        self._change(self.sentence, is_followed)

    def show(self, person: Person | None) -> None:
        """Whose screen is on the board."""
        check_is_teacher()
        self.shown = person

    def clear(self) -> None:
        """As when a class begins."""
        check_is_teacher()
        self._change("", False)
        with self._lock:
            self.shown, self._places, self._asked = None, {}, {}

    def _change(self, sentence: str, is_followed: bool) -> None:
        """Written before it holds, so that a full disk changes nothing."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_json(self.path, {"sentence": sentence, "followed": is_followed})
        self.sentence, self.is_followed = sentence, is_followed

    # What a browser asks

    def answer(self, person: Person, place: str, is_looked_at: bool = True) -> dict[str, Any]:
        """What a tab is to show over its page.

        Args:
            place: where it is, "train?recipe=lenet-5"; what is no place is not kept.
            is_looked_at: whether a person is at this tab: where somebody has several, that is their place.
        """
        with self._lock:
            self._asked[person.id] = time.monotonic()
        page = self._keep(person, place) if is_looked_at else _page(place)
        is_board = page == BOARD
        return {
            "sentence": self.sentence if is_board or not person.is_teacher else "",
            "frame": self._frame(person, is_board),
            "note": self._note() if person.is_teacher and page not in (BOARD, _TEACHERS_PAGE) else "",
        }

    def here(self) -> set[str]:
        """Ids of those who have a page open."""
        with self._lock:
            return {who for who, asked in self._asked.items() if time.monotonic() - asked < _HERE}

    def place_of(self, person: Person) -> str:
        """Page and link where that person was last; empty: they have not been here."""
        return self._places.get(person.id, "")

    def _keep(self, person: Person, place: str) -> str:
        page = _page(place)
        if page and page != _TEACHERS_PAGE and not (page == BOARD and person.is_teacher):
            with self._lock:
                self._places[person.id] = place
        return page

    def _frame(self, person: Person, is_board: bool) -> dict[str, str] | None:
        """Another page over this one: its link, words about it, and where the teacher takes it away."""
        leader = self._places.get("teacher", "")
        if self.is_followed and leader and not person.is_teacher:
            return {"link": leader, "title": "Your teacher leads. Your own page waits below."}
        if is_board and self.shown and (link := self.place_of(self.shown)):
            title = f"{self.shown.name}'s page"
            return {"link": link, "title": title, "back": _TEACHERS_PAGE if person.is_teacher else ""}
        return None

    def _note(self) -> str:
        on = ["Eyes up"] * bool(self.sentence) + ["Follow me"] * self.is_followed
        return " · ".join(on)


def _sentence(text: str) -> str:
    """As it is shown. Raises `JoinError`: it is none, or too long."""
    sentence = " ".join(text.split())
    if not 0 < len(sentence) <= LONGEST or not is_plain(sentence):
        raise JoinError(
            f"Sentence: received {len(sentence)} characters, expected 1 to {LONGEST} plain ones. "
            "Type what everybody should read."
        )
    return sentence


def _page(place: str) -> str:
    """The page of a place; empty where it is none, or the door, which is no page to look at with others."""
    found = _PLACE.fullmatch(place) if len(place) <= _LONGEST_LINK else None
    return found[1] if found and found[1] != _DOOR else ""
