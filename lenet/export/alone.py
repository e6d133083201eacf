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
_BEFORE = "import sys\nsys.path.insert(0, '.')\nimport numpy as np\nimages = np.load('images.npy')\n"
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
        done = subprocess.run(
            [sys.executable, "-I", "-c", _BEFORE + program + _AFTER], cwd=folder, capture_output=True,
            timeout=_SECONDS, check=False, env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        )  # fmt: skip
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines() or ["it ended"]
            raise ModelError(f"{what} was not handed over, for it does not run: {reason(lines[-1])}.")
        return np.load(Path(folder, "answers.npy"))
