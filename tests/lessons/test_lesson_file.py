"""Files of lessons: what comes out of a good one, and of bad ones, which open all the same."""

import pytest

from lenet.lessons.lesson_file import MOST_CHARACTERS, parse
from pages.parts.lessons import links

HEAD = "---\ntitle: A lesson\naim: To learn.\nminutes: 20\n---\n"
STEP = HEAD + "## One\n\nText with **strong** words.\n\npage: data?dataset=digits&hide=view\n\n"
ASKED = "```question\nkind: number\nask: How many?\nanswer: 64\nwithin: 0.5\n```\n"


def faults(text: str) -> list[str]:
    return [str(each) for each in parse(text, "a", links.problem).faults]


def test_a_lesson() -> None:
    lesson = parse(STEP + ASKED + "## For the teacher\n\n### Aim\n\nSecret.\n", "a", links.problem)
    assert not lesson.faults
    assert (lesson.title, lesson.aim, lesson.minutes) == ("A lesson", "To learn.", 20)
    (step,) = lesson.steps
    assert step.page == "data?dataset=digits&hide=view"
    assert [each.text for each in step.blocks] == ["Text with **strong** words."]
    assert lesson.questions[0].answer == 64 and [each.text for each in lesson.guide] == ["### Aim", "Secret."]


def one(text: str) -> str:
    """A lesson of one step with that text, in line 8."""
    return f"{HEAD}## One\n\n{text}\n"


def asking(text: str) -> str:
    """A lesson of one step with that question, from line 9 on."""
    return one(f"```question\n{text}\n```")


SITE = "https://example.org"
AT_THE_TOP = [
    ("", "Line 1: Front matter: received none"),
    (HEAD, "Line 1: Steps: received none"),
    ("---\ntitle: [a\n---\n## One\n", "Received something else"),
    ("---\ntitle: A: b\n---\n## One\n", "Line 2: Received something else (mapping values are not allowed"),
    ("---\ntitle: A\nminutes: x\n---\n## One\n", "Line 3: Minutes: received 'x', expected a whole number."),
    ("---\ntitle: A\nby: B\n---\n## One\n", "Line 3: Received 'by', expected title, aim, minutes or needs"),
    (f"{HEAD}Before.\n\n## One\n", "Line 6: Text before the first step"),
    (one("x" * MOST_CHARACTERS), "Lesson: received 60,0"),
]
LINKS = [
    (f"{STEP}page: train\n", "Line 12: page: expected one page for a step."),
    (one("page: nowhere?x=1"), "Line 8: page: received the page 'nowhere', expected one of data"),
    (one(f"page: {SITE}"), f"Line 8: page: received '{SITE}', expected a page"),
    (one("page: train?recip=x"), "page: received 'recip' in the link, expected one of recipe"),
    (one("page: train?recipe=x"), "Recipe: received 'x' in the link, expected one of"),
    (one("page: data?hide=start"), "Hide: received 'start' in the link, expected some of dataset"),
    (one("page: evaluate?model=mine"), "Model: received 'mine' in the link, expected one of"),
]
TEXTS = [
    (one("A <b>b</b>"), "Line 8: Text: received HTML ('<b>'). It is shown as text, and not run."),
    (one("<script>alert(1)</script>"), "received HTML ('<script>alert(1)</script>')"),
    (one(f"[a]({SITE})"), f"received '{SITE}', expected a page of this lab"),
    (one("[a](//example.org)"), "expected a page of this lab"),
    (one("[a][b]\n\n[b]: //example.org"), "expected a page of this lab"),
    (one("See www.example.org now."), "received a link to another site"),
    (one("See www&#46;example.org now."), "received a link to another site"),
    (asking("kind: number\nask: See www.example.org\nanswer: 1"), "expected no link to another site"),
    (
        f"---\ntitle: See {SITE}\n---\n## One\n",
        f"Line 2: Received 'See {SITE}', expected no",
    ),
    (one("![a](data)"), "received a picture, expected none"),
]
QUESTIONS = [
    (asking("kind: quiz\nask: A?"), "Line 9: kind: received 'quiz', expected one of number"),
    (asking("kind: number\nask: A?\nanswer: many"), "Line 11: answer: received 'many', expected a number."),
    (asking("kind: number\nask: A?"), "expected either “answer” or “figure”"),
    (
        asking("kind: number\nask: A?\nfigure: x"),
        "figure: received 'x', expected one of test_accuracy",
    ),
    (STEP + ASKED + ASKED, "Line 18: Question: it is there twice"),
    (asking("kind: run\nask: A?\nwhere: {speed: 3}"), "Line 11: where: received 'speed', expected a setting"),
    (asking('kind: run\nask: A?\nwhere: {epochs: ">= x"}'), "epochs: received '>= x', expected a value"),
    (asking("kind: run\nask: A?\nwhere: {ended: x}"), "ended: received 'x', expected finished"),
    (asking("kind: choice\nask: A?\noptions: [a, b]\nanswer: c"), "answer: received 'c', expected one of"),
    (asking("kind: image\nask: A?\ndataset: x\nwrong: own"), "Data set: received 'x', expected one of"),
    (asking("kind: image\nask: A?\ndataset: digits\nwrong: x"), "Model: received 'x', expected one of own"),
    (asking("!!python/object:os.system {}"), "expected one of number"),
    (asking("no lines"), "expected lines “name: value”"),
]


@pytest.mark.parametrize(("text", "words"), [*AT_THE_TOP, *LINKS, *TEXTS, *QUESTIONS])
def test_what_is_wrong_is_said_with_its_line(text: str, words: str) -> None:
    said = faults(text)
    assert any(words in each for each in said), said


def test_what_is_refused_is_shown_as_it_is_written() -> None:
    text = one(f"A <b>b</b>, [c]({SITE})\n\n[Kernel](glossary?term=kernel)")
    (step,) = parse(text, "a", links.problem).steps
    assert [each.is_markdown for each in step.blocks] == [False, True]


def test_hostile_files_come_out_as_lessons() -> None:
    deep = "---\ntitle: " + "[" * 5_000 + "\n---\n"
    laughs = "---\na: &a [x, x]\nb: &b [*a, *a]\ntitle: *b\n---\n"
    for text in (
        deep,
        laughs,
        "\0\ud800" * 100,
        "---\n" * 3_000,
        "> " * 3_000,
        "## \n" * 3_000,
        "```question\n",
    ):
        assert len(parse(text, "a", links.problem).faults) <= 20
