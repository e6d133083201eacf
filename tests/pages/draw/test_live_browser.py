"""Answers while the pen is still moving: in the browser, with a server or without, also of what trains."""

import re
import shutil
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from lenet.networks import pretrained
from lenet.networks.keras_file_weights import read_weights
from lenet.networks.pretrained import PRETRAINED
from lenet.npz import save_arrays
from lenet.runs.folder import Run
from tests.dashboard import Dashboard, dashboard
from tests.drawing_board import canvas, wait_for_canvas
from tests.engine_fixtures import wait_until
from tests.phone_line import phone_line

pytestmark = pytest.mark.browser

SEVEN = [(80, 60), (160, 60), (240, 60), (220, 120), (190, 180), (160, 260)]
NOTHING = "No prediction yet"
# Three times as long as between two questions for newer weights
_SECONDS_LATER = "() => performance.now() > (window.until ??= performance.now() + 3000)"


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard of its own, for runs are put beside it that nobody trains; the browser alone computes."""
    with dashboard(tmp_path_factory.mktemp("live"), module="tests.light_workers") as running:
        yield running


def open_draw(page: Page, running: Dashboard, *models: str) -> None:
    page.goto(f"{running.url}/draw?" + "&".join(f"model={each}" for each in models))
    wait_for_canvas(page)


def pen_down(page: Page, points: list[tuple[float, float]]) -> None:
    """Along these points of the canvas; the pen stays down."""
    box = canvas(page).bounding_box()
    for number, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x, box["y"] + y, steps=4)
        if number == 0:
            page.mouse.down()


def pen_down_on(page: Page, points: list[tuple[float, float]]) -> None:
    """On along these points, with the pen that is down."""
    box = canvas(page).bounding_box()
    for x, y in points:
        page.mouse.move(box["x"] + x, box["y"] + y, steps=4)


def is_seven_to_others(page: Page) -> bool:
    """Whether who opens the same link sees a 7: what the server knows of the drawing."""
    other = page.context.new_page()
    other.goto(page.url)
    canvas(other).wait_for()
    wait_until(lambda: answer(other).get_attribute("aria-label") != NOTHING, 30)
    words = answer(other).get_attribute("aria-label")
    other.close()
    return "7, " in words.partition(";")[0]


def answer(page: Page, at: int = 0):
    return page.get_by_role("img", name=re.compile("; then |No prediction yet")).nth(at)


def test_three_networks_answer_and_light_up_before_the_pen_is_lifted(page: Page, board: Dashboard) -> None:
    open_draw(page, board, "lenet5-draw", "lenet5-1998", "dense-2")
    first = page.get_by_role("img", name=re.compile("^C1, "))
    blank = first.evaluate("each => each.toDataURL()")
    pen_down(page, SEVEN[:3])
    expect(answer(page, 2)).to_have_accessible_name(re.compile("; then "))
    before = [answer(page, at).get_attribute("aria-label") for at in range(3)]
    assert first.evaluate("each => each.toDataURL()") != blank
    pen_down(page, SEVEN[3:])
    for at in range(3):
        expect(answer(page, at)).to_have_accessible_name(re.compile("^7, "))
    after = [answer(page, at).get_attribute("aria-label") for at in range(3)]
    assert all(one != other for one, other in zip(before, after, strict=True))
    page.mouse.up()


def test_what_is_no_digit_is_not_sure_and_the_reason_is_said(page: Page, board: Dashboard) -> None:
    open_draw(page, board, "lenet5-draw")
    pen_down(page, [(160, 160), (161, 161)])
    page.mouse.up()
    expect(page.get_by_text("Not sure", exact=True)).to_be_visible()
    expect(page.get_by_text("There is too little ink for a digit")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="lenet5-draw: Not sure: ")).to_have_count(1)


def test_two_changes_of_one_moment_are_both_shown(page: Page, board: Dashboard) -> None:
    """One of a part of the page, one of the whole: the browser tells both in one message, of that part."""
    open_draw(page, board, "lenet5-draw")
    switch, screen = page.get_by_label("Skip the centering"), page.get_by_role("radio", name="Large")
    page.evaluate(
        "(both) => both.forEach((each) => each.click())", [switch.element_handle(), screen.element_handle()]
    )
    expect(canvas(page)).to_have_js_property("width", 760)
    expect(page).to_have_url(re.compile("skip-center=true"))


def test_a_click_right_after_a_stroke_is_shown(page: Page, board: Dashboard) -> None:
    """What the canvas tells of the stroke and the click come in one message as well."""
    open_draw(page, board, "lenet5-draw")
    for moment in (0, 100, 200):  # milliseconds
        pen_down(page, SEVEN)
        page.mouse.up()
        page.wait_for_timeout(moment)
        page.get_by_role("radio", name="Photograph").click()
        expect(page.locator("input[type=file]")).to_be_attached()
        page.get_by_role("radio", name="Canvas").click()
        wait_for_canvas(page)


def test_a_press_beside_the_canvas_draws_nothing(page: Page, board: Dashboard) -> None:
    open_draw(page, board, "lenet5-draw")
    icon = page.get_by_role("button", name="Edit", exact=True).bounding_box()
    page.mouse.move(icon["x"] + 12, icon["y"] + 12)
    page.mouse.down()
    pen_down_on(page, SEVEN[2:])
    expect(answer(page)).to_have_accessible_name(NOTHING)
    page.mouse.up()
    expect(answer(page)).to_have_accessible_name(NOTHING)


def test_what_doubts_need_is_asked_for_again(page: Page, board: Dashboard) -> None:
    answers = iter([False, True, True])  # the first question is lost
    page.route("**/lenet/no-digit", lambda route: route.continue_() if next(answers) else route.abort())
    open_draw(page, board, "lenet5-draw")
    pen_down(page, [(40, 40), (280, 60), (60, 260), (270, 280), (150, 20)])
    page.mouse.up()
    expect(page.get_by_text("Not sure", exact=True)).to_be_visible()


def test_modules_that_do_not_come_are_said(page: Page, board: Dashboard) -> None:
    page.route("**/lenet/modules/**", lambda route: route.abort())
    page.goto(f"{board.url}/draw?model=lenet5-draw")
    expect(page.get_by_text("could not be loaded. Reload the page.").first).to_be_visible()


def test_a_lost_connection_is_said_and_the_server_told_once_it_is_back(page: Page, board: Dashboard) -> None:
    with phone_line(board.url) as line:
        page.goto(f"{line.url}/draw?model=lenet5-draw")
        wait_for_canvas(page)
        pen_down(page, SEVEN[:3])
        page.mouse.up()
        page.wait_for_url("**sketch=**")  # the server knows of it
        pen_down(page, SEVEN[2:3])
        before = answer(page).get_attribute("aria-label")
        line.is_down = True
        line.cut()
        away = page.get_by_text("The server is away: answers go on here")
        expect(away).to_be_visible()
        pen_down_on(page, SEVEN[3:])
        expect(answer(page)).not_to_have_accessible_name(before)
        expect(answer(page)).to_have_accessible_name(re.compile("7, "))
        page.mouse.up()
        line.is_down = False
        expect(away).to_have_count(0, timeout=60_000)
        wait_until(lambda: is_seven_to_others(page), 30)


def test_a_second_finger_is_not_taken_for_a_pen(browser: Browser, board: Dashboard) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_draw(page, board, "lenet5-draw")
    box, touch = canvas(page).bounding_box(), context.new_cdp_session(page)

    def send(kind: str, *fingers: tuple[int, float, float]) -> None:
        points = [{"id": each, "x": box["x"] + x, "y": box["y"] + y} for each, x, y in fingers]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", (1, 160, 60))
    send("touchMove", (1, 158, 160))
    send("touchStart", (1, 158, 160), (2, 40, 40))
    send("touchMove", (1, 156, 280), (2, 300, 40))
    expect(answer(page)).to_have_accessible_name(re.compile("^1, "))
    send("touchEnd")
    expect(answer(page)).to_have_accessible_name(re.compile("1, "))
    context.close()


def test_more_points_than_can_be_taken_are_said(page: Page, board: Dashboard) -> None:
    open_draw(page, board, "lenet5-draw")
    page.evaluate(
        """() => {
          const inside = document.querySelectorAll(".st-key-draw-canvas, .st-key-draw-canvas *");
          const roots = [...inside].map((each) => each.shadowRoot);
          const canvas = roots.find((root) => root?.querySelector("canvas.upper-canvas"))
            .querySelector("canvas.upper-canvas");
          const box = canvas.getBoundingClientRect();
          const send = (kind, x, y) => canvas.dispatchEvent(new MouseEvent(kind,
            {bubbles: true, composed: true, button: 0, clientX: box.left + x, clientY: box.top + y}));
          send("mousedown", 10, 10);
          for (let number = 0; number < 20100; number += 1)
            send("mousemove", 20 + number % 280, 20 + number / 80);
          send("mouseup", 20, 20);
        }"""
    )
    expect(page.get_by_text("The drawing has more than 20,000 points")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("The drawing has more than 20,000 points")).to_have_count(0)
    pen_down(page, SEVEN)
    expect(answer(page)).to_have_accessible_name(re.compile("^7, "))
    page.mouse.up()


def test_a_run_answers_with_its_newest_weights_while_it_trains(page: Page, board: Dashboard) -> None:
    card = PRETRAINED["lenet5-relu"]
    trained = read_weights(pretrained.path(card.name), card.config.layers)
    run = Run.create(card.config, board.runs)
    run.write_status(run.status().model_copy(update={"state": "running", "heartbeat": time.time() + 1000}))
    save_arrays(run.path / "checkpoint.npz", {name: 0 * value for name, value in trained.items()})
    open_draw(page, board, run.id)
    pen_down(page, SEVEN)
    expect(answer(page)).to_have_accessible_name(re.compile("0, 10.0 %; then 1, 10.0 %"))
    save_arrays(run.path / "checkpoint.npz", trained)
    expect(answer(page)).to_have_accessible_name(re.compile("7, "))
    page.mouse.up()
    page.get_by_role("link", name="Glossary").click()
    expect(page.get_by_role("heading", level=1, name="Glossary")).to_be_visible()
    expect(canvas(page)).to_have_count(0)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: "lenet/network" in request.url and asked.append(request.url))
    page.wait_for_function(_SECONDS_LATER)
    assert len(asked) <= 1, "who has left the page asks no more"


def test_a_model_that_is_deleted_under_the_page_is_said(page: Page, board: Dashboard) -> None:
    card = PRETRAINED["lenet5-relu"]
    run = Run.create(card.config, board.runs)
    save_arrays(run.snapshot_path(1), read_weights(pretrained.path(card.name), card.config.layers))
    open_draw(page, board, f"{run.id}@1", "dense-2")
    pen_down(page, SEVEN)
    page.mouse.up()
    expect(answer(page)).to_have_accessible_name(re.compile("7, "))
    shutil.rmtree(run.path)
    page.get_by_role("button", name="Clear").click()  # whatever has the page run again
    pen_down(page, SEVEN)
    page.mouse.up()
    expect(page.get_by_text(f"There is no run '{run.id}' here.").first).to_be_visible()
    expect(answer(page, 1)).to_have_accessible_name(re.compile("; then "))
