"""The file of a lesson: Markdown with front matter, read into a `Lesson`, whatever is in it.

    ---
    title: What is a pixel?
    aim: You can say what numbers a picture is made of.
    minutes: 20
    needs: nothing to download
    ---
    ## A step

    Text.

    page: data?dataset=digits&view=image&index=0

    ```question
    kind: number
    ask: How many pixels has this image?
    answer: 64
    ```

    ## For the teacher

Nothing of it is run: HTML is shown as it is written, so is whatever has a link to another site, and each is
said with its line. YAML is read with its base loader, in which all is text. Must not import Streamlit,
TensorFlow or Keras.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin
from pydantic import Field, ValidationError

from lenet.lessons.lesson import Block, Fault, Lesson, Step
from lenet.lessons.questions import KINDS, Plain, Question, leads_elsewhere, question
from lenet.runs.config_errors import describe_errors
from lenet.sentences import listed, plain, reason, shortened, shown
from lenet.values import Frozen

MOST_CHARACTERS = 60_000
TEACHER = "For the teacher"  # the heading of what students are not shown
_MOST_FAULTS, _MOST_STEPS, _MOST_QUESTIONS = 20, 30, 8
_OF_A_KIND = re.compile(rf"^({'|'.join(KINDS)}) ", re.IGNORECASE)

LinkProblem = Callable[[str], str]  # what is wrong with a link to a page, in a sentence; "" where nothing is


class _About(Frozen):
    title: Plain = Field(min_length=1, max_length=80)
    aim: Plain = Field("", max_length=300)
    minutes: int = Field(0, ge=0, le=600)
    needs: Plain = Field("", max_length=200)


@dataclass
class _Reading:
    """A file while it is read."""

    lines: list[str]
    link_problem: LinkProblem
    faults: list[Fault] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)  # of questions

    def fault(self, line: int, sentence: str) -> None:
        """`line`: from 0, as Markdown counts."""
        self.faults.append(Fault(line + 1, shortened(plain(sentence), 400)))


def parse(text: str, name: str, link_problem: LinkProblem = lambda link: "") -> Lesson:
    """The lesson in a file of that name. What is wrong is left out, or shown as text."""
    text = plain(text.replace("\r\n", "\n"))
    reading = _Reading(text[:MOST_CHARACTERS].split("\n"), link_problem)
    if len(text) > MOST_CHARACTERS:
        reading.fault(0, f"Lesson: received {len(text):,} characters, expected at most {MOST_CHARACTERS:,}.")
    tokens = _markdown().parse("\n".join(reading.lines))
    about = _about(tokens, reading)
    steps, guide = _steps(_top_level(tokens), reading)
    if not steps:
        reading.fault(0, "Steps: received none, expected one “## …” heading at least.")
    faults = sorted(dict.fromkeys(reading.faults), key=lambda each: each.line)
    return Lesson(name, about.title, about.aim, about.minutes, about.needs, steps, guide,
                  tuple(faults[:_MOST_FAULTS]))  # fmt: skip


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": 12}).enable("table").use(front_matter_plugin)


# Front matter and questions: YAML


def _about(tokens: list[Token], reading: _Reading) -> _About:
    """What the front matter says."""
    nameless = _About(title="A lesson without a title")
    if not tokens or tokens[0].type != "front_matter":
        reading.fault(
            0, "Front matter: received none, expected “---”, a line “title: …” and “---” at the top."
        )
        return nameless
    found = _mapping(tokens[0].content, 1, reading)
    try:
        return _About.model_validate(found)
    except ValidationError as error:
        _say(error, "title, aim, minutes or needs", 1, len(reading.lines), reading)
        usable = {key: value for key, value in found.items() if _is_usable(key, value)}
        return _About.model_validate({"title": nameless.title} | usable)


def _is_usable(key: str, value: Any) -> bool:
    try:
        _About.model_validate({"title": "x", key: value})
    except ValidationError:
        return False
    return True


def _mapping(text: str, first: int, reading: _Reading) -> dict[str, Any]:
    """Of YAML that begins at that line; empty where it is none. All values are texts, lists or mappings."""
    try:
        found = yaml.load(text, yaml.BaseLoader)  # makes nothing but texts, lists and mappings
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        words = reason(getattr(error, "problem", None) or type(error).__name__)
        expected = "expected lines “name: value”, with quotes around a value that has “: ” in it"
        reading.fault(first + (mark.line if mark else 0), f"Received something else ({words}), {expected}.")
        return {}
    if not isinstance(found, dict):
        reading.fault(first, f"Received {shown(found)}, expected lines “name: value”.")
        return {}
    return {str(key): value for key, value in found.items()}


def _question(token: Token, reading: _Reading) -> Question | None:
    """That of a block ```question; None where something is wrong with it."""
    first, last = token.map
    count = len(reading.faults)
    found = _mapping(token.content, first + 1, reading)
    if len(reading.faults) > count:
        return None
    if found.get("kind") not in KINDS:
        line = _line_of("kind", first, last, reading)
        reading.fault(line, f"kind: received {shown(found.get('kind'))}, expected one of {listed(KINDS)}.")
        return None
    try:
        asked = question.validate_python(found)
    except ValidationError as error:
        _say(error, f"what a question of kind {found['kind']} has", first, last, reading)
        return None
    if asked.key in reading.keys:
        reading.fault(
            first, "Question: it is there twice, expected it once. Ask another one, or take it out."
        )
        return None
    reading.keys.add(asked.key)
    return asked


def _say(error: ValidationError, known: str, first: int, last: int, reading: _Reading) -> None:
    """Each problem at the line of what it is about."""
    for problem, sentence in zip(error.errors(), describe_errors(error), strict=False):
        names = [str(part) for part in problem["loc"] if part not in KINDS]
        line = _line_of(names[0] if names else sentence.partition(":")[0], first, last, reading)
        if problem["type"] != "value_error":  # its advice is about runs
            sentence = _OF_A_KIND.sub("", sentence.partition(". ")[0].removesuffix(".") + ".")
        if problem["type"] == "extra_forbidden":
            sentence = f"Received {shown(names[-1])}, expected {known}."
        reading.fault(line, sentence)


def _line_of(name: str, first: int, last: int, reading: _Reading) -> int:
    """The line between these that begins with that name; else the first."""
    lines = range(first, min(last, len(reading.lines)))
    return next((each for each in lines if reading.lines[each].strip().startswith(f"{name}:")), first)


# Steps: Markdown


def _top_level(tokens: list[Token]) -> list[list[Token]]:
    """The blocks of the document, each with all that is in it."""
    blocks: list[list[Token]] = []
    for token in tokens:
        if token.type == "front_matter":
            continue
        if token.level == 0 and token.nesting >= 0:
            blocks.append([token])
        elif blocks:
            blocks[-1].append(token)
    return blocks


def _steps(blocks: list[list[Token]], reading: _Reading) -> tuple[tuple[Step, ...], tuple[Block, ...]]:
    """The steps, and what is for the teacher."""
    steps: list[dict[str, Any]] = []
    guide: list[Block] = []
    is_for_teacher = False
    for tokens in blocks:
        if tokens[0].type == "heading_open" and tokens[0].tag in ("h1", "h2"):
            title = tokens[1].content
            is_for_teacher = title.strip() == TEACHER
            if not is_for_teacher:
                steps.append(
                    {"title": shortened(title, 80) or "…", "blocks": [], "page": "", "questions": []}
                )
        elif is_for_teacher:
            guide += _block(tokens, reading)
        elif not steps:
            reading.fault(tokens[0].map[0], "Text before the first step: expected “## …” above it.")
        else:
            _add(tokens, steps[-1], reading)
    if len(steps) > _MOST_STEPS:
        reading.fault(0, f"Steps: received {len(steps)}, expected at most {_MOST_STEPS}.")
    made = (
        Step(each["title"], tuple(each["blocks"]), each["page"], tuple(each["questions"][:_MOST_QUESTIONS]))
        for each in steps[:_MOST_STEPS]
    )
    return tuple(made), tuple(guide)


def _add(tokens: list[Token], step: dict[str, Any], reading: _Reading) -> None:
    """A block of a step: its page, a question, or text."""
    first = tokens[0]
    if first.type == "fence" and first.info.strip() == "question":
        if (asked := _question(first, reading)) is not None:
            step["questions"].append(asked)
    elif first.type == "paragraph_open" and tokens[1].content.startswith("page:"):
        link = tokens[1].content.removeprefix("page:").strip()
        problem = "expected one page for a step." if step["page"] else reading.link_problem(link)
        if problem:
            reading.fault(first.map[0], f"page: {problem}")
        else:
            step["page"] = link
    else:
        step["blocks"] += _block(tokens, reading)


def _block(tokens: list[Token], reading: _Reading) -> list[Block]:
    """As it is written where it has HTML, a picture, or a link that leads nowhere or elsewhere."""
    start, end = tokens[0].map or (0, 0)
    source = "\n".join(reading.lines[start:end]).rstrip()
    problems = list(_problems(tokens, reading))
    text = "\n".join("".join(part.content for part in token.children or ()) for token in tokens)
    is_code = tokens[0].type in ("fence", "code_block")
    if not is_code and leads_elsewhere(f"{source}\n{text}") and not problems:  # also by an entity
        problems = [
            "received a link to another site, expected one to a page of this lab. It is shown as text."
        ]
    for problem in problems:
        reading.fault(start, f"Text: {problem}")
    return [Block(source, not problems)] if source else []


def _problems(tokens: list[Token], reading: _Reading) -> list[str]:
    found = []
    for token in (each for outer in tokens for each in (outer, *(outer.children or ()))):
        if token.type in ("html_block", "html_inline"):
            found.append(f"received HTML ({shown(token.content.strip())}). It is shown as text, and not run.")
        elif token.type == "image":
            found.append("received a picture, expected none: open a page of the lab that has it.")
        elif token.type == "link_open" and (
            problem := reading.link_problem(str(token.attrs.get("href", "")))
        ):
            found.append(f"{problem} It is shown as text.")
    return list(dict.fromkeys(found))
