"""The first lesson in real browsers: three who join, one of them on a phone, and a teacher who watches."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lenet.lessons import progress, shelf
from lenet.lessons.questions import ChoiceQuestion
from tests.accessibility import settle, violations
from tests.class_dashboard import ClassDashboard, class_dashboard

pytestmark = pytest.mark.browser
NAME = "what-is-a-pixel"
PATIENCE = 60_000  # ms


def tab(browser: Browser, width: int = 1280) -> Page:
    """Of somebody's own browser."""
    return browser.new_context(viewport={"width": width, "height": 800}).new_page()


def join(page: Page, lab: ClassDashboard, name: str, screen: str) -> None:
    """By the link of the lesson that the teacher has handed out."""
    page.goto(f"{lab.url}/lessons?lesson={NAME}&screen={screen}")
    page.get_by_label("Code").fill(lab.room.code)
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Join").click()
    start = page.locator(f".st-key-lesson-start-{NAME}").get_by_role("button", name="Start")
    start.wait_for(timeout=PATIENCE)
    settle(page)  # while the list is drawn, another one's Start may come under the mouse
    start.click(timeout=PATIENCE)


def answer(page: Page, given: str, is_choice: bool = False) -> None:
    """The first question that is open."""
    is_open = page.get_by_role("button", name="Check")
    card = page.locator('[class*="st-key-question-"]').filter(has=is_open).first
    expect(card).to_be_visible(timeout=PATIENCE)
    if is_choice:
        card.get_by_role("radiogroup").get_by_text(given, exact=True).click()
    else:
        card.get_by_label("Your number").fill(given)
    card.get_by_role("button", name="Check").click()


def through(page: Page) -> None:
    """From the first question to the last."""
    lesson = shelf.lesson(NAME, Path(), lambda link: "")
    for number, step in enumerate(lesson.steps, 1):
        expect(page.get_by_role("heading", name=step.title)).to_be_in_viewport(timeout=PATIENCE)
        for question in step.questions:
            given = str(question.answer).removesuffix(".0")
            answer(page, given, isinstance(question, ChoiceQuestion))
            expect(page.get_by_text(question.because)).to_be_visible(timeout=PATIENCE)
        page.get_by_role(
            "button", name="Finish" if number == len(lesson.steps) else "Next", exact=True
        ).click()


def test_the_first_lesson(browser: Browser, tmp_path: Path) -> None:
    with class_dashboard(tmp_path) as lab:
        teacher, ada, ben, cem = tab(browser), tab(browser), tab(browser, 390), tab(browser)
        teacher.goto(f"{lab.url}/join?teacher={lab.room.teacher_secret}")
        expect(teacher.get_by_text("Nobody has joined yet.")).to_be_visible(timeout=PATIENCE)
        for page, name, screen in ((ada, "Ada", "laptop"), (ben, "Ben", "touch"), (cem, "Cem", "laptop")):
            join(page, lab, name, screen)
        expect(ada.get_by_text("Training image 0")).to_be_visible(timeout=PATIENCE)
        expect(ada.locator(".st-key-data-view")).to_be_hidden()
        cem.get_by_role("button", name="Show all controls").click()
        expect(cem.locator(".st-key-data-view")).to_be_visible(timeout=PATIENCE)
        answer(ada, "63")
        expect(ada.get_by_text("Received 63, expected a larger number.")).to_be_visible(timeout=PATIENCE)
        for page in (ada, ben):
            settle(page)
            assert violations(page) == []
        for page in (ada, ben, cem):
            through(page)
            expect(page.get_by_text("8 of 8 questions right")).to_be_visible(timeout=PATIENCE)
            expect(page.get_by_role("button", name="Finish")).to_be_hidden()
            expect(page.get_by_test_id("stSidebar")).to_be_hidden()
            expect(page.get_by_role("button", name="Once more")).to_be_visible()
        teacher.goto(f"{lab.url}/lessons?view=progress&lesson={NAME}")
        expect(teacher.get_by_text("3 of 3 have begun.")).to_be_visible(timeout=PATIENCE)
        people = {each.name: each for each in lab.room.people}
        known = {name: progress.read(lab.running.runs, each, NAME) for name, each in people.items()}
        right = {name: sum(each.is_right for each in found.answers.values()) for name, found in known.items()}
        assert right == {"Ada": 8, "Ben": 8, "Cem": 8}
        assert [known[name].step for name in ("Ada", "Ben", "Cem")] == [6, 6, 6]
        assert max(each.tries for each in known["Ada"].answers.values()) == 2
