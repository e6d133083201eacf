"""A class guesses with a network: one answer a person a round, only while it is asked; who is better."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lenet.activities import activity, guess
from lenet.activities.guess import Choice, Game, Round, answer, begin, go_on, opened, reveal, scores
from lenet.errors import ActivityError, NotAllowed
from lenet.people.person import NOBODY, TEACHER, Person

ADA, BEN, CLEO = (Person(name.lower(), name) for name in ("Ada", "Ben", "Cleo"))
ActAs = Callable[[Person | None], None]
ROUNDS = (Round(5, 1, 2, 0.6, True), Round(9, 0, 0, 0.9, False))
CHOICE = Choice("Digits", ("a", "b", "c"), "one", "two", ROUNDS, np.zeros((2, 8, 8, 1), np.uint8))


@pytest.fixture
def game(runs_folder: Path, act_as: ActAs) -> Game:
    act_as(TEACHER)
    return begin(runs_folder, CHOICE)


def now(game: Game) -> Game:
    return opened(game.folder)


def test_the_first_thing_that_somebody_says_counts(game: Game, runs_folder: Path, act_as: ActAs) -> None:
    act_as(ADA)
    answer(runs_folder, game.folder, 0, 1)
    with pytest.raises(ActivityError, match="The first thing counts"):
        answer(runs_folder, game.folder, 0, 2)
    for place in (3, -1, True, "1", None):
        act_as(BEN)
        with pytest.raises(ActivityError, match="Class: received"):
            answer(runs_folder, game.folder, 0, place)
    with pytest.raises(ActivityError, match="This round is over"):
        answer(runs_folder, game.folder, 1, 1)
    act_as(NOBODY)
    with pytest.raises(NotAllowed):
        answer(runs_folder, game.folder, 0, 1)
    assert now(game).said(0) == {"ada": 1} and now(game).phase == "asking"


def test_half_a_line_of_a_killed_server_is_no_answer(game: Game, runs_folder: Path, act_as: ActAs) -> None:
    (game.folder / "answers.jsonl").write_bytes(b'{"round": 0, "person": "ad')
    act_as(ADA)
    answer(runs_folder, game.folder, 0, 1)
    assert now(game).answers() == {(0, "ada"): 1}


def test_nobody_answers_what_was_revealed(game: Game, runs_folder: Path, act_as: ActAs) -> None:
    act_as(ADA)
    with pytest.raises(NotAllowed, match="Only the teacher"):
        reveal(game.folder)
    with pytest.raises(NotAllowed, match="Only the teacher"):
        go_on(game.folder)
    act_as(TEACHER)
    reveal(game.folder)
    assert now(game).phase == "revealed" and now(game).played == (0,)
    act_as(ADA)
    with pytest.raises(ActivityError, match="This round is over"):
        answer(runs_folder, game.folder, 0, 1)


def test_a_round_ends_when_its_time_is_up(
    runs_folder: Path, act_as: ActAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    act_as(TEACHER)
    game, start = begin(runs_folder, CHOICE, 10), time.time()
    assert game.phase == "asking"
    before = guess.version(runs_folder)
    monkeypatch.setattr(time, "time", lambda: start + 11)
    assert game.phase == "revealed" and guess.version(runs_folder) != before
    with pytest.raises(ActivityError, match="This round is over"):
        answer(runs_folder, game.folder, 0, 1)
    go_on(game.folder)
    assert (now(game).number, now(game).phase) == (1, "asking")


def test_who_is_better(game: Game, runs_folder: Path, act_as: ActAs) -> None:
    for number, said in enumerate(({ADA: 1, BEN: 1, CLEO: 2}, {ADA: 0, BEN: 2})):
        for who, place in said.items():
            act_as(who)
            answer(runs_folder, game.folder, number, place)
        act_as(TEACHER)
        go_on(game.folder)
    over = now(game)
    assert over.phase == "over" and over.played == (0, 1)
    assert over.majority(0) == 1 and over.majority(1) is None, "one each"
    found = scores(over, [ADA, BEN])
    assert [(each.name, each.right, each.right_hard, each.right_lot, each.answered) for each in found] == [
        ("two", 1, 0, 1, 2),
        ("Majority of the class", 1, 1, 0, 1),
        ("Ada", 2, 1, 1, 2),
        ("Ben", 1, 1, 0, 2),
        ("Somebody who has left", 0, 0, 0, 1),
    ]
    assert "chosen because one gets them wrong" in over.choice.how()
    assert "the chosen ones favor people" in over.choice.how()


def test_what_is_no_game_is_refused(runs_folder: Path, act_as: ActAs) -> None:
    act_as(ADA)
    with pytest.raises(NotAllowed):
        begin(runs_folder, CHOICE)
    act_as(TEACHER)
    with pytest.raises(ActivityError, match="Seconds of a round: received 999"):
        begin(runs_folder, CHOICE, 999)
    with pytest.raises(ActivityError, match="Rounds: received 0"):
        begin(runs_folder, Choice("", (), "", "", (), np.zeros((0, 8, 8, 1), np.uint8)))
    game = begin(runs_folder, CHOICE)
    (game.folder / "images.npz").write_bytes(b"PK")
    guess._images.cache_clear()
    assert opened(game.folder) is None and activity.now_on(runs_folder) == game.folder
