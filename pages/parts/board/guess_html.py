"""A game as the class sees it: the image, who has said what, who is better. HTML.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections import Counter
from collections.abc import Sequence
from html import escape

from lenet.activities.guess import Game, Score, scores
from lenet.figures.mosaics import data_url
from lenet.formatting import percent
from lenet.people.person import Person
from lenet.proportion import interval

_MOST_PEOPLE = 40  # lines
_NOTE = (
    "In brackets: Wilson's 95 % interval; where two overlap, so few images do not tell who is better. No "
    "answer counts as not right."
)


def guess_html(game: Game, people: Sequence[Person], count: int) -> str:
    """The round that is on, or the end; `count`: of the people who are asked."""
    if game.phase == "over":
        return _end(game, people)
    image = game.choice.images[game.number]
    picture = data_url(image[..., 0] if image.shape[2] == 1 else image)
    side = _asked(game, count) if game.phase == "asking" else _told(game)
    return (
        f"<h2>What is it? Round {game.number + 1} of {len(game.choice.rounds)}</h2>"
        f'<div class="game"><img src="{picture}" alt="The image that all are asked about">'
        f"<section>{side}</section></div>"
    )


def _asked(game: Game, count: int) -> str:
    clock = f'<p class="clock" data-until="{game.until}"></p>' if game.until else ""
    return f"<p class=big>{len(game.said(game.number))} of {count} have answered</p>{clock}"


def _told(game: Game) -> str:
    """How many said what, the true class, and what the network says."""
    now, classes = game.now, game.choice.classes
    said = Counter(game.said(game.number).values())
    most = max(said.values(), default=1)
    rows = "".join(
        _said(name, said[place], most, place == now.label)
        for place, name in enumerate(classes)
        if said[place] or place in (now.label, now.predicted) or len(classes) <= 10
    )
    is_right = "right" if now.predicted == now.label else "wrong"
    machine = f"{game.choice.player} says {classes[now.predicted]}, {percent(now.confidence, 0)}: {is_right}."
    why = f"This image was {f'chosen as hard for {game.choice.chooser}' if now.is_hard else 'drawn by lot'}."
    return (
        f"<p class=big>It is {escape(classes[now.label])}</p><table>{rows}</table>"
        f"<p>{escape(machine)} {escape(why)}</p>"
    )


def _said(name: str, count: int, most: int, is_true: bool) -> str:
    kind, mark = ("right", "✓ ") if is_true else ("", "")
    bar = f'<span class="bar"><i style="width:{100 * count / most:.0f}%"></i></span>'
    return f'<tr class="{kind}"><th>{mark}{escape(name)}</th><td>{bar}{count}</td></tr>'


def _end(game: Game, people: Sequence[Person]) -> str:
    found, rounds = scores(game, people), [game.choice.rounds[number] for number in game.played]
    hard = sum(each.is_hard for each in rounds)
    of = len(rounds), hard, len(rounds) - hard
    rows = "".join(
        _line(each, of, "all" if place < 2 else "") for place, each in enumerate(found[: 2 + _MOST_PEOPLE])
    )
    more = len(found) - 2 - _MOST_PEOPLE
    return (
        f"<h2>Who is better?</h2><p>{escape(game.choice.how())}</p><table class=scores><tr><th></th>"
        f"<th>Right, of {of[0]}</th><th>Chosen as hard, of {of[1]}</th><th>By lot, of {of[2]}</th></tr>"
        f"{rows}</table>" + (f"<p>And {more} more people.</p>" if more > 0 else "") + f"<p>{_NOTE}</p>"
    )


def _line(score: Score, of: tuple[int, int, int], kind: str) -> str:
    parts = zip((score.right, score.right_hard, score.right_lot), of, strict=True)
    cells = "".join(f"<td>{_share(right, count)}</td>" for right, count in parts)
    silent = of[0] - score.answered
    note = f" <small>{silent} not answered</small>" if silent else ""
    return f'<tr class="{kind}"><th><bdi>{escape(score.name)}</bdi>{note}</th>{cells}</tr>'


def _share(right: int, count: int) -> str:
    return f"<b>{right}</b> <small>({interval(right / count, count)})</small>" if count else "–"
