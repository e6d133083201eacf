"""What a lesson is: steps, each with text, a page and questions; and what is wrong with its file.

Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass

from lenet.lessons.questions import Question


@dataclass(frozen=True)
class Fault:
    """Something wrong in the file of a lesson: the line, from 1, and a sentence."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.sentence}"


@dataclass(frozen=True)
class Block:
    """A paragraph, a list or the like: Markdown, or what is shown as it is written."""

    text: str
    is_markdown: bool = True


@dataclass(frozen=True)
class Step:
    """A part of a lesson.

    Attributes:
        page: the link that it opens, "train?recipe=digits-quick"; "": it stays where the person is.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    page: str = ""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """A lesson, as far as its file could be read.

    Attributes:
        name: of its file, and in links.
        needs: data sets or recipes beside the bundled ones, in words.
        guide: for the teacher.
        faults: what is wrong with the file, in the order of its lines.
    """

    name: str
    title: str
    aim: str = ""
    minutes: int = 0
    needs: str = ""
    steps: tuple[Step, ...] = ()
    guide: tuple[Block, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """All of them, in their order."""
        return tuple(question for step in self.steps for question in step.questions)
