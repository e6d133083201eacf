"""Guess with the machine: the class and a network see the same test images, and both say what they are.

How the images are chosen decides who wins, so it is kept, and said: half are hard for one network, half
are drawn by lot from the whole test set; and whom the class plays against is, where there is one, another
network. Must not import Streamlit, TensorFlow or Keras.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from lenet.activities import activity
from lenet.errors import ActivityError
from lenet.npz import GAME, load_arrays, save_arrays
from lenet.people.person import Person

KIND = "guess"
MOST_ROUNDS, MOST_SECONDS = 30, 120
_ANSWERS, _IMAGES = "answers.jsonl", "images.npz"
Phase = Literal["asking", "revealed", "over"]


@dataclass(frozen=True)
class Round:
    """An image, and what the network makes of it.

    Attributes:
        row: its place in the test set.
        label, predicted: places of the true class, and of the one that the network takes it for.
        confidence: the probability of that one, 0–1.
        is_hard: chosen since it is hard for the network that chose; else by lot.
    """

    row: int
    label: int
    predicted: int
    confidence: float
    is_hard: bool


@dataclass(frozen=True)
class Choice:
    """The images of a game, and where they come from.

    Attributes:
        dataset: title of the data set.
        classes: their names.
        chooser: the network that the hard images are hard for.
        player: the network that plays.
        rounds: in the order in which they are shown.
        images: (rounds, H, W, C) uint8.
    """

    dataset: str
    classes: tuple[str, ...]
    chooser: str
    player: str
    rounds: tuple[Round, ...]
    images: np.ndarray

    def how(self) -> str:
        """How they were chosen, and what that means for whoever compares; for people."""
        hard = sum(each.is_hard for each in self.rounds)
        lot = len(self.rounds) - hard
        words = (
            f"Test images of {self.dataset}: {hard} of {len(self.rounds)} chosen because {self.chooser} gets "
            f"them wrong or is least sure of them, {lot} drawn by lot from all. "
        )
        if self.chooser == self.player:
            return words + (
                f"{self.player} plays itself, so the chosen ones are against it: who is better is told by "
                "those drawn by lot alone."
            )
        return words + (
            f"{self.player} plays, which had no say in that. Still, networks find the same images hard: the "
            "chosen ones favor people, those drawn by lot nobody."
        )


@dataclass(frozen=True)
class Game:
    """A game at one moment.

    Attributes:
        number: of the round, from 0.
        seconds: that a round takes; 0: until the teacher goes on.
        until: when this round ends, in seconds since 1970; None: when the teacher goes on.
    """

    folder: Path
    choice: Choice
    number: int
    seconds: int
    until: float | None
    is_revealed: bool
    is_over: bool

    @property
    def phase(self) -> Phase:
        """Where it is: a round whose time is up is revealed."""
        if self.is_over:
            return "over"
        is_late = self.until is not None and time.time() >= self.until
        return "revealed" if self.is_revealed or is_late else "asking"

    @property
    def now(self) -> Round:
        """The round that is on."""
        return self.choice.rounds[self.number]

    def answers(self) -> dict[tuple[int, str], int]:
        """(round, person's id) → place of the class that they said: the first thing that they said counts."""
        path = self.folder / _ANSWERS
        try:
            return _answers(path, path.stat().st_size)
        except OSError:
            return {}

    def said(self, number: int) -> dict[str, int]:
        """What each person said in that round."""
        return {who: place for (each, who), place in self.answers().items() if each == number}

    def majority(self, number: int) -> int | None:
        """The class that most said; None: nobody said anything, or two were said as often."""
        (first, most), (_, second) = (Counter(self.said(number).values()).most_common(2) + [(None, 0)] * 2)[
            :2
        ]
        return first if most > second else None

    @property
    def played(self) -> tuple[int, ...]:
        """The rounds whose answer was told."""
        return tuple(range(self.number + (self.phase != "asking")))


def begin(runs: Path, choice: Choice, seconds: int = 0) -> Game:
    """All are asked. Raises `NotAllowed`, `ActivityError`, `OSError`."""
    if not 1 <= len(choice.rounds) <= MOST_ROUNDS or len(choice.images) != len(choice.rounds):
        raise ActivityError(f"Rounds: received {len(choice.rounds)}, expected 1 to {MOST_ROUNDS}.")
    if not 0 <= seconds <= MOST_SECONDS:
        raise ActivityError(f"Seconds of a round: received {seconds}, expected 0 to {MOST_SECONDS}.")
    kept = {name: value for name, value in asdict(choice).items() if name != "images"}
    folder = activity.begin(runs, KIND, kept | {"seconds": seconds} | _at(0, seconds))
    save_arrays(folder / _IMAGES, {"images": choice.images})
    activity.put_on(runs, folder)
    return opened(folder)


def opened(folder: Path | None) -> Game | None:
    """The game of that folder; None where it is none, or damaged."""
    about = activity.about(folder) if folder else {}
    if about.get("kind") != KIND:
        return None
    try:
        return Game(
            folder, _choice(folder, about), about["number"], about["seconds"], about["until"],
            about["revealed"], about["over"],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None


def answer(runs: Path, folder: Path, number: int, place: int) -> None:
    """Whoever acts says in that round that it is the class of that place.

    Raises:
        NotAllowed: they are not in the class.
        ActivityError: it is another round, that class is none, or they said something before.
        OSError: it cannot be written.
    """
    person = activity.sender()
    with activity.sending:
        game = opened(folder)
        if game is None or activity.now_on(runs) != folder or (game.number, game.phase) != (number, "asking"):
            raise ActivityError("This round is over: what you said does not count. Look at the next image.")
        if type(place) is not int or not 0 <= place < len(game.choice.classes):
            raise ActivityError(f"Class: received {place!r:.40}, expected one of the buttons.")
        if (number, person.id) in game.answers():
            raise ActivityError("You have said something in this round. The first thing counts.")
        _add(folder, {"round": number, "person": person.id, "class": place})


def reveal(folder: Path) -> None:
    """The round ends, and everybody sees what it was. Raises `NotAllowed`, `ActivityError`, `OSError`."""
    activity.change(folder, "reveal the answer", revealed=True)


def go_on(folder: Path) -> None:
    """The next round; behind the last one the game is over. Raises as `reveal` does."""
    game = opened(folder)
    if game and game.number + 1 < len(game.choice.rounds):
        activity.change(folder, "go on to the next round", **_at(game.number + 1, game.seconds))
    else:
        activity.change(folder, "end the game", revealed=True, over=True)


def version(runs: Path) -> str:
    """As `activity.version`; it changes when the time of a round is up, too."""
    game = opened(activity.now_on(runs))
    return f"{activity.version(runs)} {game.phase}" if game else activity.version(runs)


# Who is better


@dataclass(frozen=True)
class Score:
    """How often somebody was right: of the rounds played, of those chosen as hard, of those drawn by lot."""

    name: str
    right: int
    right_hard: int
    right_lot: int
    answered: int


def scores(game: Game, people: Sequence[Person]) -> list[Score]:
    """The network, the class's majority, then each person who said anything, the best first.

    A round in which somebody said nothing is one that they have not got right; so is one without a majority.
    """
    answers, rounds = game.answers(), {number: game.choice.rounds[number] for number in game.played}
    network = {number: each.predicted for number, each in rounds.items()}
    majority = {number: game.majority(number) for number in rounds}
    found = [_score(game.choice.player, network, rounds), _score("Majority of the class", majority, rounds)]
    names = {each.id: each.name for each in people}
    said: dict[str, dict[int, int]] = {}
    for (number, who), place in answers.items():
        if number in rounds:
            said.setdefault(who, {})[number] = place
    persons = [_score(names.get(who, "Somebody who has left"), of, rounds) for who, of in said.items()]
    return [*found, *sorted(persons, key=lambda each: (-each.right, each.answered, each.name))]


def _score(name: str, said: dict[int, int | None], rounds: dict[int, Round]) -> Score:
    right = [each.is_hard for number, each in rounds.items() if said.get(number) == each.label]
    answered = sum(place is not None for place in said.values())
    return Score(name, len(right), sum(right), len(right) - sum(right), answered)


# Files


def _at(number: int, seconds: int) -> dict[str, Any]:
    until = time.time() + seconds if seconds else None
    return {"number": number, "revealed": False, "over": False, "until": until}


def _add(folder: Path, line: dict[str, Any]) -> None:
    """Behind all others; half a line of a server that was killed before stays a line of its own."""
    path = folder / _ANSWERS
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "rb+", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        start = b"" if file.read(1) in (b"", b"\n") else b"\n"
        file.write(start + json.dumps(line).encode() + b"\n")


@lru_cache(maxsize=8)
def _answers(path: Path, size: int) -> dict[tuple[int, str], int]:
    """Of the file at that size; whoever gets it changes nothing of it."""
    found: dict[tuple[int, str], int] = {}
    for line in path.read_bytes()[:size].splitlines():
        try:
            each = json.loads(line)
            found.setdefault((int(each["round"]), str(each["person"])), int(each["class"]))
        except (ValueError, KeyError, TypeError):  # half of a line
            continue
    return found


def _choice(folder: Path, about: dict[str, Any]) -> Choice:
    rounds = tuple(Round(**each) for each in about["rounds"])
    images = _images(folder / _IMAGES)
    names = tuple(about["classes"])
    if len(images) != len(rounds):
        raise ValueError("images and rounds are of different numbers")
    return Choice(about["dataset"], names, about["chooser"], about["player"], rounds, images)


@lru_cache(maxsize=4)
def _images(path: Path) -> np.ndarray:
    return load_arrays(path, GAME)["images"]
