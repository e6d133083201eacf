"""A network as one HTML file: it answers in a real Chromium without a server, on a laptop and on a phone."""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from lenet.browser.html_export import html_page
from lenet.networks.pretrained import PRETRAINED, path
from lenet.runs.folder import Run
from tests.accessibility import violations
from tests.command_line import answer, lenet_here

MODEL = "lenet5-1998"
MOST_BYTES = 1_500_000
SCREENS = {"laptop": (1280, 800), "projector": (1920, 1080), "tablet": (768, 1024), "phone": (390, 844)}
Points = Sequence[tuple[float, float]]  # in widths of the canvas

THREE = [(0.3, 0.25), (0.5, 0.2), (0.68, 0.3), (0.6, 0.45), (0.45, 0.5), (0.62, 0.55), (0.72, 0.7),
         (0.55, 0.82), (0.3, 0.75)]  # fmt: skip
ONE = [(0.5, 0.15), (0.5, 0.85)]
SCRIBBLE = [(0.1, 0.1), (0.9, 0.2), (0.1, 0.4), (0.9, 0.5), (0.1, 0.9), (0.8, 0.8), (0.2, 0.2), (0.9, 0.9)]

# What the network sees, and what its layers give, as the page shows them: one number for each canvas.
_SEEN = "() => document.querySelector('.pixels').toDataURL()"
_PAINTED = """() => [...document.querySelectorAll('#maps canvas')].map((each) =>
  each.getContext('2d').getImageData(0, 0, each.width, each.height).data.filter((_, at) => at % 4 === 3)
    .reduce((sum, alpha) => sum + (alpha === 255), 0))"""

# What it shows once all that happened is drawn.
_AFTER_TWO_FRAMES = f"""() => new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(({_SEEN})()))))"""
_MANY_POINTS = """() => {
  const board = document.getElementById("board");
  const { left, top, width } = board.getBoundingClientRect();
  const at = (share) => (1 + 0.8 * share) * width / 2;
  const event = (kind, step) => new PointerEvent(kind, { pointerId: 1,
    clientX: left + at(Math.cos(step)), clientY: top + at(Math.sin(step)) });
  board.setPointerCapture = () => {}; // of a pointer that there is
  board.dispatchEvent(event("pointerdown", 0));
  for (let step = 1; step <= 20_100; step += 1) board.dispatchEvent(event("pointermove", step));
  board.dispatchEvent(event("pointerup", 0));
}"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a pretrained model, as the command line writes it."""
    file = tmp_path_factory.mktemp("export") / "page.html"
    said = lenet_here("export", MODEL, "--to", "html", "--output", file)
    assert said.returncode == 0 and str(file) in said.stdout and "MB" in said.stdout
    return file


@contextmanager
def opened(browser: Browser, file: Path, screen: str = "laptop", scheme: str = "light") -> Iterator[Page]:
    """The page on that screen. No request leaves it: there must be none but that for the file."""
    width, height = SCREENS[screen]
    is_phone = screen == "phone"
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, is_mobile=is_phone,
        has_touch=is_phone, device_scale_factor=2 if is_phone else 1,
    )  # fmt: skip
    page, requests, problems = context.new_page(), [], []
    page.route(re.compile("^(?!file:)"), lambda route: route.abort())
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: message.type == "error" and problems.append(message.text))
    page.goto(file.as_uri())
    expect(prediction(page)).to_have_attribute("aria-label", "No prediction yet")
    yield page
    assert [each for each in requests if not each.startswith("data:")] == [file.as_uri()]
    assert problems == []
    context.close()


@pytest.fixture
def page(browser: Browser, exported: Path) -> Iterator[Page]:
    """The page on a laptop."""
    with opened(browser, exported) as page:
        yield page


def prediction(page: Page):
    return page.locator("#prediction svg")


def says(words: str) -> re.Pattern[str]:
    return re.compile(f"^{words}")


def place(page: Page, point: tuple[float, float]) -> tuple[float, float]:
    box = page.locator("#board").bounding_box()
    return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]


def press(page: Page, points: Points) -> None:
    """The mouse goes along the points, and stays down."""
    page.mouse.move(*place(page, points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*place(page, point), steps=4)


def draw(page: Page, points: Points) -> None:
    press(page, points)
    page.mouse.up()


# The command


def test_one_file_that_is_small(exported: Path) -> None:
    assert [each.name for each in exported.parent.iterdir()] == ["page.html"]
    assert 100_000 < exported.stat().st_size <= MOST_BYTES
    fits = [name for name, card in PRETRAINED.items() if card.image_shape == (28, 28, 1)]
    assert max(len(html_page(name, None, None).encode()) for name in fits) <= MOST_BYTES


def test_what_it_says_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = answer("export", "dense-2")
    written = (tmp_path / "dense-2.html").stat().st_size
    sentences = said.pop("sentences")
    assert said == {"model": "dense-2", "format": "html", "file": "dense-2.html", "bytes": written}
    assert sentences == ["Open it in any browser."]


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("digits-quick", "digits-quick takes images of 8×8×1, expected 28×28×1"),
        ("nothing", "There is no run 'nothing' here"),
        ("lenet5-relu@7", "Epoch: received '7', expected 0"),
        (str(path("lenet5-relu")), "from elsewhere"),
        ("nowhere.keras", "There is no model at nowhere.keras"),
    ],
)
def test_what_is_refused(tmp_path: Path, runs_folder: Path, model: str, words: str) -> None:
    said = lenet_here("export", model, "--output", tmp_path / "page.html")
    assert (said.returncode, said.stdout) == (2, "") and words in said.stderr
    assert not (tmp_path / "page.html").exists()


