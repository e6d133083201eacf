"""What every format for elsewhere is: a name, words, what it needs, how to write and ask it.

Must not import Streamlit, TensorFlow or Keras: what writes a format imports what it needs in its functions.
"""

import importlib.util
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lenet.errors import ModelError
from lenet.export.network import TrainedNetwork
from lenet.sentences import listed

Files = dict[str, bytes]  # name → content


@dataclass(frozen=True, eq=False)
class Data:
    """Images of what a network was trained on, loaded when they are asked for.

    Attributes:
        training: so many training images, spread over all → (n, H, W, C) uint8; `ModelError`: not here.
        arrays: all images and labels by the names of `Dataset`: x_train, y_train, …; `ModelError`: not here.
    """

    training: Callable[[int], np.ndarray]
    arrays: Callable[[], dict[str, np.ndarray]]


class ExportFormat:
    """One format. A subclass has a file of its own, and an entry in `formats.FORMATS`."""

    name: ClassVar[str]  # of `--to` and of links
    words: ClassVar[str]  # in a menu
    about: ClassVar[str]  # what it is for, one sentence
    packages: ClassVar[tuple[str, ...]] = ()  # modules that it needs beside requirements.txt
    requirements: ClassVar[str] = "requirements-export.txt"  # the file that installs them
    programs: ClassVar[tuple[str, ...]] = ()  # one of these has to be on this machine
    is_exact: ClassVar[bool] = True  # it answers as Keras does, but for rounding
    num_images: ClassVar[int] = 200  # that it is asked for, at most
    most_weights: ClassVar[int] = 20_000_000  # that it holds

    def missing(self) -> str:
        """What has to be installed first: a sentence with the command; empty where all is there."""
        absent = [name for name in self.packages if importlib.util.find_spec(name.partition(".")[0]) is None]
        if absent:
            return (
                f"{self.words} needs {listed(absent)}, which is not installed. Install it: "
                f"{_python()} -m pip install -r {self.requirements}"
            )
        if self.programs and not self.program():
            return (
                f"{self.words} is tried with a C compiler before it is handed over, and there is none "
                f"({listed(self.programs)}). Install one: {_compiler_command()}"
            )
        return ""

    def program(self) -> str | None:
        """The path of the first of `programs` that is there."""
        return next(filter(None, map(shutil.which, self.programs)), None)

    def export(self, network: TrainedNetwork, data: Data) -> Files:
        """The network in this format: one file, or several that belong together.

        Raises:
            ModelError: the format cannot hold it; the sentence says what of it, why, and what would.
        """
        raise NotImplementedError

    def runtime(self) -> str:
        """What it is opened in to be tried, with its version."""
        raise NotImplementedError

    def answers(self, network: TrainedNetwork, files: Files, images: np.ndarray) -> np.ndarray:
        """What the files answer in the runtime that people use: (N, H, W, C) uint8 → (N, classes) float32.

        Raises:
            ModelError: they do not open there.
        """
        raise NotImplementedError

    def notes(self, network: TrainedNetwork) -> list[str]:
        """Sentences for whoever uses it: what goes in, what comes out."""
        return []

    def further(self, expected: np.ndarray, found: np.ndarray) -> list[str]:
        """More sentences about what Keras and the export answer, (N, classes) each, where it is not exact."""
        return []

    def check_size(self, network: TrainedNetwork) -> None:
        """Raises `ModelError`: it is too large for this format."""
        if network.num_weights > self.most_weights:
            raise ModelError(
                f"{self.words}: received a network of {network.num_weights:,} weights, expected at most "
                f"{self.most_weights:,}. Choose a smaller network, or ONNX."
            )


def _python() -> str:
    """How this Python is called in a command."""
    return ".venv\\Scripts\\python" if sys.platform == "win32" else ".venv/bin/python"


def _compiler_command() -> str:
    if sys.platform == "darwin":
        return "xcode-select --install"
    return "winget install LLVM.LLVM" if sys.platform == "win32" else "sudo apt install gcc"
