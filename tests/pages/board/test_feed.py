"""What the board answers: worked out once for all, sent where it is new, and true to what was sent."""

from pathlib import Path

import numpy as np
import pytest

from lenet.activities import guess
from lenet.activities.guess import Choice, Round
from lenet.activities.write_along import ask, hide, send
from lenet.people.owner import FILE
from lenet.people.person import TEACHER
from pages.parts.board import feed as feed_module
from pages.parts.board.feed import BoardFeed
from tests.acting import Lesson
from tests.drawn_digits import drawn_digits
from tests.small_runs import small_config, trained

SEVEN = next(drawing for drawing, label in drawn_digits(50) if label == 7)


@pytest.fixture
def feed(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> BoardFeed:
    """One that looks anew each time that it is asked, on a machine where nobody has drawn."""
    monkeypatch.setattr(feed_module, "_FRESH", 0.0)
    return BoardFeed()


def html(feed: BoardFeed, **asked: str) -> str:
    return feed.answer(asked)["html"]


def test_an_empty_board(lesson: Lesson, feed: BoardFeed) -> None:
    assert "No run yet" in html(feed)
    assert "Nothing was on yet" in html(feed, show="activity")
    assert "Nobody was asked to write yet" in html(feed, show="people")
    assert html(feed, show="../x", by="<b>") == html(feed), "nonsense shows what is on"


def test_who_leads_and_what_trains(
    lesson: Lesson, feed: BoardFeed, runs_folder: Path, bare_machine: Path
) -> None:
    for name, epochs in (("Ada <b>", 1), ("Ben", 4)):
        run, _ = trained(small_config(epochs=epochs, learning_rate=0.01), runs_folder)
        (run.path / FILE).write_text(f'{{"id": "{name}", "name": "{name}"}}')
    words = html(feed)
    assert words.index("1. Ben") < words.index("2. Ada &lt;b&gt;") and words.count("<article") == 2
    assert "<b>2. Ada <b>" not in words and "410 parameters" in words
    assert "Nobody's run has this figure yet: seconds to 98" in html(feed, by="quick")
    assert "No digits yet" in html(feed, by="own")


def test_it_is_worked_out_once_for_all_and_sent_where_it_is_new(
    lesson: Lesson, bare_machine: Path, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, made = BoardFeed(), []
    work_out = feed._html
    monkeypatch.setattr(feed, "_html", lambda *view: made.append(view) or work_out(*view))
    answers = [feed.answer({}) for _ in range(100)]
    assert made == [("now", "accuracy")] and len({each["version"] for each in answers}) == 1
    have = answers[0]["version"]
    assert "html" not in feed.answer({"have": have})
    monkeypatch.setattr(feed_module, "_FRESH", 0.0)
    feed.answer({})
    assert len(made) == 1, "nothing is new"
    request = ask(runs_folder, "my-digits", "7", [])
    send(runs_folder, request.folder, SEVEN)
    assert "1 drawing of 0 people" in feed.answer({"have": have})["html"] and len(made) == 2


def test_what_is_written_is_shown_with_names_but_what_is_hidden(
    lesson: Lesson, feed: BoardFeed, runs_folder: Path
) -> None:
    people = [lesson.joined(name) for name in ("Ada <i>", "Ben")]
    for name in ("7", "7"):
        lesson.sits(TEACHER)
        request = ask(runs_folder, "my-digits", name, ["lenet5-draw"])
        for who in people:
            lesson.sits(who)
            send(runs_folder, request.folder, SEVEN)
    words = html(feed)
    assert "Write a 7" in words and "Ada &lt;i&gt;" in words and words.count("<img") == 2
    assert "Ada <i>" not in words and "2 drawings of 2 people." in words
    assert html(feed, show="people").count("<img") == 4, "of both requests"
    lesson.sits(TEACHER)
    hide(runs_folder, request.folder, people[1].id)
    assert "Ben" not in html(feed) and "1 hidden" in html(feed)
    lesson.room.remove(people[0].id)
    assert "Somebody who has left" in html(feed)
    assert "the newest drawings" in html(feed, show="runs") or "No run yet" in html(feed, show="runs")


def test_nobody_reads_the_answer_before_it_is_revealed(
    lesson: Lesson, feed: BoardFeed, runs_folder: Path
) -> None:
    rounds = (Round(5, 1, 2, 0.6, True), Round(9, 0, 0, 0.9, False))
    names = ("alpha", "beta", "gamma<p>")
    choice = Choice("Digits", names, "one", "two", rounds, np.zeros((2, 8, 8, 1), np.uint8))
    ada = lesson.joined("ليلى")
    game = guess.begin(runs_folder, choice)
    lesson.sits(ada)
    guess.answer(runs_folder, game.folder, 0, 1)
    words = html(feed)
    assert "1 of 1 have answered" in words and not any(name in words for name in ("alpha", "beta", "gamma"))
    lesson.sits(TEACHER)
    guess.reveal(game.folder)
    words = html(feed)
    assert "It is beta" in words and "two says gamma&lt;p&gt;, 60 %: wrong" in words
    guess.go_on(game.folder)
    guess.go_on(game.folder)
    words = html(feed)
    assert "<bdi>ليلى</bdi> <small>1 not answered" in words, "a number beside a name is not of it"
    assert "Who is better?" in words and "Majority of the class" in words and "drawn by lot from all" in words
