"""An export opened by a Python of its own that sees neither this project nor the person's folder.

Must not import Streamlit, TensorFlow or Keras.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from lenet.errors import ModelError
from lenet.export.format import Files
from lenet.npz import save_arrays
from lenet.sentences import reason

_SECONDS = 300
# It ends with the process that asks, however that ends, as `lenet.engine.lifeline` has it.
_BEFORE = """\
import os, sys, threading
lifeline, nothing = os.dup(0), os.open(os.devnull, os.O_RDONLY)
os.dup2(nothing, 0)
threading.Thread(target=lambda: (os.read(lifeline, 1), os._exit(1)), daemon=True).start()
sys.path.insert(0, ".")
import numpy as np
images = np.load("images.npy")
"""
_AFTER = "\nnp.save('answers.npy', answers)\n"


def asked_alone(
    what: str, files: Files, program: str, images: np.ndarray, weights: dict[str, np.ndarray] | None = None
) -> np.ndarray:
    """What a program makes of images: (N, H, W, C) uint8 → (N, classes) float32.

    Args:
        what: the format, in words.
        files: what lies in the program's folder.
        program: Python that sets `answers` to that, of `images`.
        weights: in `weights.npz` there.

    Raises:
        ModelError: the program ends badly.
    """
    with tempfile.TemporaryDirectory(prefix="lenet-") as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        np.save(Path(folder, "images.npy"), images)
        if weights:
            save_arrays(Path(folder, "weights.npz"), weights)
        _run(what, program, folder)
        return np.load(Path(folder, "answers.npy"))


def _run(what: str, program: str, folder: str) -> None:
    errors = Path(folder, "errors.txt")
    with open(errors, "wb") as said, subprocess.Popen(
        [sys.executable, "-I", "-c", _BEFORE + program + _AFTER], cwd=folder, stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=said, env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
    ) as process:  # fmt: skip
        try:
            code = process.wait(_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise ModelError(f"{what} was given up: it took more than {_SECONDS} s to try it.") from error
        finally:
            process.kill()
    if code:
        lines = errors.read_text("utf-8", "replace").strip().splitlines() or ["it ended"]
        raise ModelError(f"{what} was not handed over, for it does not run: {reason(lines[-1])}.")
