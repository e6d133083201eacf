"""What the class wrote, and what the models read, as HTML. Must not import Streamlit, TensorFlow or Keras."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import numpy as np

from lenet.activities.write_along import WriteAlong, collection_of
from lenet.data.drawing_collection import images
from lenet.drawing.labelled_drawings import Entry
from lenet.figures.mosaics import data_url
from lenet.formatting import counted, percent
from pages.parts.board.answers import Answers

_COLUMNS = ((4, 4), (10, 5), (24, 8), (44, 11))  # so many pictures, so many in a row
_MOST_COLUMNS = 15
_ENOUGH = 3  # drawings of a person from which on something is said of a hand
_MOST_RECENT = 12


@dataclass(frozen=True)
class Read:
    """What the models read: for each the probabilities, (classes,) float32, None: not known yet."""

    who: str
    entry: Entry
    answers: tuple[np.ndarray | None, ...]


def read(request: WriteAlong, answers: Answers) -> list[Read]:
    """All that is shown of a request; models are asked about what is new."""
    shown, classes = request.shown(), collection_of(request.dataset).classes()
    entries = list(shown.values())
    of_models = [answers.of(model, entries, len(classes)) for model in request.models]
    rows = zip(*of_models, strict=True) if of_models else [()] * len(entries)
    return [Read(who, entry, tuple(row)) for who, entry, row in zip(shown, entries, rows, strict=True)]


def writing_html(request: WriteAlong, found: Sequence[Read], names: Mapping[str, str], people: int) -> str:
    """A picture of each, the newest first; `names`: of the people, by id; `people`: who are asked."""
    classes = collection_of(request.dataset).classes()
    count = len(found)
    columns = next((columns for most, columns in _COLUMNS if count <= most), _MOST_COLUMNS)
    cards = "".join(_card(each, classes, request.name, names) for each in reversed(found))
    hidden = len(request.hidden)
    noun = "person" if people == 1 else "people"
    return (
        f"<h2>{escape(request.request)}</h2>{_models(request.models)}"
        f"<p>{counted(count, 'drawing')} of {people} {noun}{f', {hidden} hidden' if hidden else ''}.</p>"
        f'<div class="cards" style="--columns:{columns}">{cards}</div>'
    )


def recent_html(request: WriteAlong, found: Sequence[Read], names: Mapping[str, str]) -> str:
    """The newest drawings, for below the runs."""
    classes = collection_of(request.dataset).classes()
    cards = "".join(_card(each, classes, request.name, names) for each in reversed(found[-_MOST_RECENT:]))
    words = f"<h3>{escape(request.request)}: the newest drawings</h3>{_models(request.models)}"
    return f'{words}<div class="cards" style="--columns:{_MOST_RECENT}">{cards}</div>'


def people_html(requests: Sequence[tuple[WriteAlong, Sequence[Read]]], names: Mapping[str, str]) -> str:
    """How surely the models read what each person wrote of one class, the hardest person first.

    Args:
        requests: those of one class and the same models.
    """
    request = requests[-1][0]
    classes = collection_of(request.dataset).classes()
    place = classes.index(request.name) if request.name in classes else 0
    of_person: dict[str, list[Read]] = {}
    for _, found in requests:
        for each in found:
            of_person.setdefault(each.who, []).append(each)
    lines = [(_mean_of_all(each, place), who, each) for who, each in of_person.items()]
    rows = "".join(
        _person(who, each, place, len(request.models), names) for _, who, each in sorted(lines, key=_by)
    )
    head = "".join(f"<th>{escape(model)}</th>" for model in request.models)
    few = "" if max(map(len, of_person.values()), default=0) >= _ENOUGH else (
        " One or two drawings say little of a hand: ask for the same once more."
    )  # fmt: skip
    return (
        f"<h2>Whose are hard? {escape(request.name)}</h2><p>Bars: the probability that a model gives to "
        f"{escape(request.name)}, the mean of a person's drawings; then how many it reads as that.{few}</p>"
        f"<table><tr><th>Person</th><th>Drawings</th>{head}</tr>{rows}</table>"
    )


def _by(line: tuple[float, str, list[Read]]) -> tuple[float, str]:
    return line[:2]


def _person(who: str, drawn: Sequence[Read], place: int, models: int, names: Mapping[str, str]) -> str:
    pictures = "".join(f'<img src="{_picture(each.entry)}" alt="">' for each in drawn[-6:])
    cells = "".join(_cell([each.answers[model] for each in drawn], place) for model in range(models))
    return f"<tr><th>{escape(_name(who, names))}</th><td>{pictures}</td>{cells}</tr>"


def _cell(answers: Sequence[np.ndarray | None], place: int) -> str:
    known = [each for each in answers if each is not None]
    if not known:
        return "<td>…</td>"
    mean, right = _mean(known, place), sum(int(each.argmax()) == place for each in known)
    return (
        f'<td><span class="bar"><i style="width:{100 * mean:.0f}%"></i></span>'
        f"{percent(mean, 0)} · {right} of {len(known)}</td>"
    )


def _mean(known: Sequence[np.ndarray], place: int) -> float:
    return float(np.mean([each[place] for each in known]))


def _mean_of_all(drawn: Sequence[Read], place: int) -> float:
    known = [answer for each in drawn for answer in each.answers if answer is not None]
    return _mean(known, place) if known else 1.0


def _models(models: Sequence[str]) -> str:
    if not models:
        return ""
    read = "reads" if len(models) == 1 else "read, in this order"
    return f"<small>Below each picture: what {', '.join(map(escape, models))} {read}.</small>"


def _card(each: Read, classes: Sequence[str], wanted: str, names: Mapping[str, str]) -> str:
    name = escape(_name(each.who, names))
    said = "".join(_said(answer, classes, wanted) for answer in each.answers)
    words = f'aria-label="Hide the drawing of {name}"'
    hide = f'<button type="button" data-hide="{escape(each.who)}" {words}>✕</button>'
    picture = f'<img src="{_picture(each.entry)}" alt="">'
    return f"<figure>{picture}{hide}<figcaption>{name}</figcaption>{said}</figure>"


def _said(answer: np.ndarray | None, classes: Sequence[str], wanted: str) -> str:
    if answer is None:
        return "<p>…</p>"
    best = int(answer.argmax())
    is_right = classes[best] == wanted
    mark, kind = ("✓", "right") if is_right else ("✗", "wrong")
    return f'<p class="{kind}">{mark} <b>{escape(classes[best])}</b> {percent(float(answer[best]), 0)}</p>'


def _name(who: str, names: Mapping[str, str]) -> str:
    return names.get(who, "Somebody who has left")


@lru_cache(maxsize=1_000)
def _picture(entry: Entry) -> str:
    return data_url(images([entry])[0])