def test_another_format_is_refused(tmp_path: Path) -> None:
    said = lenet_here("export", MODEL, "--to", "pdf", "--output", tmp_path / "page.pdf")
    assert said.returncode == 2 and "pdf" in said.stderr and not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    for output in (tmp_path / "file" / "page.html", tmp_path / "folder"):
        said = lenet_here("export", MODEL, "--output", output)
        assert (said.returncode, said.stdout) == (2, "")
        assert f"{output} cannot be written" in said.stderr and "--output" in said.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder"]


def test_a_network_that_has_not_learned(tmp_path: Path) -> None:
    for number, model in enumerate(("lenet5-relu", "lenet5-relu@0")):
        assert lenet_here("export", model, "--output", tmp_path / f"{number}.html").returncode == 0
    trained, untrained = ((tmp_path / f"{number}.html").read_text("utf-8") for number in (0, 1))
    assert "Test accuracy" in trained and "Test accuracy" not in untrained and trained != untrained


# The page


@pytest.mark.browser
def test_it_answers_while_the_button_is_down(page: Page) -> None:
    press(page, THREE[:2])
    expect(prediction(page)).to_have_attribute("aria-label", says(r"\d, .* %; then \d, "))
    early = prediction(page).get_attribute("aria-label")
    for point in THREE[2:]:
        page.mouse.move(*place(page, point), steps=4)
    expect(prediction(page)).to_have_attribute("aria-label", says("3, "))
    assert prediction(page).get_attribute("aria-label") != early
    page.mouse.up()
    expect(page.locator(".heard")).to_have_text(re.compile(f"^{MODEL}: 3, .*; then "))
    expect(page.get_by_text("Not sure", exact=True)).to_be_hidden()


@pytest.mark.browser
def test_each_layer_shows_what_it_gives(page: Page) -> None:
    names = [each.get_attribute("aria-label") for each in page.locator("#maps canvas").all()]
    assert len(names) == len(PRETRAINED[MODEL].config.layers) and names[0] == "C1, conv 6@5×5, 28×28×6"
    assert not any(page.evaluate(_PAINTED))
    press(page, ONE)
    page.wait_for_function(f"() => ({_PAINTED})().every((each) => each > 0)")
    page.mouse.up()
    assert page.evaluate(_PAINTED)[-1] == 10  # a square for each class
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function(f"() => !({_PAINTED})().some((each) => each > 0)")


@pytest.mark.browser
def test_undo_and_clear(page: Page) -> None:
    blank = page.evaluate(_SEEN)
    draw(page, ONE)
    expect(prediction(page)).to_have_attribute("aria-label", says("1, "))
    one = page.evaluate(_SEEN)
    draw(page, [(0.2, 0.5), (0.8, 0.5)])
    page.wait_for_function(f"before => ({_SEEN})() !== before", arg=one)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function(f"before => ({_SEEN})() === before", arg=one)
    for name in ("Undo", "Undo"):  # of nothing, too
        page.get_by_role("button", name=name).click()
        page.wait_for_function(f"blank => ({_SEEN})() === blank", arg=blank)
    expect(prediction(page)).to_have_attribute("aria-label", "No prediction yet")
    draw(page, ONE)
    page.wait_for_function(f"one => ({_SEEN})() === one", arg=one)
    draw(page, THREE)
    page.wait_for_function(f"one => ({_SEEN})() !== one", arg=one)
    both = page.evaluate(_SEEN)
    page.get_by_role("button", name="Clear").click()
    expect(prediction(page)).to_have_attribute("aria-label", "No prediction yet")
    assert page.evaluate(_SEEN) == blank
    page.get_by_role("button", name="Clear").click()  # of nothing, too
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function(f"both => ({_SEEN})() === both", arg=both)


@pytest.mark.browser
def test_a_scribble_is_not_believed(page: Page) -> None:
    draw(page, SCRIBBLE)
    expect(page.get_by_text("Not sure", exact=True)).to_be_visible()
    expect(prediction(page)).to_have_attribute("aria-label", says("Not sure: "))
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Not sure", exact=True)).to_be_hidden()


