"""The tour of five minutes: load, train, look inside, judge, draw. A bar above the page says what to do.

A step is done when a page has really shown what it asks for: the page says so with `reached`. Which step it
is stands in the link of every page; a person who leaves the tour takes it up at the same step. Must not
import TensorFlow or Keras.
"""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.parts.shared.clicks import DATA, DRAW, EVALUATE, INSPECT, TRAIN
from pages.parts.shared.link import clear, leave, read, write
from pages.parts.shared.link_fields import TOUR

_KEY = "tour"  # of the session
NAMES = TOUR.options


@dataclass(frozen=True)
class Step:
    """One of five.

    Attributes:
        title: what it is about, in a word or two.
        path: of its page.
        page: its name in links.
        task: what to do there, in one sentence.
        result: what has been seen when it is done.
    """

    title: str
    path: Path
    page: str
    task: str
    result: str


STEPS = dict(
    zip(
        NAMES,
        (
            Step("Load", DATA, "data", "Open any image of a data set, to see the numbers that it is made of.",
                 "Numbers are all that a network is given."),
            Step("Train", TRAIN, "train", "Press Start, and wait until your run has finished.",
                 "A network of your own has learned."),
            Step("Look inside", INSPECT, "inspect", "Click a place in a feature map: its arithmetic opens.",
                 "You have seen how one value comes about."),
            Step("Judge", EVALUATE, "evaluate", "Click a cell of the confusion matrix, to see its images.",
                 "You know which classes it confuses."),
            Step("Draw", DRAW, "draw", "Draw a digit, until a network is sure of it.",
                 "It reads your hand, and the tour is over."),
        ),
        strict=True,
    )
)  # fmt: skip


@dataclass
class _Tour:
    """Where a person is: the step, "" when not on tour; the one to take up; whether it is done; their run."""

    step: str = ""
    last: str = NAMES[0]
    is_done: bool = False
    run: str = ""

    def go(self, step: str) -> None:
        """On to that step, not done yet."""
        if step != self.step:
            self.step, self.last, self.is_done = step, step, False


def is_on() -> bool:
    """Whether a tour says what to do, so that nothing else needs to."""
    return bool(_tour().step)


def take_up() -> None:
    """Begin the tour, or go on where it was left: leads to the page of that step."""
    _go(_tour().last)


def reached(step: str, run: str = "") -> None:
    """A page has shown what that step asks for, of that run, which further steps look at.

    Where a tour waits for it the page runs again, with news.
    """
    tour = _tour()
    if tour.step == step and not tour.is_done:
        tour.is_done, tour.run = True, run or tour.run
        st.rerun()


def bar(page: str) -> None:
    """Above the page of that name: the step, what to do, and where; nothing without a tour."""
    tour = _tour()
    if asked := read(TOUR):
        tour.go(asked)
    if not tour.step:
        return
    if tour.is_done and tour.step != NAMES[-1] and page == STEPS[_following(tour)].page:
        tour.go(_following(tour))
        write(TOUR, tour.step)
    step, number = STEPS[tour.step], NAMES.index(tour.step) + 1
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        said = f":material/check_circle: {step.result}" if tour.is_done else step.task
        st.markdown(f"**Tour, {number} of {len(NAMES)}: {step.title}.** {said}", width="stretch")
        _onwards(tour, page)
        is_over = tour.is_done and tour.step == NAMES[-1]
        words, icon = ("Finish", "check") if is_over else ("Leave the tour", "close")
        st.button(words, icon=f":material/{icon}:", type="tertiary", key="tour-leave",
                  on_click=_leave)  # fmt: skip


def _onwards(tour: _Tour, page: str) -> None:
    """The button that leads to the next step, or to the page of this one."""
    if tour.is_done and tour.step != NAMES[-1]:
        following = _following(tour)
        st.button(f"Next: {STEPS[following].title}", icon=":material/arrow_forward:", type="primary",
                  key="tour-next", on_click=_go, args=(following,))  # fmt: skip
    elif not tour.is_done and page != STEPS[tour.step].page:
        st.button(f"Go to {STEPS[tour.step].page.capitalize()}", icon=":material/arrow_forward:",
                  type="primary", key="tour-go", on_click=_go, args=(tour.step,))  # fmt: skip


def _following(tour: _Tour) -> str:
    return NAMES[NAMES.index(tour.step) + 1]


def _go(step: str) -> None:
    tour = _tour()
    tour.go(step)
    looks_at = {"model": tour.run} if tour.run and step in ("inspect", "evaluate") else {}
    leave(STEPS[step].path, {"tour": step} | looks_at)


def _leave() -> None:
    tour = _tour()
    if tour.is_done and tour.step == NAMES[-1]:
        tour.last = NAMES[0]  # it was the last one
    tour.step = ""
    clear(TOUR)


def _tour() -> _Tour:
    return st.session_state.setdefault(_KEY, _Tour())
