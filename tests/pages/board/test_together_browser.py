"""A class writes along and guesses, in real browsers: a teacher, and two who take part, one on a phone."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from lenet.activities import activity, guess
from lenet.activities.write_along import send
from lenet.data.drawing_collection import Collection
from lenet.people.person import Person
from lenet.runs.run_index import list_runs
from tests.accessibility import settle, violations
from tests.class_dashboard import ClassDashboard, class_dashboard
from tests.drawing_board import draw, wait_for_canvas
from tests.drawn_digits import drawn_digits
from tests.engine_fixtures import wait_until
from tests.phone_line import PhoneLine, phone_line

ActAs = Callable[[Person | None], None]
pytestmark = pytest.mark.browser
SEVEN = np.array([(90, 70), (230, 70), (140, 260)], float)


def joined(browser: Browser, lab: ClassDashboard, url: str, name: str, width: int, agent: str = "") -> Page:
    page = browser.new_context(viewport={"width": width, "height": 844}, user_agent=agent or None).new_page()
    page.goto(f"{url}/join?code={lab.room.code}")
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Join").click()
    return page


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def write(page: Page, meanwhile: Callable[[], None] = lambda: None) -> None:
    """As soon as all are asked to; `meanwhile`: between the drawing and Send."""
    button(page, "Take part").click(timeout=60_000)
    expect(page.get_by_role("heading", name="Write a 7")).to_be_visible(timeout=30_000)
    wait_for_canvas(page)
    draw(page, [SEVEN])
    expect(button(page, "Send")).to_be_enabled(timeout=30_000)
    meanwhile()
    button(page, "Send").click()
    expect(page.get_by_text("Yours is on the board.")).to_be_visible(timeout=30_000)


def forget(page: Page, line: PhoneLine) -> None:
    """The server loses the session of that page, which comes back by itself."""
    line.cut()
    expect(page.get_by_text("The server had forgotten this page")).to_be_visible(timeout=60_000)


def play(teacher: Page, players: dict[Page, str]) -> None:
    """A round: each says that; the teacher reveals it."""
    for page, said in players.items():
        button(page, said).click(timeout=30_000)
        expect(page.get_by_text(f"You said {said}.")).to_be_visible(timeout=30_000)
    expect(teacher.get_by_text("2 of 2 have answered")).to_be_visible(timeout=30_000)
    button(teacher, "Reveal").click()
    for page in players:
        expect(page.get_by_text("digits-quick said")).to_be_visible(timeout=30_000)


def all_write(teacher: Page, students: list[Page], runs: Path, act_as: ActAs, line: PhoneLine) -> None:
    """And the board has each with what the network reads; twelve more send from elsewhere; one is hidden.

    The second one's session is lost before they press Send: what they drew is still there.
    """
    button(teacher, "Write along").click(timeout=60_000)
    button(teacher, "7").click()
    write(students[0])
    write(students[1], lambda: forget(students[1], line))
    board = teacher.locator(".board")
    expect(board.locator("figure", has_text="Ada <b>").locator("p")).to_contain_text("%", timeout=60_000)
    settle(teacher)
    assert violations(teacher) == [] == violations(students[0])
    for number, (drawing, _) in enumerate(drawn_digits(12)):
        act_as(Person(f"p{number}", ""))
        send(runs, activity.now_on(runs), drawing)
    act_as(None)
    expect(board.locator("figure")).to_have_count(14, timeout=30_000)
    of_ben = board.locator("figure", has_text="Ben")
    of_ben.hover()
    of_ben.get_by_role("button").click()
    expect(board.locator("figure")).to_have_count(13, timeout=30_000)


def it_trains(teacher: Page, url: str, runs: Path) -> None:
    """Before everybody's eyes; who leads by the class's own digits is known then."""
    button(teacher, "Make it the class's data set").click()
    wait_until(lambda: len(Collection().entries()) == 13, 30)
    button(teacher, "Fine-tune on it").click(timeout=30_000)
    expect(teacher.locator(".board article.running")).to_be_visible(timeout=60_000)
    wait_until(lambda: list_runs(runs)[0].state == "finished", 120)
    teacher.goto(f"{url}/board?view=runs&by=own")
    expect(teacher.locator(".board").get_by_text("1. Teacher")).to_be_visible(timeout=60_000)


def all_guess(teacher: Page, ada: Page, ben: Page, url: str, runs: Path) -> None:
    """Two rounds by clicks, the others by the teacher's word; then who is better is on all screens."""
    teacher.goto(f"{url}/board")
    button(teacher, "Guess with the machine").click(timeout=60_000)
    button(teacher, "Begin").click()
    wait_until(lambda: guess.opened(activity.now_on(runs)) is not None, 60)
    for number in (1, 2):
        play(teacher, {ada: "3", ben: "5"})
        button(teacher, "Next image").click(timeout=30_000)
        wait_until(lambda now=number: guess.opened(activity.now_on(runs)).number == now, 30)
    game = guess.opened(activity.now_on(runs))
    assert len(game.answers()) == 4
    for _ in range(game.number, len(game.choice.rounds)):
        guess.go_on(game.folder)
    board = teacher.locator(".board")
    expect(board.get_by_role("heading", name="Who is better?")).to_be_visible(timeout=30_000)
    assert "digits-quick plays itself" in board.inner_text()
    expect(ada.get_by_text("You: ")).to_be_visible(timeout=30_000)
    button(teacher, "End it").click()
    expect(ada.get_by_text("Nothing is on.")).to_be_visible(timeout=30_000)


def test_a_class_does_things_together(
    browser: Browser, tmp_path: Path, bare_machine: Path, act_as: ActAs
) -> None:
    forgetful = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "0"}
    with class_dashboard(tmp_path, **forgetful) as lab, phone_line(lab.url) as line:
        runs = lab.running.runs
        teacher = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        teacher.goto(f"{lab.url}/join?teacher={lab.room.teacher_secret}")
        ada = joined(browser, lab, lab.url, "Ada <b>", 390, "Mobile")
        ben = joined(browser, lab, line.url, "Ben", 1280)
        teacher.goto(f"{lab.url}/board")
        all_write(teacher, [ada, ben], runs, act_as, line)
        it_trains(teacher, lab.url, runs)
        all_guess(teacher, ada, ben, lab.url, runs)