@pytest.mark.browser
def test_the_card_of_the_model(page: Page) -> None:
    card = PRETRAINED[MODEL]
    expect(page.get_by_role("heading", level=1)).to_have_text(MODEL)
    for name, value in {
        "Trained on": "MNIST digits",
        "Recipe": f"{MODEL}, seed {card.seed}",
        "Epochs": str(card.config.epochs),
        "Test accuracy": f"{100 * card.test_accuracy:.2f} %",
        "Command": card.command,
    }.items():
        expect(page.get_by_role("row", name=f"{name} {value}", exact=True)).to_have_count(1)
    expect(page.get_by_role("row", name="C1 conv 6@5×5 28×28×6 156", exact=True)).to_have_count(1)


@pytest.mark.browser
def test_too_many_points_are_said_and_taken_back(page: Page) -> None:
    """A mouse makes a thousand a second: what twenty seconds of that would be."""
    page.evaluate(_MANY_POINTS)
    expect(page.locator("#problem")).to_have_text("Too many points: press Clear, and draw again.")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#problem")).to_be_empty()
    draw(page, ONE)
    expect(prediction(page)).to_have_attribute("aria-label", says("1, "))


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_it_fits_every_screen(browser: Browser, exported: Path, screen: str, scheme: str) -> None:
    width, height = SCREENS[screen]
    with opened(browser, exported, screen, scheme) as page:
        sides = "() => [document.documentElement.scrollWidth, innerWidth]"
        assert page.evaluate(sides) == [width, width]
        draw(page, SCRIBBLE)
        expect(page.get_by_text("Not sure", exact=True)).to_be_visible()
        assert page.evaluate(sides) == [width, width]
        assert violations(page) == []
        color = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", color)[:3])) > 600) == (scheme == "light")
        answered = page.locator("#prediction svg text").nth(1).bounding_box()  # the large digit
        assert page.evaluate("() => scrollY") == 0 and answered["y"] + answered["height"] <= height


# Fingers


def touch(line: CDPSession, page: Page, kind: str, *fingers: tuple[float, float]) -> None:
    """Where each finger is; the last one is lifted where there are fewer than before."""
    points = [place(page, finger) for finger in fingers]
    at = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
    line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})


@pytest.mark.browser
def test_a_finger_draws_and_does_not_scroll(browser: Browser, exported: Path) -> None:
    with opened(browser, exported, "phone") as page:
        line = page.context.new_cdp_session(page)
        touch(line, page, "touchStart", THREE[0])
        for point in THREE[1:]:
            touch(line, page, "touchMove", point)
        expect(prediction(page)).to_have_attribute("aria-label", says("3, "))  # it is still down
        touch(line, page, "touchEnd")
        expect(page.locator(".heard")).to_have_text(re.compile(": 3, "))
        assert page.evaluate("() => scrollY") == 0


@pytest.mark.browser
def test_a_second_finger_is_ignored(browser: Browser, exported: Path) -> None:
    with opened(browser, exported, "phone") as page:
        line, [top, *_, bottom] = page.context.new_cdp_session(page), ONE
        touch(line, page, "touchStart", top)
        touch(line, page, "touchMove", bottom)
        expect(prediction(page)).to_have_attribute("aria-label", says("1, "))
        one = page.evaluate(_SEEN)
        touch(line, page, "touchStart", bottom, (0.1, 0.1))
        for step in range(1, 9):
            touch(line, page, "touchMove", bottom, (0.1 * step, 0.1))
        touch(line, page, "touchMove", bottom)  # the second one is lifted
        assert page.evaluate(_AFTER_TWO_FRAMES, one) == one
        touch(line, page, "touchMove", (0.8, 0.85))  # the first one goes on with its stroke
        page.wait_for_function(f"before => ({_SEEN})() !== before", arg=one)
        touch(line, page, "touchEnd")
        page.get_by_role("button", name="Undo").tap()
        expect(prediction(page)).to_have_attribute("aria-label", "No prediction yet")


# Names that somebody gave


@pytest.mark.browser
def test_a_name_is_words_and_no_markup(browser: Browser, runs_folder: Path, tmp_path: Path) -> None:
    name = "</title><script>window.ran = 1</script>$model & “mine”"
    run = Run.create(PRETRAINED["lenet5-relu"].config, runs_folder, name=name)
    shutil.copy(path("lenet5-relu"), run.path / "model.keras")
    file = tmp_path / "run.html"
    assert lenet_here("export", run.id, "--output", file).returncode == 0
    with opened(browser, file) as page:
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        assert page.title() == name and page.evaluate("() => window.ran") is None
        expect(page.get_by_role("row", name=f"Model {run.id}", exact=True)).to_have_count(1)
        draw(page, ONE)
        expect(prediction(page)).to_have_attribute("aria-label", says("(Not sure: )?1, "))
